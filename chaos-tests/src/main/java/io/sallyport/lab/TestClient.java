package io.sallyport.lab;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Traffic with its own judgement, run inside a client's namespace. Each prints one line of JSON.
 */
@Command(name = "client", mixinStandardHelpOptions = true)
final class TestClient {

    public static void main(String[] args) {
        System.exit(new CommandLine(new TestClient()).execute(args));
    }

    /** What a stream has to say. */
    record StreamReport(
            long sentBytes,
            long receivedBytes,
            long lostBytes,
            long wrongBytes,
            boolean reset,
            double longestGapMillis,
            String error) {}

    /** What a series of opens has to say. {@code longestStopMillis}: between two that succeeded. */
    record OpensReport(
            int tried,
            int opened,
            int failed,
            double p50Millis,
            double p99Millis,
            double longestMillis,
            double longestStopMillis,
            Map<String, Integer> errors) {}

    /** What a series of datagrams has to say. */
    record UdpReport(int sent, int received, double longestGapMillis) {}

    @Command(name = "stream", description = "One connection whose every byte is checked.")
    int stream(
            @Option(names = "--to", required = true) String to,
            @Option(names = "--seconds", defaultValue = "10") double seconds,
            @Option(names = "--every-millis", defaultValue = "5") double everyMillis,
            @Option(names = "--size", defaultValue = "512") int size,
            @Option(names = "--patience-seconds", defaultValue = "30") int patience)
            throws InterruptedException {
        StreamReport report =
                new CheckedStream(seconds, everyMillis, size).run(endpoint(to), patience);
        print(report);
        return report.lostBytes() == 0 && report.wrongBytes() == 0 && report.error().isEmpty()
                ? 0
                : 1;
    }

