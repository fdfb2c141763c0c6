package io.sallyport.flowlogs.parquet;

import com.github.luben.zstd.ZstdDecompressCtx;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Util;

/**
 * A part of a file of ours with its pages, and what they may become in memory: the file lies in a
 * tenant's bucket, and may be anybody's work. One thread.
 */
final class PackedPages {

    /** Pages of one group of rows; ours are some three megabytes at the worst. */
    private static final int UNPACKED_BYTES_MAX = 1 << 23;

    private final byte[] bytes;
    private final long offset;
    private final ZstdDecompressCtx zstd;
    private int left = UNPACKED_BYTES_MAX;

    record Page(PageHeader header, BytesInput content) {}

    /**
     * @param bytes of the file, from {@code offset}
     */
    PackedPages(byte[] bytes, long offset, ZstdDecompressCtx zstd) {
        this.bytes = bytes;
        this.offset = offset;
        this.zstd = zstd;
    }

    /**
     * @throws IOException where no such page is there, or more is unpacked than any of ours is
     */
    Page unpack(PageIndex.Piece piece, PageType type) throws IOException {
        int start = Math.toIntExact(piece.from() - offset);
        ByteArrayInputStream in = new ByteArrayInputStream(bytes, start, piece.length());
        PageHeader header = Util.readPageHeader(in);
        int packed = in.available();
        int unpacked = header.getUncompressed_page_size();
        if (header.getType() != type || header.getCompressed_page_size() != packed) {
            throw new IOException("no page where the index has one");
        }
        if (unpacked < 0 || unpacked > left) {
            throw new IOException("pages larger than any of ours");
        }
        left -= unpacked;
        byte[] content = new byte[unpacked];
        zstd.decompressByteArray(
                content, 0, unpacked, bytes, start + piece.length() - packed, packed);
        return new Page(header, BytesInput.from(content));
    }
}
