package io.sallyport.lab;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * A server in the lab's internet that knows who talks to it.
 *
 * <pre>
 *  :80    GET /whoami    source address and port as seen here
 *         GET /accepted  JSON: accepted, live, duplicates, most at once, per source address
 *         GET /bytes/N   N bytes, the i-th being i % 251
 *  :9001  TCP echo; a second live connection of one source tuple is a duplicate
 *  :9002  UDP echo
 *  :9003  TCP: says who you are, "ADDRESS PORT", in a line; then echoes
 *  :9004  TCP echo of large pieces
 * </pre>
 *
 * Each accepted and closed connection of port 9001 is a line of standard output: {@code open|close
 * ADDRESS PORT EPOCH_MICROS}. A virtual thread per connection.
 */
final class TestServer {

    static final int HTTP_PORT = 80;
    static final int TCP_PORT = 9001;
    static final int UDP_PORT = 9002;
    static final int GREETING_PORT = 9003;
    static final int LARGE_PORT = 9050;

    private static final int LARGE = 256 << 10;

    private final Map<InetSocketAddress, Long> live = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> bySource = new ConcurrentHashMap<>();
    private final LongAdder accepted = new LongAdder();
    private final LongAdder duplicates = new LongAdder();
    private volatile int mostAtOnce;

    private TestServer() {}

    /** Runs until it is killed. */
    public static void main(String[] args) throws IOException {
        TestServer server = new TestServer();
        server.http();
        ServerSocket tcp = new ServerSocket(TCP_PORT, 8192);
        DatagramSocket udp = new DatagramSocket(UDP_PORT);
        udp.setReceiveBufferSize(4 << 20);
        Thread.ofPlatform().name("udp").start(() -> echoDatagrams(udp));
        ServerSocket greeting = new ServerSocket(GREETING_PORT, 8192);
        Thread.ofPlatform().name("greeting").start(() -> accept(greeting, TestServer::greet));
        ServerSocket large = new ServerSocket(LARGE_PORT, 64);
        Thread.ofPlatform().name("large").start(() -> accept(large, TestServer::echoLarge));
        System.out.println("ready server");
        try (tcp) {
            while (true) {
                Socket socket = tcp.accept();
                Thread.ofVirtual().start(() -> server.serve(socket));
            }
        }
    }

    private void serve(Socket socket) {
        InetSocketAddress source = (InetSocketAddress) socket.getRemoteSocketAddress();
        synchronized (this) {
            accepted.increment();
            bySource.computeIfAbsent(text(source), key -> new LongAdder()).increment();
            if (live.putIfAbsent(source, System.nanoTime()) != null) {
                duplicates.increment();
            }
            mostAtOnce = Math.max(mostAtOnce, live.size());
            log("open", source);
        }
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            byte[] buffer = new byte[16 << 10];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
            }
        } catch (IOException e) {
            // A reset ends it as a close does; the client's side judges whether that was right.
            log("reset", source);
        } finally {
            synchronized (this) {
                live.remove(source);
                log("close", source);
            }
        }
    }

    private static void accept(ServerSocket listener, Consumer<Socket> serve) {
        while (true) {
            try {
                Socket socket = listener.accept();
                Thread.ofVirtual().start(() -> serve.accept(socket));
            } catch (IOException e) {
                System.err.println("port " + listener.getLocalPort() + ": " + e);
            }
        }
    }

    private static void echoLarge(Socket socket) {
        byte[] buffer = new byte[LARGE];
        try (socket) {
            for (int n = 0; n >= 0; n = socket.getInputStream().read(buffer)) {
                socket.getOutputStream().write(buffer, 0, n);
            }
        } catch (IOException e) {
            // The client's side judges whether that was right.
            System.err.println("large: " + e);
        }
    }

    private static void greet(Socket socket) {
        InetSocketAddress source = (InetSocketAddress) socket.getRemoteSocketAddress();
        String line = text(source) + " " + source.getPort() + "\n";
        try (socket) {
            socket.setTcpNoDelay(true);
            socket.getOutputStream().write(line.getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException e) {
            // The client's side judges whether that was right.
            System.err.println("greeted " + line.strip() + ": " + e);
        }
    }

    private static void log(String event, InetSocketAddress source) {
        long micros = java.time.Instant.now().toEpochMilli() * 1000;
        System.out.println(event + " " + text(source) + " " + source.getPort() + " " + micros);
    }

    private static String text(InetSocketAddress source) {
        return source.getAddress().getHostAddress();
    }

    private static void echoDatagrams(DatagramSocket socket) {
        DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
        while (true) {
            try {
                packet.setLength(65_535);
                socket.receive(packet);
                socket.send(packet);
            } catch (IOException e) {
                System.err.println("udp: " + e);
            }
        }
    }

    private void http() throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress(HTTP_PORT), 1024);
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext(
                "/whoami",
                exchange ->
                        answer(
                                exchange,
                                text(exchange.getRemoteAddress())
                                        + " "
                                        + exchange.getRemoteAddress().getPort()
                                        + "\n"));
        http.createContext("/accepted", exchange -> answer(exchange, summary()));
        http.createContext("/bytes/", TestServer::bytes);
        http.start();
    }

    private synchronized String summary() {
        Map<String, Long> sources = new TreeMap<>();
        bySource.forEach((source, count) -> sources.put(source, count.sum()));
        return LabState.JSON.writeValueAsString(
                        Map.of(
                                "accepted", accepted.sum(),
                                "live", live.size(),
                                "duplicates", duplicates.sum(),
                                "mostAtOnce", mostAtOnce,
                                "bySource", sources))
                + "\n";
    }

    private static void bytes(HttpExchange exchange) throws IOException {
        long left = Long.parseLong(exchange.getRequestURI().getPath().substring(7));
        exchange.sendResponseHeaders(200, left);
        byte[] pattern = new byte[251 * 256];
        for (int i = 0; i < pattern.length; i++) {
            pattern[i] = (byte) (i % 251);
        }
        try (OutputStream out = exchange.getResponseBody()) {
            while (left > 0) {
                int n = (int) Math.min(left, pattern.length);
                out.write(pattern, 0, n);
                left -= n;
            }
        }
    }

    private static void answer(HttpExchange exchange, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(Arrays.copyOf(bytes, bytes.length));
        }
    }
}
