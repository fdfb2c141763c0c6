package io.sallyport.lab;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Who speaks through an elastic IP: several clients each say their own letter all the time, and a
 * server hears, in the order of arrival, whose letter comes from the address. Where an address has
 * one owner at a time, letters come in runs, one more than it was moved. When all flows of the new
 * owner are heard, every node that carries one has switched.
 */
@Command(name = "letters", mixinStandardHelpOptions = true)
final class Letters {

    static final int PORT = 9100;

    /** Flows of one letter: so many that each of a few nodes carries some. */
    private static final String PORTS = "16";

    /** So that the ear is not busy for ever when nothing comes. */
    private static final int LOOK_MILLIS = 20;

    /**
     * @param packets that came from the address
     * @param others that came from another
     * @param turns how often the letter was another than the one before
     * @param gapsMillis at each turn: from the last packet of the one to the first of the other
     * @param everywhereMillis at each turn: from that last packet until each of the other's flows
     *     was heard, whichever node carries it
     */
    record Heard(
            long packets,
            long others,
            int turns,
            List<Double> gapsMillis,
            List<Double> everywhereMillis) {
        Heard {
            gapsMillis = List.copyOf(gapsMillis);
            everywhereMillis = List.copyOf(everywhereMillis);
        }
    }

    public static void main(String[] args) {
        System.exit(new CommandLine(new Letters()).execute(args));
    }

    @Command(name = "say", description = "One letter from many ports, until stdin ends.")
    int say(
            @Option(names = "--letter", required = true) String letter,
            @Option(names = "--from", required = true) String from,
            @Option(names = "--to", required = true) String to,
            @Option(names = "--ports", defaultValue = PORTS) int ports,
            @Option(names = "--every-micros", defaultValue = "500") long everyMicros)
            throws IOException {
        InetSocketAddress target = new InetSocketAddress(to, PORT);
        List<DatagramSocket> sockets = new ArrayList<>();
        for (int i = 0; i < ports; i++) {
            sockets.add(new DatagramSocket(new InetSocketAddress(InetAddress.getByName(from), 0)));
        }
        Thread ended = endOfInput();
        System.out.println("saying " + letter);
        byte[] body = {(byte) letter.charAt(0), 0};
        long next = System.nanoTime();
        for (int i = 0; ended.isAlive(); i++) {
            body[1] = (byte) (i % ports);
            try {
                sockets.get(i % ports).send(new DatagramPacket(body, body.length, target));
            } catch (IOException e) {
                // While its gateway has no address it is told so; that is what is tried here.
            }
            next += everyMicros * 1_000;
            TestClient.parkUntil(next);
        }
        sockets.forEach(DatagramSocket::close);
        return 0;
    }

    @Command(name = "hear", description = "Says whose letter comes from an address.")
    int hear(
            @Option(names = "--address", required = true) String address,
            @Option(names = "--ports", defaultValue = PORTS) int ports)
            throws IOException {
        InetAddress source = InetAddress.getByName(address);
        List<Double> gaps = new ArrayList<>();
        List<Double> everywhere = new ArrayList<>();
        BitSet flows = new BitSet();
        long packets = 0;
        long others = 0;
        int letter = -1;
        long last = 0;
        long before = 0;
        Thread ended = endOfInput();
        try (DatagramSocket socket = new DatagramSocket(PORT)) {
            socket.setReceiveBufferSize(8 << 20);
            socket.setSoTimeout(LOOK_MILLIS);
            System.out.println("hearing");
            DatagramPacket packet = new DatagramPacket(new byte[16], 16);
            while (ended.isAlive()) {
                try {
                    socket.receive(packet);
                } catch (SocketTimeoutException e) {
                    continue;
                }
                long now = System.nanoTime();
                if (!packet.getAddress().equals(source)) {
                    others++;
                    continue;
                }
                packets++;
                int said = packet.getData()[0];
                if (said != letter) {
                    if (letter >= 0) {
                        gaps.add((now - last) / 1e6);
                    }
                    letter = said;
                    before = last;
                    flows.clear();
                    System.out.println("turn " + (char) said);
                }
                last = now;
                int flow = packet.getData()[1];
                if (!flows.get(flow)) {
                    flows.set(flow);
                    if (flows.cardinality() == ports) {
                        if (!gaps.isEmpty()) {
                            everywhere.add((now - before) / 1e6);
                        }
                        System.out.println("all " + (char) said);
                    }
                }
            }
        }
        System.out.println(
                LabState.JSON.writeValueAsString(
                        new Heard(packets, others, gaps.size(), gaps, everywhere)));
        return 0;
    }

    /** Lives until standard input has ended. */
    static Thread endOfInput() {
        return Thread.ofPlatform()
                .daemon()
                .start(() -> {
                    try {
                        while (System.in.read() >= 0) {}
                    } catch (IOException e) {
                        // As good as its end.
                    }
                });
    }
}
