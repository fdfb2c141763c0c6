package io.sallyport.flowlogs.parquet;

import java.io.ByteArrayOutputStream;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/** A file that is written into memory. */
final class MemoryFile implements OutputFile {

    private final ByteArrayOutputStream bytes;

    MemoryFile(int size) {
        bytes = new ByteArrayOutputStream(Math.max(size, 1024));
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    @Override
    public PositionOutputStream create(long blockSize) {
        return new PositionOutputStream() {
            @Override
            public long getPos() {
                return bytes.size();
            }

            @Override
            public void write(int one) {
                bytes.write(one);
            }

            @Override
            public void write(byte[] some, int offset, int length) {
                bytes.write(some, offset, length);
            }
        };
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSize) {
        return create(blockSize);
    }

    @Override
    public boolean supportsBlockSize() {
        return false;
    }

    @Override
    public long defaultBlockSize() {
        return 0;
    }
}
