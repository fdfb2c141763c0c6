package io.sallyport.flowlogs.export;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * TCP to a server, on a way that does harm. A change of fault ends the connections there are, so
 * each request meets one fault.
 */
final class FaultyPath implements AutoCloseable {

    enum Fault {
        NONE,
        /** A hundred bytes, then a rest of 20 ms, both ways. */
        SLOW,
        /** Accepts, reads, and never answers. */
        SILENT,
        /** Resets in the middle of a request's body. */
        DIES_IN_REQUEST,
        /** The server has done what was asked, and its answer is cut in the middle. */
        DIES_IN_ANSWER,
        /** In the place of the server: 403 and S3's words. */
        FORBIDDEN
    }

    private static final String DENIED =
            "<Error><Code>AccessDenied</Code><Message>not yours</Message></Error>";

    private final URI server;
    private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile Fault fault;

    /** Connections that met a fault. */
    final AtomicInteger harmed = new AtomicInteger();

    FaultyPath(String endpoint, Fault fault) throws IOException {
        server = URI.create(endpoint);
        this.fault = fault;
        threads.execute(this::accept);
    }

    String endpoint() {
        return "http://127.0.0.1:" + door.getLocalPort();
    }

    void become(Fault next) throws IOException {
        fault = next;
        for (Socket socket : open) {
            socket.close();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket client = door.accept();
                open.add(client);
                threads.execute(() -> serve(client, fault));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(Socket client, Fault now) {
        if (now != Fault.NONE) {
            harmed.incrementAndGet();
        }
        try (client) {
            switch (now) {
                case SILENT -> swallow(client);
                case FORBIDDEN -> forbid(client);
                default -> carry(client, now);
            }
        } catch (IOException e) {
            // Either end went away.
        } finally {
            open.remove(client);
        }
    }

    private static void forbid(Socket client) throws IOException {
        int unused = client.getInputStream().read(new byte[1 << 16]);
        String answer =
                "HTTP/1.1 403 Forbidden\r\nContent-Type: application/xml\r\nConnection: close\r\n"
                        + "Content-Length: "
                        + DENIED.length()
                        + "\r\n\r\n"
                        + DENIED;
        client.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
        client.shutdownOutput();
        swallow(client);
    }

    private static void swallow(Socket client) throws IOException {
        long unused = client.getInputStream().transferTo(OutputStream.nullOutputStream());
    }

    private void carry(Socket client, Fault now) throws IOException {
        try (Socket behind = new Socket(server.getHost(), server.getPort())) {
            open.add(behind);
            threads.execute(() -> pass(client, behind, now, now == Fault.DIES_IN_REQUEST));
            pass(behind, client, now, now == Fault.DIES_IN_ANSWER);
            open.remove(behind);
        }
    }

    /** Until one of them ends, or what is carried was cut: then both get a reset. */
    private static void pass(Socket from, Socket to, Fault now, boolean cut) {
        try {
            InputStream in = from.getInputStream();
            byte[] some = new byte[now == Fault.SLOW ? 100 : 1 << 16];
            StringBuilder seen = new StringBuilder();
            for (int read = in.read(some); read >= 0; read = in.read(some)) {
                if (cut) {
                    seen.append(new String(some, 0, read, StandardCharsets.ISO_8859_1));
                    int body = middle(seen, now);
                    if (body >= 0) {
                        int carried = seen.length() - read;
                        to.getOutputStream().write(some, 0, Math.max(0, body - carried));
                        to.setSoLinger(true, 0);
                        from.setSoLinger(true, 0);
                        break;
                    }
                }
                if (now == Fault.SLOW) {
                    LockSupport.parkNanos(20_000_000);
                }
                to.getOutputStream().write(some, 0, read);
            }
            to.close();
            from.close();
        } catch (IOException e) {
            close(from);
            close(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is.
        }
    }

    /** Where to cut: an answer in its head, a request ten bytes into its body; -1: not yet. */
    private static int middle(CharSequence seen, Fault now) {
        String text = seen.toString();
        if (now == Fault.DIES_IN_ANSWER) {
            int answer = text.indexOf("HTTP/1.1 2"); // not at 100 Continue
            return answer >= 0 ? answer + 12 : -1;
        }
        int head = text.indexOf("\r\n\r\n");
        return head >= 0 && text.length() > head + 14 ? head + 14 : -1;
    }

    @Override
    public void close() throws IOException {
        door.close();
        become(fault);
        threads.shutdownNow();
    }
}
