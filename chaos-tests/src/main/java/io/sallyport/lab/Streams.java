package io.sallyport.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A client's TCP streams and datagram flows that talk to echoes all the time, in one thread. Every
 * byte of a stream says where in it it belongs ({@link CheckedStream}). Commands come on standard
 * input, one line each:
 *
 * <pre>
 *  open N M            opened N M           opens what is missing to N streams and M flows
 *  phase SECONDS MICROS
 *                      begun, then JSON     each says something every MICROS, in turn; then waits
 *                                           until all is echoed, {@link #PATIENCE_NANOS} at most
 * </pre>
 *
 * A stream that is reset, or not echoed by then, is lost, closed, and missing.
 */
final class Streams {

    /**
     * What one phase has to say. Gaps are the longest times between two arrivals at each flow, and
     * at each stream that was not lost, the phase's ends included, in milliseconds.
     *
     * @param reset ended by a reset, {@code ended} otherwise, {@code silent} not echoed in time
     * @param wrongBytes that did not belong where they stood
     * @param lateMillis how late this process itself was at most with saying something
     */
    record Phase(
            int streams,
            int reset,
            int ended,
            int silent,
            long wrongBytes,
            List<Double> gapsMillis,
            long datagramsSent,
            long datagramsLost,
            List<Double> datagramGapsMillis,
            double lateMillis) {
        Phase {
            gapsMillis = List.copyOf(gapsMillis);
            datagramGapsMillis = List.copyOf(datagramGapsMillis);
        }
    }

    static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** After the last was said: so long may an echo of a datagram take. */
    private static final long ECHO_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    private static final int CONNECT_MILLIS = 20_000;
    private static final int SIZE = 64;

    /** What is said to an echo and heard from it. */
    private abstract static class Talk {
        long lastNanos;
        long longestNanos;

        void begin(long now) {
            lastNanos = now;
            longestNanos = 0;
        }

        void heard(long now) {
            longestNanos = Math.max(longestNanos, now - lastNanos);
            lastNanos = now;
        }

        abstract void say() throws IOException;

        abstract void hear(long now) throws IOException;
    }

    /** A TCP connection. */
    private static final class Checked extends Talk {
        private static final ByteBuffer OUT = ByteBuffer.allocateDirect(SIZE);
        private static final ByteBuffer IN = ByteBuffer.allocateDirect(64 << 10);

        final SocketChannel channel;
        long sent;
        long received;
        long wrong;
        boolean reset;
        boolean ended;

        Checked(SocketChannel channel) {
            this.channel = channel;
        }

        @Override
        void begin(long now) {
            super.begin(now);
            wrong = 0;
        }

        /** What the kernel does not take is said with the next word. */
        @Override
        void say() throws IOException {
            OUT.clear();
            for (int i = 0; i < SIZE; i++) {
                OUT.put(CheckedStream.expected(sent + i));
            }
            sent += channel.write(OUT.flip());
        }

        @Override
        void hear(long now) throws IOException {
            IN.clear();
            if (channel.read(IN) < 0) {
                over(false);
                return;
            }
            IN.flip();
            while (IN.hasRemaining()) {
                if (IN.get() != CheckedStream.expected(received++)) {
                    wrong++;
                }
            }
            heard(now);
        }

        void over(boolean byReset) throws IOException {
            reset = byReset;
            ended = !byReset;
            channel.close();
        }

        boolean isOver() {
            return reset || ended;
        }

        boolean isEchoed() {
            return isOver() || received >= sent;
        }
    }

    /** Datagrams from one port, numbered for as long as it lives. */
    private static final class Flow extends Talk {
        final DatagramChannel channel;
        private final ByteBuffer word = ByteBuffer.allocateDirect(Long.BYTES);
        private long next;
        private long first;
        long received;

        Flow(DatagramChannel channel) {
            this.channel = channel;
        }

        @Override
        void begin(long now) {
            super.begin(now);
            first = next;
            received = 0;
        }

        long sent() {
            return next - first;
        }

        @Override
        void say() throws IOException {
            word.clear().putLong(next++);
            channel.write(word.flip());
        }

        @Override
        void hear(long now) throws IOException {
            word.clear();
            while (channel.read(word) > 0) {
                // Echoes of an earlier phase may be that late; they are lost to it all the same.
                if (word.getLong(0) >= first) {
                    received++;
                    heard(now);
                }
                word.clear();
            }
        }
    }

    private final InetSocketAddress streamsTo;
    private final InetSocketAddress flowsTo;
    private final Selector selector;
    private final List<Checked> streams = new ArrayList<>();
    private final List<Flow> flows = new ArrayList<>();

    Streams(InetSocketAddress streamsTo, InetSocketAddress flowsTo) throws IOException {
        this.streamsTo = streamsTo;
        this.flowsTo = flowsTo;
        this.selector = Selector.open();
    }

    /** The arguments are the echoes' ADDRESS PORT PORT, for streams and for datagrams. */
    public static void main(String[] args) throws IOException {
        Streams all =
                new Streams(
                        new InetSocketAddress(args[0], Integer.parseInt(args[1])),
                        new InetSocketAddress(args[0], Integer.parseInt(args[2])));
        System.out.println("ready streams");
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] words = line.split(" ");
            switch (words[0]) {
                case "open" -> {
                    all.open(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
                    System.out.printf("opened %d %d%n", all.streams.size(), all.flows.size());
                }
                case "phase" -> {
                    System.out.println("begun");
                    long nanos = (long) (Double.parseDouble(words[1]) * 1e9);
                    Phase phase = all.phase(nanos, Long.parseLong(words[2]) * 1_000);
                    System.out.println(LabState.JSON.writeValueAsString(phase));
                }
                default -> System.out.println("unknown " + words[0]);
            }
        }
    }

    void open(int wantedStreams, int wantedFlows) throws IOException {
        for (int missing = wantedStreams - streams.size(); missing > 0; missing--) {
            SocketChannel channel = SocketChannel.open();
            try {
                Socket socket = channel.socket();
                socket.connect(streamsTo, CONNECT_MILLIS);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                streams.add(register(new Checked(channel), channel));
            } catch (IOException e) {
                System.err.println("open: " + e);
                channel.close();
            }
        }
        while (flows.size() < wantedFlows) {
            DatagramChannel channel = DatagramChannel.open();
            channel.connect(flowsTo);
            flows.add(register(new Flow(channel), channel));
        }
    }

    private <T extends Talk> T register(
            T talk, java.nio.channels.spi.AbstractSelectableChannel channel) throws IOException {
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, talk);
        return talk;
    }

    Phase phase(long nanos, long everyNanos) throws IOException {
        List<Talk> all = Stream.concat(streams.stream(), flows.stream()).toList();
        long began = System.nanoTime();
        all.forEach(talk -> talk.begin(began));
        long words = nanos * all.size() / everyNanos;
        long late = 0;
        for (long said = 0; said < words; ) {
            long now = System.nanoTime();
            long due = began + said * everyNanos / all.size();
            if (due > now) {
                listen(1);
            } else {
                // A word of each of a few, then a look at what came.
                late = Math.max(late, now - due);
                for (int i = 0; i < 8 && said < words && due <= now; i++) {
                    say(all.get((int) (said % all.size())));
                    due = began + ++said * everyNanos / all.size();
                }
                listen(0);
            }
        }
        long ended = System.nanoTime();
        while (System.nanoTime() - ended < ECHO_NANOS
                || !streams.stream().allMatch(Checked::isEchoed)
                        && System.nanoTime() - ended < PATIENCE_NANOS) {
            listen(5);
        }
        return conclude(ended, late);
    }

    private Phase conclude(long ended, long late) throws IOException {
        List<Checked> took = List.copyOf(streams);
        int silent = 0;
        for (Checked stream : took) {
            if (!stream.isEchoed()) {
                silent++;
                stream.longestNanos =
                        Math.max(stream.longestNanos, System.nanoTime() - stream.lastNanos);
                stream.channel.close();
            }
            if (stream.isOver() || !stream.channel.isOpen()) {
                streams.remove(stream);
            }
        }
        selector.selectNow();
        flows.forEach(flow -> {
            if (flow.lastNanos < ended) {
                flow.heard(ended);
            }
        });
        long sent = flows.stream().mapToLong(Flow::sent).sum();
        return new Phase(
                took.size(),
                (int) took.stream().filter(stream -> stream.reset).count(),
                (int) took.stream().filter(stream -> stream.ended).count(),
                silent,
                took.stream().mapToLong(stream -> stream.wrong).sum(),
                millis(streams),
                sent,
                sent - flows.stream().mapToLong(flow -> flow.received).sum(),
                millis(flows),
                late / 1e6);
    }

    private static List<Double> millis(List<? extends Talk> all) {
        return all.stream().map(talk -> talk.longestNanos / 1e6).sorted().toList();
    }

    private static void say(Talk talk) throws IOException {
        try {
            if (!(talk instanceof Checked stream && stream.isOver())) {
                talk.say();
            }
        } catch (IOException e) {
            trouble(talk, e);
        }
    }

    private void listen(long waitMillis) throws IOException {
        if (waitMillis == 0) {
            selector.selectNow();
        } else {
            selector.select(waitMillis);
        }
        long now = System.nanoTime();
        for (SelectionKey key : selector.selectedKeys()) {
            Talk talk = (Talk) key.attachment();
            try {
                if (key.isValid()) {
                    talk.hear(now);
                }
            } catch (IOException e) {
                trouble(talk, e);
            }
        }
        selector.selectedKeys().clear();
    }

    /** A stream's end; of a flow, what an ICMP error has told: what was said is lost. */
    private static void trouble(Talk talk, IOException e) throws IOException {
        if (talk instanceof Checked stream) {
            System.err.println("stream: " + e);
            stream.over(true);
        }
    }
}
