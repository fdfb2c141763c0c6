package io.sallyport.lab;

import io.sallyport.lab.LabState.Tenant;
import io.sallyport.lab.TestClient.OpensReport;
import io.sallyport.lab.TestClient.StreamReport;
import io.sallyport.lab.TestClient.UdpReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The whole spine on real packets, told as it happens. Every sentence that says something worked
 * has checked it; the first that did not ends the demo with 1.
 */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description =
                "A TCP connection through a gateway, the death of its node, and the flow log.")
final class Demo implements Callable<Integer> {

    private static final int FLOW_LOG_SECONDS = 5;
    private static final int CONNECTIONS_PER_CLIENT = 1000;
    private static final Duration STALL = Duration.ofSeconds(5);

    @Option(
            names = "--probe",
            defaultValue = "on",
            description = "off: the router does not look for dead nodes, so the stream must stall")
    private String probe = "on";

    @Option(names = "--id", defaultValue = "demo", description = "names the demo's own lab")
    private String id = "demo";

    private final long start = System.nanoTime();
    private final Installation installation = Installation.find();
    private final AtomicBoolean ended = new AtomicBoolean();

    @Override
    public Integer call() {
        boolean probing = LabCommands.isOn(probe);
        LabCommands.Place place = new LabCommands.Place();
        place.id = id;
        Path directory = place.directory();
        Thread cleaner = new Thread(() -> end(directory), "cleaner");
        Runtime.getRuntime().addShutdownHook(cleaner);
        boolean worked = false;
        try {
            Lab.down(id, directory);
            run(directory, probing);
            worked = true;
        } finally {
            // After Ctrl-C they are being deleted already.
            if (!worked && !ended.get()) {
                keepLogs(directory);
            }
            end(directory);
        }
        title("done");
        say("the lab is gone: no process, namespace, link or file of it is left");
        return 0;
    }

    private void run(Path directory, boolean probing) {
        title("a lab: 3 stores, 3 gateway nodes, control, S3, router, 3 clients, 2 servers");
        LabState state =
                Lab.up(
                        installation,
                        new Lab.Wish(
                                new Topology(id, 3, 3, 3, 2),
                                directory,
                                probing,
                                FLOW_LOG_SECONDS,
                                false,
                                this::tell),
                        this::say);
        Scene scene = new Scene(state);
        scene.curl();
        if (probing) {
            scene.surviveDeath();
            scene.uniquePorts();
            scene.deny();
            scene.flowLog();
        } else {
            scene.stall();
        }
    }

    /** The steps, on one running lab. */
    private final class Scene {
        private final LabState state;
        private final Topology topology;
        private final Traffic traffic;
        private final Tenant ant;
        private final Tenant bee;
        private final Rest api;
        private final Host client;
        private final Host server;
        private final Host otherServer;
        private String seenPort = "";

        Scene(LabState state) {
            this.state = state;
            this.topology = state.topology();
            this.traffic = new Traffic(installation, state);
            this.ant = state.tenants().getFirst();
            this.bee = state.tenants().getLast();
            this.api = Lab.operator(state).as(ant.apiKey()).telling(Demo.this::tell);
            this.client = topology.client(1);
            this.server = topology.server(1);
            this.otherServer = topology.server(2);
        }

        void curl() {
            title("a client's curl reaches the server");
            Host twin = topology.client(3);
            String one = whoami(client, server);
            check(
                    one.startsWith(ant.eips().getFirst().address() + " "),
                    "the server saw " + one + ", an elastic IP of tenant ant");
            String two = whoami(twin, server);
            check(
                    two.startsWith(bee.eips().getFirst().address() + " "),
                    "client-3, of tenant bee, has the same address %s; the server saw %s"
                            .formatted(Tenancy.insideAddress(topology, 3), two));
        }

        private String whoami(Host from, Host to) {
            String url = "http://" + to.address() + "/whoami";
            say("%s$ curl %s".formatted(from.name(), url));
            return traffic.curl(from, url).orFail().strip();
        }

