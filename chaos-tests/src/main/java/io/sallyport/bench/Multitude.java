package io.sallyport.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/**
 * The clients of a gateway: many connections that are silent, some streams and datagram flows that
 * talk while they are watched. One process may not have all their files open, so there are several.
 * One thread.
 */
final class Multitude implements AutoCloseable {

    private static final int FIRST_PORT = 9004;

    /** More destinations than one, so that no address runs out of ports. */
    private static final int PORTS = 2;

    private static final int DATAGRAM_PORT = 9002;

    /** Of one process, which may have 20,000 files open on a frugal box. */
    private static final int CONNECTIONS_MAX = 14_000;

    private static final int OPENS_PER_SECOND = 2_000;
    private static final int ASKS_PER_SECOND = 10_000;
    private static final Duration READY = Duration.ofSeconds(60);

    private final Boxes boxes;
    private final int silent;
    private final int streams;
    private final int flows;
    private final long everyMicros;
    private final Children servers;
    private final List<Conversation> crowds = new ArrayList<>();
    private final Conversation talkers;

    /**
     * @param connections in all
     * @param streams of them that talk
     * @param everyMicros how often each of them says a word
     */
    Multitude(
            Boxes boxes,
            Path home,
            Path scratch,
            int connections,
            int streams,
            int flows,
            long everyMicros) {
        this.boxes = boxes;
        this.silent = connections - streams;
        this.streams = streams;
        this.flows = flows;
        this.everyMicros = everyMicros;
        Path directory = scratch.resolve(boxes.name().split(" ")[0]);
        servers = new Children(directory);
        int each = Math.ceilDiv(connections, PORTS * CONNECTIONS_MAX);
        serve(home, each);
        Path errors = directory.resolve("clients.log");
        List<List<String>> clients = boxes.clients();
        for (int i = 0; i < PORTS * each; i++) {
            crowds.add(
                    new Conversation(
                            // Clients change faster than ports: each client has both.
                            clients.get(i / PORTS % clients.size()),
                            home,
                            "Crowd",
                            errors,
                            boxes.serverAddress() + ":" + (FIRST_PORT + i % PORTS)));
        }
        talkers =
                new Conversation(
                        clients.getFirst(),
                        home,
                        "Streams",
                        errors,
                        boxes.serverAddress(),
                        Integer.toString(FIRST_PORT),
                        Integer.toString(DATAGRAM_PORT));
    }

    private void serve(Path home, int each) {
        // With cookies a server forgets who is half open: one lost ACK, and only the client is
        // open.
        for (String setting :
                List.of(
                        "net/ipv4/tcp_syncookies 0",
                        "net/ipv4/tcp_max_syn_backlog 65535",
                        "net/core/somaxconn 8192")) {
            String[] words = setting.split(" ");
            Tool.run(
                    inside(
                            boxes.server(),
                            "sh",
                            "-c",
                            "echo $1 > /proc/sys/$0",
                            words[0],
                            words[1]),
                    "");
        }
        for (List<String> client : boxes.clients()) {
            Tool.run(
                    inside(
                            client,
                            "sh",
                            "-c",
                            "echo 1024 65535 > /proc/sys/net/ipv4/ip_local_port_range"),
                    "");
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < PORTS * each; i++) {
            String name = "crowd-server-" + i;
            servers.start(
                    name,
                    Conversation.command(
                            boxes.server(),
                            home,
                            "CrowdServer",
                            Integer.toString(FIRST_PORT + i % PORTS)));
            names.add(name);
        }
        if (!isEchoing()) {
            servers.start("test-server", Conversation.command(boxes.server(), home, "TestServer"));
            names.add("test-server");
        }
        names.forEach(name -> servers.awaitLine(name, "ready", READY));
    }

    /** Whether datagrams are echoed already: a lab's servers do that. */
    private boolean isEchoing() {
        return Tool.said(inside(boxes.server(), "ss", "-Hlun"))
                .lines()
                .anyMatch(line -> line.contains(":" + DATAGRAM_PORT + " "));
    }

    private static List<String> inside(List<String> enter, String... command) {
        return Stream.concat(enter.stream(), Stream.of(command)).toList();
    }

