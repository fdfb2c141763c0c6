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
 *  turn S RATE L   turned OK FAILED MS   opens RATE a second for S seconds; each lives L seconds,
 *                                        else it has failed too; MS: the slowest that opened
 *  ask RATE        asked OK FAILED       one word and its echo on each of those held
 *  close N         closed N              closes N of those held, any
 *  live            live N                how many the kernel still holds open
 * </pre>
 *
 * A connect or a word that is not answered in {@link #PATIENCE_NANOS} has failed.
 */
final class Crowd {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    private static final long FOR_GOOD = Long.MAX_VALUE;

    private record Ending(long atNanos, SocketChannel channel) {}

    /** Since when a connection is being opened. */
    private record Connecting(long sinceNanos) {}

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
    private long slowestNanos;

    /** Words that were said and not echoed yet. */
    private int unanswered;

    private int answered;
    private long words;

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
                System.out.printf("turned %d %d %d%n", opened, failed, slowestNanos / 1_000_000);
            }
            case "ask" -> {
                int all = ask(Double.parseDouble(words[1]));
                System.out.printf("asked %d %d%n", answered, all - answered);
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
        slowestNanos = 0;
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
            Connecting connecting = new Connecting(System.nanoTime());
            channel.register(selector, SelectionKey.OP_CONNECT, connecting);
            pending++;
            if (channel.connect(to)) {
                established(channel, connecting);
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
            if (key.isConnectable() && key.attachment() instanceof Connecting connecting) {
                finish(channel, connecting);
            } else if (key.isReadable()) {
                heard(channel, key);
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

    private void finish(SocketChannel channel, Connecting connecting) throws IOException {
        try {
            channel.finishConnect();
            established(channel, connecting);
        } catch (IOException e) {
            pending--;
            failed++;
            channel.close();
            System.err.println("open: " + e.getMessage());
        }
    }

    private void established(SocketChannel channel, Connecting connecting) throws IOException {
        pending--;
        opened++;
        slowestNanos = Math.max(slowestNanos, System.nanoTime() - connecting.sinceNanos());
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

    /**
     * Says a word on each of those held, and waits for the echoes; how many were asked. Those that
     * do not answer are held no more.
     */
    private int ask(double rate) throws IOException {
        List<SocketChannel> asked = List.copyOf(held);
        answered = 0;
        unanswered = 0;
        long began = System.nanoTime();
        for (int i = 0; i < asked.size(); ) {
            long due = (long) ((System.nanoTime() - began) * rate / 1e9) + 1;
            for (; i < asked.size() && i < due; i++) {
                say(asked.get(i));
            }
            turn(1);
        }
        long said = System.nanoTime();
        while (unanswered > 0 && System.nanoTime() - said < PATIENCE_NANOS) {
            turn(5);
        }
        for (SocketChannel channel : asked) {
            SelectionKey key = channel.keyFor(selector);
            if (key != null && key.isValid() && key.attachment() instanceof ByteBuffer) {
                System.err.println("held: no answer");
                channel.close();
                held.remove(channel);
            }
        }
        return asked.size();
    }

    private void say(SocketChannel channel) throws IOException {
        SelectionKey key = channel.keyFor(selector);
        if (key == null || !key.isValid()) {
            return;
        }
        // No two are alike: an echo of another's word is no answer.
        long word = (++words << 16 | random.nextInt(1 << 16)) ^ channel.hashCode() * 0x9E37L;
        ByteBuffer expected = ByteBuffer.allocate(Long.BYTES).putLong(0, word);
        key.attach(expected);
        unanswered++;
        try {
            channel.write(expected.duplicate());
        } catch (IOException e) {
            lost(channel, key, e.toString());
        }
    }

    /** An echo, or the end, or a reset. */
    private void heard(SocketChannel channel, SelectionKey key) throws IOException {
        ByteBuffer heard = ByteBuffer.allocate(64);
        try {
            if (channel.read(heard) < 0) {
                lost(channel, key, "ended by the other side");
                return;
            }
        } catch (IOException e) {
            lost(channel, key, e.toString());
            return;
        }
        heard.flip();
        if (!(key.attachment() instanceof ByteBuffer expected)) {
            lost(channel, key, "heard what was not asked");
            return;
        }
        while (heard.hasRemaining()) {
            if (!expected.hasRemaining() || heard.get() != expected.get()) {
                lost(channel, key, "heard another word");
                return;
            }
        }
        if (!expected.hasRemaining()) {
            key.attach(null);
            unanswered--;
            answered++;
        }
    }

    private void lost(SocketChannel channel, SelectionKey key, String why) throws IOException {
        System.err.println("held: " + why);
        if (key.attachment() instanceof ByteBuffer) {
            unanswered--;
        }
        key.attach(null);
        channel.close();
        if (!held.remove(channel)) {
            failed++;
        }
    }

    private void giveUp() throws IOException {
        long now = System.nanoTime();
        for (SelectionKey key : selector.keys()) {
            if (key.isValid()
                    && key.attachment() instanceof Connecting connecting
                    && now - connecting.sinceNanos() > PATIENCE_NANOS) {
                pending--;
                failed++;
                key.channel().close();
                System.err.println("open: no answer");
            }
        }
    }
}