        void surviveDeath() {
            title("a TCP stream outlives the node that carries it");
            long resets = resets();
            try (Traffic.Running stream = stream(14, 30);
                    Traffic.Running pings =
                            traffic.start(
                                    client,
                                    "udp",
                                    "--seconds",
                                    "10",
                                    "--to",
                                    server.address() + ":" + TestServer.UDP_PORT)) {
                String carrier = killCarrier(stream);
                StreamReport report = stream.report(StreamReport.class);
                UdpReport datagrams = pings.report(UdpReport.class);
                check(
                        report.error().isEmpty() && !report.reset(),
                        "the stream went on: %,d bytes there and back"
                                .formatted(report.receivedBytes()));
                check(
                        report.lostBytes() == 0 && report.wrongBytes() == 0,
                        "%d bytes lost, %d wrong"
                                .formatted(report.lostBytes(), report.wrongBytes()));
                check(resets() == resets, (resets() - resets) + " RST");
                say(
                        "gap: %.0f ms in the TCP stream, %.0f ms between datagrams (%d of %d lost)"
                                .formatted(
                                        report.longestGapMillis(),
                                        datagrams.longestGapMillis(),
                                        datagrams.sent() - datagrams.received(),
                                        datagrams.sent()));
                say("starting " + carrier + " again");
                Lab.restart(state, carrier);
                traffic.awaitSettled(Duration.ofSeconds(30));
            }
        }

        void stall() {
            title("without the router's probe nothing moves the stream");
            try (Traffic.Running stream = stream(14, (int) STALL.toSeconds())) {
                killCarrier(stream);
                StreamReport report = stream.report(StreamReport.class);
                check(
                        report.longestGapMillis() >= STALL.toMillis(),
                        "the stream stalled (no byte for %.1f s, %s): the fail-over is the probe's doing"
                                .formatted(report.longestGapMillis() / 1000, report.error()));
            }
        }

        private Traffic.Running stream(int seconds, int patience) {
            return traffic.start(
                    client,
                    "stream",
                    "--seconds",
                    Integer.toString(seconds),
                    "--patience-seconds",
                    Integer.toString(patience),
                    "--to",
                    server.address() + ":" + TestServer.TCP_PORT);
        }

        private String killCarrier(Traffic.Running stream) {
            String port = stream.line().split(" ")[1];
            Processes.pause(Duration.ofSeconds(2));
            String carrier = carrier(Integer.parseInt(port));
            say("kill -9 " + carrier + ", which carries it; links stay up, routes stay in place");
            new Faults(Lab.current(state)).kill(List.of(carrier));
            return carrier;
        }

        /** The node that has forwarded most of the client's packets of this connection. */
        private String carrier(int clientPort) {
            api.get("/v1/gateways/" + ant.gateway() + "/connections?limit=3");
            return Carriers.of(state, traffic, ant.gateway(), clientPort, TestServer.TCP_PORT);
        }

        private long resets() {
            return traffic.resets(client) + traffic.resets(server);
        }

        void uniquePorts() {
            title("2,000 connections from 2 clients to one destination");
            Traffic.Accepted before = traffic.accepted(server);
            try (Traffic.Running one = hold(1);
                    Traffic.Running two = hold(2)) {
                for (Traffic.Running client : List.of(one, two)) {
                    OpensReport report = client.report(OpensReport.class);
                    check(
                            report.opened() == CONNECTIONS_PER_CLIENT,
                            "%d of %d opened (median %.1f ms, 99%% within %.1f ms) %s"
                                    .formatted(
                                            report.opened(),
                                            report.tried(),
                                            report.p50Millis(),
                                            report.p99Millis(),
                                            report.errors()));
                }
                List<String> peers = traffic.peers(server, TestServer.TCP_PORT);
                int distinct = new HashSet<>(peers).size();
                long duplicates =
                        traffic.accepted(server).duplicates()
                                - before.duplicates()
                                + (peers.size() - distinct);
                check(
                        distinct >= 2 * CONNECTIONS_PER_CLIENT,
                        "the server holds %d connections at once from %s, %d distinct source tuples"
                                .formatted(
                                        peers.size(), ant.eips().getFirst().address(), distinct));
                check(duplicates == 0, duplicates + " duplicates");
                one.release();
                two.release();
                check(
                        one.line().equals("alive " + CONNECTIONS_PER_CLIENT)
                                && two.line().equals("alive " + CONNECTIONS_PER_CLIENT),
                        "each was alive to the end and heard only its own words");
            }
        }

