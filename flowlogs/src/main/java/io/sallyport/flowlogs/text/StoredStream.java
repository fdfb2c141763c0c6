package io.sallyport.flowlogs.text;

import java.io.IOException;
import java.io.InputStream;

/** A whole file, in large pieces, of which one is in memory. One thread. */
final class StoredStream extends InputStream {

    private static final int PIECE_BYTES = 1 << 22;

    private final StoredBytes file;
    private byte[] piece = new byte[0];
    private int used;
    private long next;

    StoredStream(StoredBytes file) {
        this.file = file;
    }

    @Override
    public int read() throws IOException {
        return available() == 0 ? -1 : piece[used++] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int count = Math.min(length, available());
        if (count == 0) {
            return -1;
        }
        System.arraycopy(piece, used, into, offset, count);
        used += count;
        return count;
    }

    /** Not 0 before the end: GZIPInputStream takes 0 for the end, behind a member. */
    @Override
    public int available() throws IOException {
        if (used == piece.length && next < file.length()) {
            piece = file.read(next, (int) Math.min(PIECE_BYTES, file.length() - next));
            next += piece.length;
            used = 0;
        }
        return piece.length - used;
    }
}