    @Command(name = "hold", description = "Opens many connections and holds them until stdin ends.")
    int hold(
            @Option(names = "--to", required = true) String to,
            @Option(names = "--count", defaultValue = "1000") int count,
            @Option(names = "--at-once", defaultValue = "100") int atOnce,
            @Option(names = "--name", defaultValue = "client") String name,
            @Option(names = "--timeout-millis", defaultValue = "15000") int timeout)
            throws IOException, InterruptedException {
        Semaphore slots = new Semaphore(atOnce);
        ConcurrentLinkedQueue<Socket> held = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<Double> millis = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<String> errors = new ConcurrentLinkedQueue<>();
        CountDownLatch done = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            String word = name + "/" + i;
            slots.acquire();
            Thread.ofVirtual()
                    .start(() -> {
                        try {
                            held.add(openAndTry(endpoint(to), word, timeout, millis));
                        } catch (IOException e) {
                            errors.add(String.valueOf(e.getMessage()));
                        } finally {
                            slots.release();
                            done.countDown();
                        }
                    });
        }
        done.await();
        print(report(count, millis, errors, 0));
        while (System.in.read() >= 0) {}
        // Each is asked once more at the end: what was held was alive, and was one's own.
        int alive = 0;
        for (Socket socket : held) {
            try (socket) {
                echo(socket, "still " + socket.getLocalPort());
                alive++;
            } catch (IOException e) {
                errors.add("later: " + e.getMessage());
            }
        }
        System.out.println("alive " + alive);
        return alive == count ? 0 : 1;
    }

    private static Socket openAndTry(
            InetSocketAddress to, String word, int timeout, ConcurrentLinkedQueue<Double> millis)
            throws IOException {
        long start = System.nanoTime();
        Socket socket = new Socket();
        try {
            socket.connect(to, timeout);
            socket.setSoTimeout(timeout);
            socket.setTcpNoDelay(true);
            echo(socket, word);
            millis.add((System.nanoTime() - start) / 1e6);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static void echo(Socket socket, String word) throws IOException {
        byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
        socket.getOutputStream().write(bytes);
        byte[] back = new byte[bytes.length];
        new DataInputStream(socket.getInputStream()).readFully(back);
        String answer = new String(back, StandardCharsets.UTF_8);
        if (!answer.equals(word)) {
            throw new IOException("said " + word + ", heard " + answer);
        }
    }

    /**
     * Opens connections at a steady rate, each closed at once. With a range of ports every open
     * goes to a destination of its own; an answer RST is an answer: the packets went through.
     */
    @Command(name = "opens", description = "Opens connections at a steady rate.")
    int opens(
            @Option(names = "--to", required = true) String to,
            @Option(names = "--ports", description = "FROM-TO: one after another") String ports,
            @Option(names = "--per-second", defaultValue = "20") double rate,
            @Option(names = "--seconds", defaultValue = "10") double seconds,
            @Option(names = "--timeout-millis", defaultValue = "10000") int timeout)
            throws InterruptedException {
        int total = (int) (rate * seconds);
        ConcurrentLinkedQueue<Double> millis = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<String> errors = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<Long> successes = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; i < total; i++) {
            parkUntil(start + (long) (i / rate * 1e9));
            InetSocketAddress target =
                    ports == null ? endpoint(to) : endpoint(withPort(to, nth(ports, i)));
            threads.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                long began = System.nanoTime();
                                try (Socket socket = new Socket()) {
                                    socket.connect(target, timeout);
                                } catch (SocketTimeoutException e) {
                                    errors.add("timeout");
                                    return;
                                } catch (ConnectException e) {
                                    if (ports == null
                                            || !String.valueOf(e.getMessage())
                                                    .contains("refused")) {
                                        errors.add(String.valueOf(e.getMessage()));
                                        return;
                                    }
                                } catch (IOException e) {
                                    errors.add(String.valueOf(e.getMessage()));
                                    return;
                                }
                                long now = System.nanoTime();
                                millis.add((now - began) / 1e6);
                                successes.add(now);
                            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        long[] times = successes.stream().mapToLong(Long::longValue).sorted().toArray();
        long longest = 0;
        for (int i = 1; i < times.length; i++) {
            longest = Math.max(longest, times[i] - times[i - 1]);
        }
        OpensReport report = report(total, millis, errors, longest / 1e6);
        print(report);
        return report.failed() == 0 ? 0 : 1;
    }

    private static OpensReport report(
            int tried,
            ConcurrentLinkedQueue<Double> millis,
            ConcurrentLinkedQueue<String> errors,
            double longestStop) {
        double[] sorted = millis.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        Map<String, Integer> kinds = new TreeMap<>();
        errors.forEach(error -> kinds.merge(error, 1, Integer::sum));
        return new OpensReport(
                tried,
                sorted.length,
                tried - sorted.length,
                quantile(sorted, 0.5),
                quantile(sorted, 0.99),
                quantile(sorted, 1),
                longestStop,
                kinds);
    }

    /** The first of them have a line each; who waits for that many knows all flows as known. */
    static final int TOLD_ROUNDS = 3;

    @Command(
            name = "rounds",
            description =
                    "One word of each flow by turns until stdin ends: datagrams, and connections"
                            + " that stay.")
    int rounds(
            @Option(names = "--to", required = true, description = "UDP echoes") List<String> to,
            @Option(names = "--flows", defaultValue = "1000") int flows,
            @Option(names = "--connect-to", description = "TCP echoes")
                    @Nullable List<String> connectTo,
            @Option(names = "--connections", defaultValue = "0") int connections,
            @Option(names = "--pause-millis", defaultValue = "500") int pause)
            throws IOException, InterruptedException {
        try (Rounds rounds = new Rounds(endpoints(to), flows)) {
            rounds.connect(endpoints(connectTo == null ? List.of() : connectTo), connections);
            Thread input =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    while (System.in.read() >= 0) {}
                                } catch (IOException e) {
                                    System.err.println("stdin: " + e);
                                }
                            });
            while (input.isAlive()) {
                rounds.round();
                if (rounds.report().rounds() <= TOLD_ROUNDS) {
                    System.out.println("round " + rounds.report());
                }
                Thread.sleep(pause);
            }
            print(rounds.report());
            return rounds.report().sent() == rounds.report().echoed() ? 0 : 1;
        }
    }

    @Command(name = "udp", description = "Datagrams at a steady rate to an echo.")
    int udp(
            @Option(names = "--to", required = true) String to,
            @Option(names = "--every-millis", defaultValue = "2") double everyMillis,
            @Option(names = "--seconds", defaultValue = "10") double seconds)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        int[] counts = new int[2];
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(endpoint(to));
            socket.setSoTimeout(50);
            System.out.println("sending " + socket.getLocalPort());
            Thread sender =
                    Thread.ofPlatform()
                            .start(() -> {
                                while (System.nanoTime() - start < seconds * 1e9) {
                                    send(socket, counts[0]++);
                                    parkUntil(start + (long) (counts[0] * everyMillis * 1e6));
                                }
                            });
            long last = start;
            long longest = 0;
            DatagramPacket packet = new DatagramPacket(new byte[64], 64);
            while (sender.isAlive()) {
                try {
                    socket.receive(packet);
                    long now = System.nanoTime();
                    longest = Math.max(longest, counts[1] == 0 ? 0 : now - last);
                    last = now;
                    counts[1]++;
                } catch (SocketTimeoutException e) {
                    // After the last was sent, silence is as it should be.
                    longest =
                            sender.isAlive()
                                    ? Math.max(longest, System.nanoTime() - last)
                                    : longest;
                }
            }
            sender.join();
            print(new UdpReport(counts[0], counts[1], longest / 1e6));
        }
        return 0;
    }

    private static void send(DatagramSocket socket, int number) {
        byte[] body = ByteBuffer.allocate(8).putInt(0x5a11).putInt(number).array();
        try {
            socket.send(new DatagramPacket(body, body.length));
        } catch (IOException e) {
            // An ICMP error of an earlier one is told here; this one counts as lost.
            System.err.println("send: " + e);
        }
    }

    static void parkUntil(long nanos) {
        for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static double quantile(double[] sorted, double q) {
        return sorted.length == 0
                ? 0
                : sorted[(int) Math.min(sorted.length - 1, q * sorted.length)];
    }

    private static int nth(String range, int i) {
        String[] ends = range.split("-", 2);
        int from = Integer.parseInt(ends[0]);
        return from + i % (Integer.parseInt(ends[1]) - from + 1);
    }

    private static String withPort(String to, int port) {
        return to.substring(0, to.lastIndexOf(':') + 1) + port;
    }

    private static List<InetSocketAddress> endpoints(List<String> texts) {
        return texts.stream().map(TestClient::endpoint).toList();
    }

    private static InetSocketAddress endpoint(String text) {
        int colon = text.lastIndexOf(':');
        String host = text.substring(0, colon).replace("[", "").replace("]", "");
        return new InetSocketAddress(host, Integer.parseInt(text.substring(colon + 1)));
    }

    private static void print(Object report) {
        System.out.println(LabState.JSON.writeValueAsString(report));
    }
}
