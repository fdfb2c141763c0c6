package io.sallyport.lab;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Many flows that are known to the last packet: in a round each says one word to an echo, and none
 * is left before its echo has come. UDP from ports of its own, a word a datagram; TCP connections
 * live through all rounds. One thread.
 */
final class Rounds implements AutoCloseable {

    /** Flows whose echoes are waited for together: far fewer than a process may have files. */
    private static final int TOGETHER = 200;

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final int CONNECT_MILLIS = 10_000;
    private static final int FIRST_PORT = 20_000;

    /** What all rounds have to say: words. */
    record RoundsReport(int rounds, long sent, long echoed) {}

    /** Bytes of its words that have not come back. */
    private static final class Flow<C extends SelectableChannel & ByteChannel> {
        final C channel;
        int owed;

        Flow(C channel) {
            this.channel = channel;
        }
    }

    private final List<InetSocketAddress> datagramsTo;
    private final int datagramFlows;
    private final List<Flow<SocketChannel>> connections = new ArrayList<>();
    private final ByteBuffer heard = ByteBuffer.allocate(1 << 10);
    private int rounds;
    private long sent;
    private long echoed;

    /**
     * @param datagramsTo UDP echoes; the flows take turns
     * @param datagramFlows 0 to 12,000, which end below the ports that a system chooses itself
     */
    Rounds(List<InetSocketAddress> datagramsTo, int datagramFlows) {
        if (datagramFlows < 0 || datagramFlows > 12_000) {
            throw new IllegalArgumentException(datagramFlows + " flows");
        }
        this.datagramsTo = List.copyOf(datagramsTo);
        this.datagramFlows = datagramFlows;
    }

    /**
     * @param to TCP echoes; the connections take turns
     */
    void connect(List<InetSocketAddress> to, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            SocketChannel channel = SocketChannel.open();
            connections.add(new Flow<>(channel));
            channel.socket().connect(to.get(i % to.size()), CONNECT_MILLIS);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
        }
    }

    void round() throws IOException {
        for (int first = 0; first < datagramFlows; first += TOGETHER) {
            List<Flow<DatagramChannel>> some = new ArrayList<>();
            try {
                for (int i = first; i < Math.min(datagramFlows, first + TOGETHER); i++) {
                    some.add(new Flow<>(datagrams(i)));
                }
                exchange(some, first);
            } finally {
                for (Flow<DatagramChannel> one : some) {
                    one.channel.close();
                }
            }
        }
        for (int first = 0; first < connections.size(); first += TOGETHER) {
            int end = Math.min(connections.size(), first + TOGETHER);
            exchange(connections.subList(first, end), first);
        }
        rounds++;
    }

    private <C extends SelectableChannel & ByteChannel> void exchange(
            List<Flow<C>> flows, int first) throws IOException {
        try (Selector selector = Selector.open()) {
            int missing = 0;
            for (int i = 0; i < flows.size(); i++) {
                sent++;
                // Of different lengths, so that bytes are not the packets' once more.
                missing += say(flows.get(i), 16 + (first + i + rounds) % 400, selector) ? 1 : 0;
            }
            long deadline = System.nanoTime() + PATIENCE_NANOS;
            while (missing > 0 && System.nanoTime() < deadline) {
                selector.select(100);
                for (SelectionKey key : selector.selectedKeys()) {
                    if (hear((Flow<?>) key.attachment())) {
                        key.cancel();
                        missing--;
                    }
                }
                selector.selectedKeys().clear();
            }
        }
    }

    /** False: there is none to say it to. */
    private static <C extends SelectableChannel & ByteChannel> boolean say(
            Flow<C> flow, int length, Selector selector) throws IOException {
        if (!flow.channel.isOpen()) {
            return false;
        }
        flow.channel.register(selector, SelectionKey.OP_READ, flow);
        try {
            flow.owed += flow.channel.write(ByteBuffer.allocate(length));
            return true;
        } catch (IOException e) {
            System.err.println("say: " + e);
            flow.channel.close();
            return false;
        }
    }

    /** Whether nothing more is to come. */
    private boolean hear(Flow<?> flow) throws IOException {
        int length;
        try {
            length = flow.channel.read(heard.clear());
        } catch (IOException e) {
            System.err.println("hear: " + e);
            length = -1;
        }
        if (length < 0) {
            flow.channel.close();
            return true;
        }
        flow.owed -= length;
        if (flow.owed > 0) {
            return false;
        }
        echoed++;
        return true;
    }

    private DatagramChannel datagrams(int flow) throws IOException {
        InetSocketAddress target = datagramsTo.get(flow % datagramsTo.size());
        boolean v4 = target.getAddress() instanceof Inet4Address;
        DatagramChannel channel =
                DatagramChannel.open(
                        v4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        channel.configureBlocking(false);
        InetAddress any = InetAddress.getByName(v4 ? "0.0.0.0" : "::");
        channel.bind(new InetSocketAddress(any, FIRST_PORT + flow));
        channel.connect(target);
        return channel;
    }

    RoundsReport report() {
        return new RoundsReport(rounds, sent, echoed);
    }

    /** Ends the connections. */
    @Override
    public void close() throws IOException {
        for (Flow<SocketChannel> one : connections) {
            one.channel.close();
        }
    }
}
