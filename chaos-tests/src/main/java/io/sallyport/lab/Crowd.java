package io.sallyport.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * Thousands of a client's TCP connections in one thread, to {@link CrowdServer}. Commands come on
 * standard input, one line each, and are done one after the other:
 *
 * <pre>
 *  open N RATE     opened OK FAILED      opens N and holds them, RATE a second at most
 *  churn N RATE    churned OK FAILED     opens N and closes each as soon as it is open
 *  turn S RATE L   turned OK FAILED      opens RATE a second for S seconds; each lives L seconds
 *  close N         closed N              closes N of those held, any
 *  live            live N                how many the kernel still holds open
 * </pre>
 *
 * A connect that is not answered in {@link #PATIENCE_NANOS} has failed.
 */
final class Crowd {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    private static final long FOR_GOOD = Long.MAX_VALUE;

    private record Ending(long atNanos, SocketChannel channel) {}

    private final InetSocketAddress to;
    private final Selector selector;
    private final Random random = new Random();
    private final List<SocketChannel> held = new ArrayList<>();
    private final Queue<Ending> endings = new ArrayDeque<>();
    private final ConcurrentLinkedQueue<String> commands = new ConcurrentLinkedQueue<>();

    /** How long what is opened now shall live; {@link #FOR_GOOD} to hold it. */
    private long lifeNanos = FOR_GOOD;

    private long lastLookNanos = System.nanoTime();
    private int pending;
    private int opened;
    private int failed;

    private Crowd(InetSocketAddress to) throws IOException {
        this.to = to;
        this.selector = Selector.open();
    }

    /** The one argument is HOST:PORT. */
    public static void main(String[] args) throws IOException {
        int colon = args[0].lastIndexOf(':');
        Crowd crowd =
                new Crowd(
                        new InetSocketAddress(
                                args[0].substring(0, colon),
                                Integer.parseInt(args[0].substring(colon + 1))));
        Thread.ofPlatform().daemon().start(crowd::read);
        System.out.println("ready crowd");
        crowd.run();
    }

    private void read() {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                commands.add(line);
                selector.wakeup();
            }
        } catch (IOException e) {
            System.err.println("commands: " + e);
        }
        System.exit(0);
    }

    private void run() throws IOException {
        while (true) {
            String command = commands.poll();
            if (command == null) {
                turn(50);
            } else {
                obey(command.split(" "));
            }
        }
    }

    private void obey(String[] words) throws IOException {
        switch (words[0]) {
            case "open" -> {
                connect(Integer.parseInt(words[1]), Double.parseDouble(words[2]), FOR_GOOD);
                System.out.printf("opened %d %d%n", opened, failed);
            }
            case "churn" -> {
                connect(Integer.parseInt(words[1]), Double.parseDouble(words[2]), 0);
                System.out.printf("churned %d %d%n", opened, failed);
            }
            case "turn" -> {
                double rate = Double.parseDouble(words[2]);
                long life = (long) (Double.parseDouble(words[3]) * 1e9);
                connect((int) (Double.parseDouble(words[1]) * rate), rate, life);
                System.out.printf("turned %d %d%n", opened, failed);
            }
            case "close" -> {
                int count = Math.min(Integer.parseInt(words[1]), held.size());
                for (int i = 0; i < count; i++) {
                    int at = random.nextInt(held.size());
                    held.set(at, swapWithLast(at)).close();
                    held.removeLast();
                }
                turn(0);
                System.out.println("closed " + count);
            }
            case "live" -> {
                turn(0);
                System.out.println("live " + held.size());
            }
            default -> System.out.println("unknown " + words[0]);
        }
    }

    private SocketChannel swapWithLast(int at) {
        return held.set(held.size() - 1, held.get(at));
    }

    private void connect(int count, double rate, long life) throws IOException {
        lifeNanos = life;
        opened = 0;
        failed = 0;
        long began = System.nanoTime();
        int started = 0;
        while (started < count || pending > 0) {
            long due = (long) ((System.nanoTime() - began) * rate / 1e9) + 1;
            while (started < count && started < due) {
                start();
                started++;
            }
            turn(1);
        }
    }

    private void start() {
        try {
            SocketChannel channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.register(selector, SelectionKey.OP_CONNECT, System.nanoTime());
            pending++;
            if (channel.connect(to)) {
                established(channel);
            }
        } catch (IOException e) {
            failed++;
            System.err.println("open: " + e.getMessage());
        }
    }

    /** Looks at what the kernel has to say. */
    private void turn(long waitMillis) throws IOException {
        if (waitMillis == 0) {
            selector.selectNow();
        } else {
            selector.select(waitMillis);
        }
        for (SelectionKey key : selector.selectedKeys()) {
            if (!key.isValid()) {
                continue;
            }
            SocketChannel channel = (SocketChannel) key.channel();
            if (key.isConnectable()) {
                finish(channel);
            } else if (key.isReadable()) {
                heard(channel);
            }
        }
        selector.selectedKeys().clear();
        while (!endings.isEmpty() && endings.element().atNanos() <= System.nanoTime()) {
            endings.remove().channel().close();
        }
        if (pending > 0 && System.nanoTime() - lastLookNanos > TimeUnit.SECONDS.toNanos(1)) {
            lastLookNanos = System.nanoTime();
            giveUp();
        }
    }

    private void finish(SocketChannel channel) throws IOException {
        try {
            channel.finishConnect();
            established(channel);
        } catch (IOException e) {
            pending--;
            failed++;
            channel.close();
            System.err.println("open: " + e.getMessage());
        }
    }

    private void established(SocketChannel channel) throws IOException {
        pending--;
        opened++;
        if (lifeNanos == 0) {
            channel.close();
            return;
        }
        channel.register(selector, SelectionKey.OP_READ);
        if (lifeNanos == FOR_GOOD) {
            held.add(channel);
        } else {
            endings.add(new Ending(System.nanoTime() + lifeNanos, channel));
        }
    }

    /** Nothing is ever said: what is heard is the end, or a reset. */
    private void heard(SocketChannel channel) throws IOException {
        try {
            if (channel.read(ByteBuffer.allocate(64)) >= 0) {
                return;
            }
            System.err.println("ended by the other side");
        } catch (IOException e) {
            System.err.println("held: " + e.getMessage());
        }
        channel.close();
        held.remove(channel);
    }

    private void giveUp() throws IOException {
        long now = System.nanoTime();
        for (SelectionKey key : selector.keys()) {
            if (key.isValid()
                    && key.attachment() instanceof Long since
                    && (key.interestOps() & SelectionKey.OP_CONNECT) != 0
                    && now - since > PATIENCE_NANOS) {
                pending--;
                failed++;
                key.channel().close();
                System.err.println("open: no answer");
            }
        }
    }
}