    /**
     * Opens what is missing.
     *
     * @throws BenchFailure where a connection cannot be opened
     */
    void gather() {
        int missing = silent - held();
        each(n -> "open %d %d".formatted(share(missing, n), OPENS_PER_SECOND / crowds.size()));
        if (held() != silent) {
            throw new BenchFailure(
                    "%d of %d connections are open through %s"
                            .formatted(held(), silent, boxes.name()));
        }
        talkers.say("open %d %d".formatted(streams, flows));
        String opened = talkers.answer("opened");
        if (!opened.equals("opened %d %d".formatted(streams, flows))) {
            throw new BenchFailure("streams through " + boxes.name() + ": " + opened);
        }
    }

    private int share(int count, int crowd) {
        return count / crowds.size() + (crowd < count % crowds.size() ? 1 : 0);
    }

    /** How many of the silent ones their clients still have. */
    int held() {
        return sum(each(n -> "live"), 1);
    }

    /** Each of the silent ones says a word; how many are answered. */
    int answering() {
        return sum(each(n -> "ask " + ASKS_PER_SECOND / crowds.size()), 1);
    }

    private static int sum(List<String> lines, int word) {
        return lines.stream().mapToInt(line -> Integer.parseInt(line.split(" ")[word])).sum();
    }

    /** Tells each crowd its command at the same time, and answers what each said. */
    private List<String> each(IntFunction<String> command) {
        IntStream.range(0, crowds.size()).forEach(n -> crowds.get(n).say(command.apply(n)));
        return crowds.stream().map(crowd -> crowd.answer("")).toList();
    }

    /** Streams and flows talk for so long, and meanwhile {@code event} happens. */
    Toll talk(double seconds, Runnable event) {
        // Those that were lost before are made up for, so that each time as many talk.
        talkers.say("open %d %d".formatted(streams, flows));
        talkers.answer("opened");
        long resets = resets();
        talkers.say("phase %.3f %d".formatted(seconds, everyMicros));
        talkers.answer("begun");
        event.run();
        String phase = talkers.answer("{");
        return Toll.of(JsonMapper.shared().readTree(phase), resets() - resets);
    }

    /** Opens and closes beside all else. */
    Turned turn(int seconds, int perSecond, double lifeSeconds, Runnable event) {
        // By all crowds, or a client would run out of ports towards one destination.
        IntStream.range(0, crowds.size())
                .forEach(n ->
                        crowds.get(n)
                                .say(
                                        "turn %d %d %.1f"
                                                .formatted(
                                                        seconds,
                                                        share(perSecond, n),
                                                        lifeSeconds)));
        event.run();
        List<String[]> said =
                crowds.stream().map(crowd -> crowd.answer("turned").split(" ")).toList();
        return new Turned(
                said.stream().mapToInt(words -> Integer.parseInt(words[1])).sum(),
                said.stream().mapToInt(words -> Integer.parseInt(words[2])).sum(),
                said.stream().mapToInt(words -> Integer.parseInt(words[3])).max().orElse(0));
    }

    /**
     * @param failed to open, or ended by the other side before their time
     * @param slowestMillis of those that opened
     */
    record Turned(int opened, int failed, int slowestMillis) {}

    /** Sent and suffered, at all ends, since each namespace began. */
    private long resets() {
        return Stream.concat(boxes.clients().stream(), Stream.of(boxes.server()))
                .mapToLong(Multitude::resets)
                .sum();
    }

    private static long resets(List<String> host) {
        List<String[]> rows =
                Tool.run(inside(host, "cat", "/proc/net/snmp"), "")
                        .lines()
                        .filter(line -> line.startsWith("Tcp:"))
                        .map(line -> line.split(" "))
                        .toList();
        long resets = 0;
        for (int i = 1; i < rows.getFirst().length; i++) {
            String name = rows.getFirst()[i];
            if (name.equals("OutRsts") || name.equals("EstabResets")) {
                resets += Long.parseLong(rows.getLast()[i]);
            }
        }
        return resets;
    }

    /** Where the tools' complaints are. */
    static Path directory(Path scratch, Boxes boxes) {
        try {
            return Files.createDirectories(scratch.resolve(boxes.name().split(" ")[0]));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        talkers.close();
        crowds.forEach(Conversation::close);
        servers.close();
    }
}
