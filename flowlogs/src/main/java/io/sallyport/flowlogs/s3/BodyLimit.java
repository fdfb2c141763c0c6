package io.sallyport.flowlogs.s3;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/**
 * An answer that does not end is not kept. The client reads on, to use the connection again, until
 * the call's time is up.
 */
final class BodyLimit implements ExecutionInterceptor {

    private final long most;

    /**
     * @param most bytes; an answer that says no gets a hundredth of it
     */
    BodyLimit(long most) {
        this.most = most;
    }

    @Override
    public Optional<InputStream> modifyHttpResponseContent(
            Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
        boolean good = context.httpResponse().isSuccessful();
        return context.responseBody().map(in -> new Limited(in, good ? most : most / 100));
    }

    private static final class Limited extends FilterInputStream {
        private long left;

        Limited(InputStream in, long most) {
            super(in);
            left = most;
        }

        @Override
        public int read() throws IOException {
            int one = super.read();
            count(one < 0 ? 0 : 1);
            return one;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int read = super.read(into, offset, length);
            count(Math.max(read, 0));
            return read;
        }

        @Override
        public long skip(long bytes) throws IOException {
            long skipped = super.skip(bytes);
            count(skipped);
            return skipped;
        }

        private void count(long bytes) throws IOException {
            left -= bytes;
            if (left < 0) {
                throw new IOException("the answer does not end");
            }
        }
    }
}
