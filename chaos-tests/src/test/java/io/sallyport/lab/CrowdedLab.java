package io.sallyport.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.lab.Installation.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A lab of its own with many connections of one tenant to one destination. They are held by several
 * processes, since one may not have so many files open.
 */
final class CrowdedLab implements AutoCloseable {

    private static final int PORT = 9004;
    private static final int CROWDS = 4;
    private static final int SERVERS = 5;

    /**
     * Opens a second of each crowd: on few cores more than nodes bear, so that SYNs are answered
     * after their clients have given up and use their tuples again (ADR 63).
     */
    private static final int PACE = 350;

    /** The least: a box that bears less is no place for tens of thousands of connections. */
    private static final int SLOWEST_PACE = 40;

    /** After which it is seen whether the box bears the pace. */
    private static final int ROUND_SECONDS = 15;

    private static final Duration HOLD_WITHIN = Duration.ofMinutes(10);

    /** More than a server goes on repeating a SYN-ACK that was not acknowledged. */
    private static final Duration SETTLE = Duration.ofSeconds(150);

    private static final Duration LOOK = Duration.ofSeconds(1);

    /** What became of a turn's opens. */
    record Turned(int opened, int failed) {}

    private final String id;
    private final Path directory;
    private final LabState state;
    private final Traffic traffic;
    private final List<Traffic.Running> crowds = new ArrayList<>();
    private final CrowdBook book;

    /** Opens a second of each crowd that this box has borne until now. */
    private int pace = PACE;

    private boolean overloaded;

    private CrowdedLab(String id, Path directory, LabState state, Installation installation) {
        this.id = id;
        this.directory = directory;
        this.state = state;
        this.traffic = new Traffic(installation, state);
        this.book = new CrowdBook(serve(installation));
    }

    /**
     * Starts it; nobody is connected yet.
     *
     * @param name up to 4 letters
     * @param settings see {@link Lab.Wish}
     */
    static CrowdedLab up(String name, List<String> settings) {
        Installation installation = Trained.installation();
        String id = name + ProcessHandle.current().pid() % 10_000;
        Path directory = installation.home().resolve("chaos-tests/target/lab-" + id);
        Lab.Wish wish =
                new Lab.Wish(
                        new Topology(id, 3, 3, 3, 1),
                        directory,
                        Routing.PROBE,
                        60,
                        false,
                        Stream.concat(
                                        Stream.of("gateway.connections.max=262144"),
                                        settings.stream())
                                .toList(),
                        call -> {});
        try {
            LabState state = Lab.up(installation, wish, line -> System.out.println("lab: " + line));
            CrowdedLab lab = new CrowdedLab(id, directory, state, installation);
            lab.traffic.awaitSettled(Duration.ofSeconds(120));
            lab.gather();
            return lab;
        } catch (RuntimeException e) {
            Lab.down(id, directory);
            throw e;
        }
    }

    private List<Path> serve(Installation installation) {
        Host server = state.topology().server(1);
        // With cookies a server forgets who is half open: one lost ACK, and only the client is
        // open.
        Shell.run(
                        server.inside(
                                "sysctl",
                                "-qw",
                                "net.ipv4.tcp_syncookies=0",
                                "net.ipv4.tcp_max_syn_backlog=65535"))
                .orFail();
        Processes processes = new Processes(state.topology().prefix());
        List<Path> logs = new ArrayList<>();
        for (int i = 1; i <= SERVERS; i++) {
            List<String> command = new ArrayList<>(installation.command(Role.CROWD_SERVER));
            command.add(Integer.toString(PORT));
            Processes.Running running =
                    processes.start("crowd-server-" + i, server, command, directory);
            Processes.awaitReady(running, Duration.ofSeconds(90));
            logs.add(Path.of(running.output()));
        }
        return logs;
    }

    private void gather() {
        for (int i = 0; i < CROWDS; i++) {
            Host client = state.topology().client(1 + i % 2);
            Shell.run(
                            client.inside(
                                    "sysctl",
                                    "-qw",
                                    "net.ipv4.ip_local_port_range=1024 65535",
                                    "net.ipv4.tcp_tw_reuse=1"))
                    .orFail();
            Traffic.Running crowd =
                    traffic.start(
                            Role.CROWD, client, state.topology().server(1).address() + ":" + PORT);
            assertThat(crowd.line()).isEqualTo("ready crowd");
            crowds.add(crowd);
        }
    }

