package io.sallyport.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Which of some UDP ports of a server can be reached, and since when: a client sends to all of them
 * all the time, and the server notes what comes. Two commands, each until standard input ends:
 *
 * <pre>
 *  send ADDRESS FIRST-PORT PORTS FLOWS MICROS
 *        a datagram every MICROS to the ports in turn: from FLOWS source ports that stay the same,
 *        and then once from a new one
 *  note FIRST-PORT PORTS FLOWS
 *        look        [{..}, ..]      what came to each port since the last mark
 *        mark        the same        and begins anew
 * </pre>
 */
final class Probes {

    private static final int RECEIVE_BYTES = 8 << 20;

    /** What came to one port. Written by the thread that hears, read by the one that is asked. */
    private static final class Port {

        private final int flows;
        private final BitSet heard = new BitSet();
        private long packets;
        private long first;
        private long every;
        private long last;

        Port(int flows) {
            this.flows = flows;
        }

        synchronized void hear(int flow) {
            long now = System.nanoTime();
            first = packets == 0 ? now : first;
            last = now;
            packets++;
            if (flow < flows && !heard.get(flow)) {
                heard.set(flow);
                every = heard.cardinality() == flows ? now : 0;
            }
        }

        synchronized Heard look(boolean anew) {
            Heard untilNow = new Heard(packets, first, every, last);
            if (anew) {
                heard.clear();
                packets = 0;
                first = 0;
                every = 0;
                last = 0;
            }
            return untilNow;
        }
    }

    /**
     * What came to a port; times are the machine's {@link System#nanoTime}, 0 where there is none.
     *
     * @param everyNanos the first packet of the last of the flows that stay the same
     */
    record Heard(long packets, long firstNanos, long everyNanos, long lastNanos) {}

    private Probes() {}

    public static void main(String[] words) throws IOException {
        int[] numbers = new int[words.length];
        boolean sends = words[0].equals("send");
        for (int i = sends ? 2 : 1; i < words.length; i++) {
            numbers[i] = Integer.parseInt(words[i]);
        }
        if (sends) {
            send(InetAddress.getByName(words[1]), numbers[2], numbers[3], numbers[4], numbers[5]);
        } else {
            note(numbers[1], numbers[2], numbers[3]);
        }
    }

    private static void send(
            InetAddress address, int firstPort, int ports, int flows, int everyMicros)
            throws IOException {
        List<DatagramSocket> sockets = new ArrayList<>();
        for (int i = 0; i < flows; i++) {
            sockets.add(new DatagramSocket());
        }
        Thread ended = Letters.endOfInput();
        System.out.println("ready probes");
        byte[] body = new byte[1];
        DatagramPacket packet = new DatagramPacket(body, 1);
        packet.setAddress(address);
        long next = System.nanoTime();
        for (int turn = 0; ended.isAlive(); turn = (turn + 1) % (ports * (flows + 1))) {
            int flow = turn / ports;
            body[0] = (byte) flow;
            packet.setPort(firstPort + turn % ports);
            if (flow < flows) {
                sockets.get(flow).send(packet);
            } else {
                try (DatagramSocket once = new DatagramSocket()) {
                    once.send(packet);
                }
            }
            next += everyMicros * 1_000L;
            TestClient.parkUntil(next);
        }
        sockets.forEach(DatagramSocket::close);
    }

    private static void note(int firstPort, int count, int flows) throws IOException {
        List<Port> ports = new ArrayList<>();
        Selector selector = Selector.open();
        for (int i = 0; i < count; i++) {
            Port port = new Port(flows);
            DatagramChannel channel = DatagramChannel.open();
            channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BYTES);
            channel.bind(new InetSocketAddress(firstPort + i));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, port);
            ports.add(port);
        }
        Thread.ofPlatform().daemon().name("ear").start(() -> hear(selector));
        System.out.println("ready probes");
        BufferedReader asked =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = asked.readLine(); line != null; line = asked.readLine()) {
            boolean anew = line.equals("mark");
            System.out.println(
                    LabState.JSON.writeValueAsString(
                            ports.stream().map(port -> port.look(anew)).toList()));
        }
    }

    private static void hear(Selector selector) {
        ByteBuffer buffer = ByteBuffer.allocate(16);
        try {
            while (true) {
                selector.select();
                for (SelectionKey key : selector.selectedKeys()) {
                    DatagramChannel channel = (DatagramChannel) key.channel();
                    while (channel.receive(buffer.clear()) != null) {
                        ((Port) key.attachment()).hear(buffer.get(0));
                    }
                }
                selector.selectedKeys().clear();
            }
        } catch (IOException e) {
            // Without an ear nothing that is said later would be true.
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }
}
