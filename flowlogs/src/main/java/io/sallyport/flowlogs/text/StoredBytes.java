package io.sallyport.flowlogs.text;

import java.io.IOException;

/** A file or an object, wherever it is; each read may cost a request. */
public interface StoredBytes {

    long length();

    /**
     * @param from not negative; {@code from + length} is at most {@link #length}
     */
    byte[] read(long from, int length) throws IOException;
}