        private Traffic.Running hold(int n) {
            return traffic.start(
                    topology.client(n),
                    "hold",
                    "--name",
                    topology.client(n).name(),
                    "--count",
                    Integer.toString(CONNECTIONS_PER_CLIENT),
                    "--to",
                    server.address() + ":" + TestServer.TCP_PORT);
        }

        void deny() {
            title("a network ACL takes effect");
            String acl = Acls.denyTcpTo(api, otherServer.address());
            whoami(client, otherServer);
            Acls.associate(api, ant, acl);
            say("%s$ curl http://%s/whoami".formatted(client.name(), otherServer.address()));
            Shell.Result denied =
                    traffic.curl(client, "http://" + otherServer.address() + "/whoami");
            check(!denied.ok(), "denied: " + denied.errors().strip());
            String seen = whoami(client, server);
            check(!seen.isEmpty(), "the other server still answers, it saw " + seen);
            seenPort = seen.split(" ")[1];
        }

        void flowLog() {
            title("the flow log, from the tenant's bucket");
            // By AWS' rules it names the gateway's private address, never the elastic IP. The port
            // is the one that the server saw.
            String gateway = ant.privateAddress().replace(".", "\\.");
            List<String> wanted =
                    List.of(
                            " %s %s %s 80 6 .* ACCEPT OK"
                                    .formatted(gateway, server.address(), seenPort),
                            " %s %s [0-9]+ 80 6 .* REJECT OK".formatted(inside(), gateway));
            FlowLogs logs = new FlowLogs(Lab.s3(state), ant.bucket());
            long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (!wanted.stream().allMatch(logs::matches)) {
                if (System.nanoTime() > deadline) {
                    throw new LabFailure(
                            "after 60 s the flow log does not tell of %s; it has %d lines in %d objects"
                                    .formatted(wanted, logs.lines().size(), logs.objects()));
                }
                Processes.pause(Duration.ofMillis(500));
                logs.fetch();
            }
            logs.show(wanted, Demo.this::say);
        }

        private String inside() {
            return Tenancy.insideAddress(topology, 1).replace(".", "\\.");
        }
    }

    private void end(Path directory) {
        if (ended.compareAndSet(false, true)) {
            Lab.down(id, directory);
        }
    }

    private void keepLogs(Path directory) {
        Path kept = installation.home().resolve("target/demo-logs");
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            Files.createDirectories(kept);
            keepMetrics(directory, kept);
            for (Path file : files.sorted(Comparator.naturalOrder()).toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".log") || name.endsWith(".out")) {
                    Files.copy(file, kept.resolve(name), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        System.err.println("logs of all processes: " + kept);
    }

    private void keepMetrics(Path directory, Path kept) throws IOException {
        if (!Files.exists(LabState.file(directory))) {
            return;
        }
        LabState state = LabState.read(directory);
        for (int n = 1; n <= state.gateways(); n++) {
            Host node = state.topology().gateway(n);
            String url =
                    "http://%s:%d/metrics"
                            .formatted(node.address(), Configurations.MANAGEMENT_PORT);
            Files.writeString(
                    kept.resolve(node.name() + ".metrics"),
                    new Traffic(installation, state).curl(node, url).output());
        }
    }

    private void tell(Rest.Exchange exchange) {
        say("%s %s %s".formatted(exchange.method(), exchange.path(), exchange.body()).strip());
        String answer = exchange.answer().replaceAll("(\"apiKey\":\")[^\"]{4}[^\"]*", "$1...");
        say(
                "    -> %d %s"
                        .formatted(
                                exchange.status(),
                                answer.length() > 400
                                        ? answer.substring(0, 400) + " ..."
                                        : answer));
    }

    private void check(boolean holds, String sentence) {
        if (!holds) {
            throw new LabFailure("not so: " + sentence);
        }
        say(sentence);
    }

    private void title(String text) {
        System.out.println();
        System.out.println("== " + text);
    }

    private void say(String line) {
        LabCommands.said(start, line);
    }
}
