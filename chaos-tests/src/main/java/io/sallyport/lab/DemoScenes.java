package io.sallyport.lab;

import io.sallyport.lab.LabState.Tenant;
import io.sallyport.lab.TestClient.OpensReport;
import io.sallyport.lab.TestClient.StreamReport;
import io.sallyport.lab.TestClient.UdpReport;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;

/** The demo's steps, on one running lab. Each says only what it has checked. One thread. */
final class DemoScenes {

    private static final int CONNECTIONS_PER_CLIENT = 1000;
    private static final Duration STALL = Duration.ofSeconds(5);

    private final Narration narration;
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

    DemoScenes(Installation installation, LabState state, Narration narration) {
        this.narration = narration;
        this.state = state;
        this.topology = state.topology();
        this.traffic = new Traffic(installation, state);
        this.ant = state.tenants().getFirst();
        this.bee = state.tenants().getLast();
        this.api = Lab.operator(state).as(ant.apiKey()).telling(narration::tell);
        this.client = topology.client(1);
        this.server = topology.server(1);
        this.otherServer = topology.server(2);
    }

    void curl() {
        narration.title("a client's curl reaches the server");
        Host twin = topology.client(3);
        String one = whoami(client, server);
        narration.check(
                one.startsWith(ant.eips().getFirst().address() + " "),
                "the server saw " + one + ", an elastic IP of tenant ant");
        String two = whoami(twin, server);
        narration.check(
                two.startsWith(bee.eips().getFirst().address() + " "),
                "client-3, of tenant bee, has the same address %s; the server saw %s"
                        .formatted(Tenancy.insideAddress(topology, 3), two));
    }

    private String whoami(Host from, Host to) {
        String url = "http://" + to.address() + "/whoami";
        narration.say("%s$ curl %s".formatted(from.name(), url));
        return traffic.curl(from, url).orFail().strip();
    }

    void surviveDeath() {
        narration.title("a TCP stream outlives the node that carries it");
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
            narration.check(
                    report.error().isEmpty() && !report.reset(),
                    "the stream went on: %,d bytes there and back"
                            .formatted(report.receivedBytes()));
            narration.check(
                    report.lostBytes() == 0 && report.wrongBytes() == 0,
                    "%d bytes lost, %d wrong".formatted(report.lostBytes(), report.wrongBytes()));
            narration.check(resets() == resets, (resets() - resets) + " RST");
            narration.say(
                    "gap: %.0f ms in the TCP stream, %.0f ms between datagrams (%d of %d lost)"
                            .formatted(
                                    report.longestGapMillis(),
                                    datagrams.longestGapMillis(),
                                    datagrams.sent() - datagrams.received(),
                                    datagrams.sent()));
            narration.say("starting " + carrier + " again");
            Lab.restart(state, carrier);
            traffic.awaitSettled(Duration.ofSeconds(30));
        }
    }

    void stall() {
        narration.title("without the router's probe nothing moves the stream");
        try (Traffic.Running stream = stream(14, (int) STALL.toSeconds())) {
            killCarrier(stream);
            StreamReport report = stream.report(StreamReport.class);
            narration.check(
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
        narration.say(
                "kill -9 " + carrier + ", which carries it; links stay up, routes stay in place");
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
        narration.title("2,000 connections from 2 clients to one destination");
        Traffic.Accepted before = traffic.accepted(server);
        try (Traffic.Running one = hold(1);
                Traffic.Running two = hold(2)) {
            for (Traffic.Running client : List.of(one, two)) {
                OpensReport report = client.report(OpensReport.class);
                narration.check(
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
            narration.check(
                    distinct >= 2 * CONNECTIONS_PER_CLIENT,
                    "the server holds %d connections at once from %s, %d distinct source tuples"
                            .formatted(peers.size(), ant.eips().getFirst().address(), distinct));
            narration.check(duplicates == 0, duplicates + " duplicates");
            one.release();
            two.release();
            narration.check(
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
        narration.title("a network ACL takes effect");
        String acl = Acls.denyTcpTo(api, otherServer.address());
        whoami(client, otherServer);
        Acls.associate(api, ant, acl);
        narration.say("%s$ curl http://%s/whoami".formatted(client.name(), otherServer.address()));
        Shell.Result denied = traffic.curl(client, "http://" + otherServer.address() + "/whoami");
        narration.check(!denied.ok(), "denied: " + denied.errors().strip());
        String seen = whoami(client, server);
        narration.check(!seen.isEmpty(), "the other server still answers, it saw " + seen);
        seenPort = seen.split(" ")[1];
    }

    void flowLog() {
        narration.title("the flow log, from the tenant's bucket");
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
        logs.show(wanted, narration::say);
    }

    private String inside() {
        return Tenancy.insideAddress(topology, 1).replace(".", "\\.");
    }
}
