package io.sallyport.lab;

import io.sallyport.lab.InterfaceCounts.Sum;
import io.sallyport.lab.Rounds.RoundsReport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/**
 * Whether the flow log's records add up to what the ends' interfaces counted, where the only
 * gateway process is killed with -9 twice under traffic and the S3 server is away all the while.
 * Flows are opened, and packets denied, while there is a process: what would open meanwhile waits
 * at the gateway, and may be dropped there.
 */
final class ExactDelivery {

    private static final String NODE = "gw-1";
    private static final Duration WITHOUT_PROCESS = Duration.ofSeconds(2);
    private static final Duration SETTLED = Duration.ofSeconds(60);

    /** A destination that failed for long is tried once a minute. */
    private static final Duration DELIVERED = Duration.ofSeconds(90);

    /** What was counted, and what was written. */
    record Books(
            Map<String, Sum> seen,
            Map<String, Sum> told,
            List<String> skipped,
            RoundsReport traffic,
            int objects) {

        /**
         * Every sum is the same, but what the client has sent and the gateway has not forwarded,
         * where it was without a process beyond its horizon: that is in no record. Those speak of
         * as much from the client as came to the server.
         */
        boolean balance() {
            for (Map.Entry<String, Sum> one : seen.entrySet()) {
                Sum forwarded = seen.get(one.getKey().replace("from_client", "to_remote"));
                if (!told.getOrDefault(one.getKey(), Sum.NONE).equals(forwarded)) {
                    return false;
                }
            }
            return skipped.isEmpty();
        }

        /** Datagrams that were not forwarded. */
        long lost() {
            long lost = 0;
            for (String family : List.of("_v4", "_v6")) {
                lost += seen.getOrDefault("from_client" + family, Sum.NONE).packets();
                lost -= seen.getOrDefault("to_remote" + family, Sum.NONE).packets();
            }
            return lost;
        }
    }

    private final LabState lab;
    private final Traffic traffic;
    private final int flowLogSeconds;
    private final Consumer<String> said;
    private final FlowAccount account;

    /**
     * @param installation what the lab was started from
     * @param lab with one gateway, packets to which nobody stops when it dies
     */
    ExactDelivery(
            Installation installation, LabState lab, int flowLogSeconds, Consumer<String> said) {
        this.lab = lab;
        this.flowLogSeconds = flowLogSeconds;
        this.said = said;
        traffic = new Traffic(installation, lab);
        account = new FlowAccount(lab, lab.tenants().getFirst());
    }

    /**
     * @param flows UDP flows, of both families
     * @param outage how long S3 is away
     */
    Books run(int flows, Duration outage) {
        LabState.Tenant tenant = lab.tenants().getFirst();
        Acls.associate(
                Lab.operator(lab).as(tenant.apiKey()),
                tenant,
                Acls.denyTcpTo(
                        Lab.operator(lab).as(tenant.apiKey()),
                        lab.topology().server(2).links().getFirst().ipv4()));
        Host.Link server = lab.topology().server(1).links().getFirst();
        RoundsReport report;
        try (Traffic.Running rounds =
                traffic.start(
                        lab.topology().client(1),
                        "rounds",
                        "--flows",
                        Integer.toString(flows),
                        "--to",
                        server.ipv4() + ":" + TestServer.UDP_PORT,
                        "--to",
                        "[" + server.ipv6() + "]:" + TestServer.UDP_PORT)) {
            // By then the kernel knows each flow in both directions.
            for (int i = 0; i < TestClient.TOLD_ROUNDS; i++) {
                said.accept(rounds.line());
            }
            keepNeighbours();
            deny();
            long began = System.nanoTime();
            said.accept("S3 is killed");
            new Faults(Lab.current(lab)).kill(List.of("s3"));
            die();
            deny();
            awaitEnd(began, outage.dividedBy(2));
            die();
            awaitEnd(began, outage);
            rounds.release();
            report = rounds.report(RoundsReport.class);
        }
        said.accept("S3 is started");
        Lab.restart(lab, "s3");
        while (!Lab.s3(lab).answers()) {
            Processes.pause(Duration.ofMillis(200));
        }
        return settle(report);
    }

    /**
     * A client that asks where its gateway is, while there is no process to answer, drops what it
     * has counted as sent.
     */
    private void keepNeighbours() {
        Host client = lab.topology().client(1);
        for (String family : List.of("-4", "-6")) {
            String known =
                    Shell.run(client.inside("ip", "-j", family, "neigh", "show", "dev", "vpc0"))
                            .orFail();
            for (JsonNode each : LabState.JSON.readTree(known)) {
                String mac = each.path("lladdr").asString("");
                if (!mac.isEmpty()) {
                    Shell.run(
                                    client.inside(
                                            "ip",
                                            "neigh",
                                            "replace",
                                            each.path("dst").asString(""),
                                            "lladdr",
                                            mac,
                                            "dev",
                                            "vpc0",
                                            "nud",
                                            "permanent"))
                            .orFail();
                }
            }
        }
    }

    private void die() {
        said.accept(NODE + " is killed with -9");
        new Faults(Lab.current(lab)).kill(List.of(NODE));
        Processes.pause(WITHOUT_PROCESS);
        Lab.restart(lab, NODE);
        traffic.awaitSettled(SETTLED);
        said.accept(NODE + " is back");
    }

    /** One SYN each: none is sent again before it is given up. */
    private void deny() {
        try (Traffic.Running opens =
                traffic.start(
                        lab.topology().client(1),
                        "opens",
                        "--to",
                        lab.topology().server(2).links().getFirst().ipv4() + ":80",
                        "--per-second",
                        "50",
                        "--seconds",
                        "2",
                        "--timeout-millis",
                        "300")) {
            said.accept("denied: " + opens.report(TestClient.OpensReport.class).failed());
        }
    }

    private static void awaitEnd(long began, Duration after) {
        long left = began + after.toNanos() - System.nanoTime();
        if (left > 0) {
            Processes.pause(Duration.ofNanos(left));
        }
    }

    /** Waits until all is told, and then for as long as something more could come. */
    private Books settle(RoundsReport report) {
        long deadline = System.nanoTime() + DELIVERED.plusSeconds(2L * flowLogSeconds).toNanos();
        while (!books(report).balance() && System.nanoTime() < deadline) {
            Processes.pause(Duration.ofSeconds(1));
        }
        Processes.pause(Duration.ofSeconds(2L * flowLogSeconds + 5));
        return books(report);
    }

    private Books books(RoundsReport report) {
        return new Books(
                account.seen(), account.told(), account.skipped(), report, account.objects());
    }
}
