package io.sallyport.lab;

import io.sallyport.lab.TestClient.StreamReport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.atomic.LongAdder;

/**
 * One connection to an echo, whose every byte says where in the stream it belongs. Used once: one
 * thread sends at a steady rate, the caller's receives.
 */
final class CheckedStream {

    private static final int CONNECT_MILLIS = 10_000;

    private final double seconds;
    private final double everyMillis;
    private final int size;

    private final LongAdder sent = new LongAdder();
    private long received;
    private long wrong;
    private long longestGapNanos;

    CheckedStream(double seconds, double everyMillis, int size) {
        this.seconds = seconds;
        this.everyMillis = everyMillis;
        this.size = size;
    }

    /** Runs to its end, or until nothing came for {@code patience} seconds. */
    StreamReport run(InetSocketAddress to, int patience) throws InterruptedException {
        String error = "";
        try (Socket socket = new Socket()) {
            socket.connect(to, CONNECT_MILLIS);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(patience * 1000);
            System.out.println("streaming " + socket.getLocalPort());
            Thread sender = Thread.ofPlatform().start(() -> send(socket));
            error = receive(socket);
            if (!error.isEmpty()) {
                socket.close(); // Else the sender may wait for ever in a full buffer.
            }
            sender.join();
        } catch (IOException e) {
            error = e.toString();
        }
        return new StreamReport(
                sent.sum(),
                received,
                sent.sum() - received,
                wrong,
                error.contains("reset"),
                longestGapNanos / 1e6,
                error);
    }

    private void send(Socket socket) {
        long start = System.nanoTime();
        long position = 0;
        byte[] chunk = new byte[size];
        try {
            for (long n = 0; System.nanoTime() - start < seconds * 1e9; n++) {
                for (int i = 0; i < size; i++) {
                    chunk[i] = expected(position++);
                }
                socket.getOutputStream().write(chunk);
                sent.add(size);
                TestClient.parkUntil(start + (long) ((n + 1) * everyMillis * 1e6));
            }
            socket.shutdownOutput();
        } catch (IOException e) {
            // The receiving side meets the same end of the connection and reports it.
            System.err.println("send: " + e);
        }
    }

    /** What went wrong; empty if it came to its end. */
    private String receive(Socket socket) {
        byte[] buffer = new byte[64 << 10];
        long last = System.nanoTime();
        try {
            while (true) {
                int n = socket.getInputStream().read(buffer);
                long now = System.nanoTime();
                longestGapNanos = Math.max(longestGapNanos, now - last);
                last = now;
                if (n < 0) {
                    return "";
                }
                for (int i = 0; i < n; i++) {
                    if (buffer[i] != expected(received++)) {
                        wrong++;
                    }
                }
            }
        } catch (IOException e) {
            longestGapNanos = Math.max(longestGapNanos, System.nanoTime() - last);
            return e.toString();
        }
    }

    /** No short period, so that a lost or doubled piece cannot look right. */
    static byte expected(long position) {
        return (byte) (position * 0x9E3779B97F4A7C15L >>> 56);
    }
}
