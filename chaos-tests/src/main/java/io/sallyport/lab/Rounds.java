package io.sallyport.lab;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Many UDP flows that are known to the last packet: in a round each sends one datagram to an echo
 * from a port of its own, and no flow is left before its echo has come. One thread.
 */
final class Rounds {

    /** Flows whose echoes are waited for together: far fewer than a process may have files. */
    private static final int TOGETHER = 200;

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final int FIRST_PORT = 20_000;

    /** What all rounds have to say. */
    record RoundsReport(int rounds, long sent, long echoed) {}

    private final List<InetSocketAddress> to;
    private final int flows;
    private int rounds;
    private long sent;
    private long echoed;

    /**
     * @param to UDP echoes; the flows take turns
     * @param flows 1 to 12,000, which end below the ports that a system chooses itself
     */
    Rounds(List<InetSocketAddress> to, int flows) {
        if (flows < 1 || flows > 12_000) {
            throw new IllegalArgumentException(flows + " flows");
        }
        this.to = List.copyOf(to);
        this.flows = flows;
    }

    void round() throws IOException {
        for (int first = 0; first < flows; first += TOGETHER) {
            exchange(first, Math.min(flows, first + TOGETHER));
        }
        rounds++;
    }

    private void exchange(int first, int end) throws IOException {
        List<DatagramChannel> open = new ArrayList<>();
        try (Selector selector = Selector.open()) {
            for (int flow = first; flow < end; flow++) {
                DatagramChannel channel = open(flow);
                open.add(channel);
                channel.register(selector, SelectionKey.OP_READ);
                // Of different lengths, so that bytes are not the packets' once more.
                int length = 16 + (flow + rounds) % 400;
                channel.write(ByteBuffer.allocate(length));
                sent++;
            }
            int missing = end - first;
            long deadline = System.nanoTime() + PATIENCE_NANOS;
            while (missing > 0 && System.nanoTime() < deadline) {
                selector.select(100);
                for (SelectionKey key : selector.selectedKeys()) {
                    if (((DatagramChannel) key.channel()).read(ByteBuffer.allocate(500)) >= 0) {
                        key.cancel();
                        missing--;
                        echoed++;
                    }
                }
                selector.selectedKeys().clear();
            }
        } finally {
            for (DatagramChannel channel : open) {
                channel.close();
            }
        }
    }

    private DatagramChannel open(int flow) throws IOException {
        InetSocketAddress target = to.get(flow % to.size());
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
}
