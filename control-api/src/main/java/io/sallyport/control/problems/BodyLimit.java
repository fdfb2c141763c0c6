package io.sallyport.control.problems;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * No body is read beyond a limit, whatever length it claims. The longest that means anything is an
 * ACL of 10,000 entries, of some 200 bytes each at most. Of such long ones only a few are in memory
 * at a time, until they are answered; others wait for their turn.
 */
@Component
class BodyLimit extends OncePerRequestFilter {

    static final int BYTES = 256 * 1024;
    private static final int ACL_BYTES = 10 * BYTES;
    private static final String ACLS = "/v1/network-acls";

    /** Bodies over {@link #BYTES}; each costs a few times its length. */
    private static final int LONG_AT_ONCE = 4;

    private static final int PATIENCE_SECONDS = 10;

    private final Semaphore longBodies = new Semaphore(LONG_AT_ONCE, true);

    /** The body went over the limit; the advice finds it in the cause. */
    static final class BodyTooLarge extends IOException {
        private static final long serialVersionUID = 1;

        BodyTooLarge(int limit) {
            super("the body is over " + limit + " bytes");
        }
    }

    /** Too many long ones are there; the advice finds it in the cause. */
    static final class Busy extends IOException {
        private static final long serialVersionUID = 1;

        Busy() {
            super(LONG_AT_ONCE + " bodies over " + BYTES + " bytes are being handled already");
        }
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Limited limited = new Limited(request);
        try {
            chain.doFilter(limited, response);
        } finally {
            if (limited.isLong) {
                longBodies.release();
            }
        }
    }

    private final class Limited extends HttpServletRequestWrapper {

        private final int limit;
        private boolean isLong;

        Limited(HttpServletRequest request) {
            super(request);
            limit = request.getRequestURI().startsWith(ACLS) ? ACL_BYTES : BYTES;
        }

        @Override
        public ServletInputStream getInputStream() throws IOException {
            if (getContentLengthLong() > limit) {
                throw new BodyTooLarge(limit);
            }
            return new LimitedStream(super.getInputStream(), this);
        }

        void count(long bytes) throws IOException {
            if (bytes > limit) {
                throw new BodyTooLarge(limit);
            }
            if (bytes > BYTES && !isLong) {
                isLong = awaitTurn();
            }
        }

        private boolean awaitTurn() throws IOException {
            try {
                if (!longBodies.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    throw new Busy();
                }
                return true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("waiting to read a long body");
            }
        }
    }

    private static final class LimitedStream extends ServletInputStream {

        private final ServletInputStream body;
        private final Limited request;
        private long taken;

        LimitedStream(ServletInputStream body, Limited request) {
            this.body = body;
            this.request = request;
        }

        @Override
        public int read() throws IOException {
            int read = body.read();
            count(read < 0 ? 0 : 1);
            return read;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = body.read(bytes, offset, length);
            count(Math.max(read, 0));
            return read;
        }

        private void count(int bytes) throws IOException {
            taken += bytes;
            request.count(taken);
        }

        @Override
        public boolean isFinished() {
            return body.isFinished();
        }

        @Override
        public boolean isReady() {
            return body.isReady();
        }

        @Override
        public void setReadListener(ReadListener listener) {
            body.setReadListener(listener);
        }
    }
}
