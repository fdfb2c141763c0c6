package io.sallyport.lab;

import io.sallyport.lab.Host.Link;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The router's own eyes, a process in its namespace: asks every gateway node by UDP whether it
 * forwards and takes its links out of the ECMP routes when it does not. Nothing else in the lab
 * moves traffic, so a fail-over that works here works by packets alone.
 *
 * <p>One thread. Arguments: lab id, number of gateway nodes, underlay.
 */
final class RouterProbe {

    static final int PORT = 7500;

    private static final long INTERVAL_NANOS = 25_000_000;
    private static final int MISSES_TO_LEAVE = 3;
    private static final int ANSWERS_TO_RETURN = 8;
    private static final int INTERVALS_BETWEEN_REINSTALLS = 40;

    private final Topology topology;
    private final List<Neighbour> neighbours = new ArrayList<>();
    private final BufferedWriter routes;
    private long turns;

    /** A gateway node as the router sees it. */
    private static final class Neighbour {
        private final int number;
        private final DatagramChannel channel;
        private boolean up = true;
        private boolean answered = true;
        private int misses;
        private int answers;

        Neighbour(int number, DatagramChannel channel) {
            this.number = number;
            this.channel = channel;
        }
    }

    private RouterProbe(Topology topology, BufferedWriter routes) {
        this.topology = topology;
        this.routes = routes;
    }

    /** Runs until it is killed. */
    public static void main(String[] args) throws IOException {
        Topology topology =
                new Topology(args[0], 1, Integer.parseInt(args[1]), 1, 1, Underlay.of(args[2]));
        // One ip(8) for all changes: starting a process costs more than the change.
        Process ip =
                new ProcessBuilder("ip", "-force", "-batch", "-")
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (var routes =
                new BufferedWriter(
                        new OutputStreamWriter(ip.getOutputStream(), StandardCharsets.UTF_8))) {
            new RouterProbe(topology, routes).run();
        }
    }

    private void run() throws IOException {
        try (Selector selector = Selector.open()) {
            for (int n = 1; n <= topology.gateways(); n++) {
                Link link = topology.gateway(n).links().getFirst();
                DatagramChannel channel = DatagramChannel.open();
                channel.bind(new InetSocketAddress(link.routerAddress(), 0));
                // Connected: an answer can only come from the node that was asked.
                channel.connect(new InetSocketAddress(link.address(), PORT));
                channel.configureBlocking(false);
                neighbours.add(new Neighbour(n, channel));
            }
            System.out.println("ready probe " + topology.gateways() + " nodes");
            long next = System.nanoTime();
            while (true) {
                judge();
                ask();
                next += INTERVAL_NANOS;
                long now = System.nanoTime();
                if (now > next) {
                    // We were late ourselves: a silence that we did not listen to proves nothing.
                    neighbours.forEach(neighbour -> neighbour.misses = 0);
                    next = now + INTERVAL_NANOS;
                }
                listenUntil(next, selector);
            }
        }
    }

    /** What the interval that has just ended says about each node. */
    private void judge() throws IOException {
        boolean changed = false;
        for (Neighbour neighbour : neighbours) {
            neighbour.misses = neighbour.answered ? 0 : neighbour.misses + 1;
            neighbour.answers = neighbour.answered ? neighbour.answers + 1 : 0;
            boolean up =
                    neighbour.up
                            ? neighbour.misses < MISSES_TO_LEAVE
                            : neighbour.answers >= ANSWERS_TO_RETURN;
            if (up != neighbour.up) {
                neighbour.up = up;
                changed = true;
                System.err.println(
                        "%s gw-%d %s"
                                .formatted(
                                        LocalTime.now(),
                                        neighbour.number,
                                        up ? "answers again" : "is silent"));
            }
        }
        // Now and then without need: a link that flapped for a moment took its routes along.
        if (changed || ++turns % INTERVALS_BETWEEN_REINSTALLS == 0) {
            install();
        }
    }

    private void install() throws IOException {
        Set<Integer> up = new HashSet<>();
        for (Neighbour neighbour : neighbours) {
            if (neighbour.up) {
                up.add(neighbour.number);
            }
        }
        if (up.isEmpty()) {
            return; // Routes to nobody would help nobody.
        }
        for (String line : topology.spreadOver(up)) {
            routes.write(line);
            routes.newLine();
        }
        routes.flush();
    }

    private void ask() {
        for (Neighbour neighbour : neighbours) {
            neighbour.answered = false;
            try {
                drain(neighbour);
                neighbour.answered = false;
                neighbour.channel.write(ByteBuffer.wrap(new byte[] {1}));
            } catch (IOException e) {
                // Port unreachable or no route: as good as silence, and the next ask tries again.
                neighbour.answered = false;
            }
        }
    }

    private void listenUntil(long deadline, Selector selector) throws IOException {
        for (Neighbour neighbour : neighbours) {
            if (neighbour.channel.keyFor(selector) == null) {
                neighbour.channel.register(selector, java.nio.channels.SelectionKey.OP_READ);
            }
        }
        while (true) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return;
            }
            selector.select(key -> {}, Math.max(1, left / 1_000_000));
            for (Neighbour neighbour : neighbours) {
                try {
                    drain(neighbour);
                } catch (IOException e) {
                    neighbour.answered = false;
                }
            }
        }
    }

    private static void drain(Neighbour neighbour) throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(64);
        while (neighbour.channel.read(answer) > 0) {
            neighbour.answered = true;
            answer.clear();
        }
    }
}
