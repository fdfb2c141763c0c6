package io.sallyport.flowlogs.parquet;

import io.sallyport.flowlogs.text.StoredBytes;
import java.io.EOFException;
import java.io.IOException;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/**
 * A file of which each read costs a request: it is read in large pieces, and the end, where Parquet
 * says what is where, is kept.
 */
final class RangeFile implements InputFile {

    /** Of a file of our own, what says what is where. */
    private static final int TAIL_BYTES = 1 << 19;

    /** A piece of a file of our own that is found together. */
    private static final int PIECE_BYTES = 1 << 20;

    private final StoredBytes file;

    RangeFile(StoredBytes file) {
        this.file = file;
    }

    @Override
    public long getLength() {
        return file.length();
    }

    @Override
    public SeekableInputStream newStream() {
        return new Stream(new Pieces());
    }

    /** Reads at a place. */
    private final class Pieces extends java.io.InputStream {
        private long at;
        private long tailFrom = file.length();
        private byte[] tail = new byte[0];
        private long pieceFrom;
        private byte[] piece = new byte[0];

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (at >= file.length()) {
                return -1;
            }
            fetch(length);
            boolean fromTail = at >= tailFrom;
            byte[] from = fromTail ? tail : piece;
            int start = (int) (at - (fromTail ? tailFrom : pieceFrom));
            int count = Math.min(length, from.length - start);
            System.arraycopy(from, start, into, offset, count);
            at += count;
            return count;
        }

        private void fetch(int length) throws IOException {
            if (tail.length == 0) {
                int bytes = (int) Math.min(TAIL_BYTES, file.length());
                tailFrom = file.length() - bytes;
                tail = file.read(tailFrom, bytes);
            }
            boolean here = at >= pieceFrom && at < pieceFrom + piece.length;
            if (at < tailFrom && !here) {
                pieceFrom = at;
                int bytes = (int) Math.min(Math.max(length, PIECE_BYTES), tailFrom - at);
                piece = file.read(at, bytes);
            }
        }
    }

    private static final class Stream extends DelegatingSeekableInputStream {
        private final Pieces pieces;

        Stream(Pieces pieces) {
            super(pieces);
            this.pieces = pieces;
        }

        @Override
        public long getPos() {
            return pieces.at;
        }

        @Override
        public void seek(long to) throws IOException {
            if (to < 0) {
                throw new EOFException("before the beginning");
            }
            pieces.at = to;
        }
    }
}