    /**
     * Opens connections, evenly over the crowds, until so many are held in all; slower where most
     * of a round failed, since a box that is asked for more than it has does less, and faster again
     * where none did.
     */
    void hold(int wanted) {
        long until = System.nanoTime() + HOLD_WITHIN.toNanos();
        for (int missing = wanted - held(); missing > 0; ) {
            assertThat(System.nanoTime()).as("%d of %d missing", missing, wanted).isLessThan(until);
            int round = Math.min(missing, borne() * ROUND_SECONDS);
            int each = pace;
            each(n -> "open %d %d".formatted(share(round, n), each));
            int opened = missing - (wanted - held());
            missing -= opened;
            System.out.printf("crowd: %,d of %,d opened at %,d a second%n", opened, round, borne());
            pace = opened == round ? Math.min(PACE, pace * 3 / 2) : pace;
            if (opened < round / 2) {
                pace = Math.max(SLOWEST_PACE, pace / 2);
                overloaded = true;
            }
        }
    }

    /**
     * Whether it was asked for more than it bears for a while. Then servers, too, may have given up
     * what is open for a client.
     */
    boolean wasOverloaded() {
        return overloaded;
    }

    /** Says a word on each of those held, and lets go of those on which nobody answers. */
    void letGoOfMute() {
        System.out.println("crowd: " + each(n -> "ask " + PACE));
    }

    /** Opens a second that this box has borne until now, of all crowds together. */
    int borne() {
        return CROWDS * pace;
    }

    private static int share(int count, int crowd) {
        return count / CROWDS + (crowd < count % CROWDS ? 1 : 0);
    }

    /** How many connections the clients hold for good. */
    int held() {
        return each(n -> "live").stream().mapToInt(line -> number(line, 1)).sum();
    }

    /** How many connections the server's kernel has open now. */
    int open() {
        return ports().size();
    }

    /** Their source ports, as the server's kernel sees them; one address, so a port is a tuple. */
    List<Integer> ports() {
        return traffic.peers(state.topology().server(1), PORT).stream()
                .map(peer -> Integer.valueOf(peer.substring(peer.lastIndexOf(':') + 1)))
                .toList();
    }

    /** Whether the server's kernel comes to have so many open. */
    boolean settlesAt(int connections) {
        long until = System.nanoTime() + SETTLE.toNanos();
        while (open() != connections) {
            if (System.nanoTime() > until) {
                return false;
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
        return true;
    }

    /** Where clients, nodes and the server disagree, for a failure's message. */
    String disagreements() {
        return new CrowdAccount(traffic, state, PORT).disagreements();
    }

    /** Source ports in the order in which the server accepted them, once nobody comes any more. */
    List<Integer> acceptedSince(long nanos) {
        int[] before = {-1};
        Awaitility.await("the servers' books")
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> {
                    int now = book.acceptedSince(nanos).size();
                    boolean rests = now == before[0];
                    before[0] = now;
                    return rests;
                });
        return book.acceptedSince(nanos);
    }

    /** Opens and closes, evenly over the crowds; returns when all are closed. */
    int churn(int count, int perSecond) {
        return each(n -> "churn %d %d".formatted(share(count, n), perSecond / CROWDS)).stream()
                .mapToInt(line -> number(line, 1))
                .sum();
    }

    /** Opens so many a second for so long; each lives {@code life} seconds. */
    Turned turn(int seconds, int perSecond, int life) {
        List<String> said = each(n -> "turn %d %d %d".formatted(seconds, perSecond / CROWDS, life));
        return new Turned(
                said.stream().mapToInt(line -> number(line, 1)).sum(),
                said.stream().mapToInt(line -> number(line, 2)).sum());
    }

    /** Tells the first crowd a command, and answers what it said. */
    String told(String command) {
        crowds.getFirst().say(command);
        return crowds.getFirst().line();
    }

    /** The machine is gone, and does not come back. */
    void loseForGood(String node) {
        Faults faults = new Faults(Lab.current(state));
        faults.kill(List.of(node));
        faults.cut(node);
    }

    /** What a node's management address says. */
    String management(int node, String path) {
        Host host = state.topology().gateway(node);
        return traffic.curl(
                        host,
                        "http://%s:%d%s"
                                .formatted(host.address(), Configurations.MANAGEMENT_PORT, path))
                .orFail();
    }

    /** Tells each crowd its command at the same time, and answers what each said. */
    private List<String> each(IntFunction<String> command) {
        for (int n = 0; n < CROWDS; n++) {
            crowds.get(n).say(command.apply(n));
        }
        return crowds.stream().map(Traffic.Running::line).toList();
    }

    private static int number(String line, int word) {
        return Integer.parseInt(line.split(" ")[word]);
    }

    @Override
    public void close() {
        crowds.forEach(Traffic.Running::close);
        Lab.down(id, directory);
    }
}
