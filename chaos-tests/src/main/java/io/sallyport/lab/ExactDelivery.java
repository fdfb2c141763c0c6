package io.sallyport.lab;

import io.sallyport.lab.FlowAccount.Lost;
import io.sallyport.lab.InterfaceCounts.Sum;
import io.sallyport.lab.LabState.Tenant;
import io.sallyport.lab.Rounds.RoundsReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/**
 * Whether the flow logs' records add up to what the ends' interfaces counted, for the gateways of
 * two tenants on one node or several, each of which tells what it forwarded itself. A process is
 * killed with -9 under traffic, and the last node's too, while the S3 server is away; then TCP goes
 * through with offloads on; at last the first node's box is gone for a while. Flows are opened, and
 * packets denied, while every node has a process: what would open meanwhile waits at the gateway,
 * and may be dropped there.
 */
final class ExactDelivery {

    private static final String NODE = "gw-1";
    private static final Duration WITHOUT_PROCESS = Duration.ofSeconds(2);
    private static final Duration SETTLED = Duration.ofSeconds(60);

    /** A destination that failed for long is tried once a minute. */
    private static final Duration DELIVERED = Duration.ofSeconds(90);

    /** After a window's end, until it is known as told. */
    private static final int TOLD_SECONDS = 3;

    private static final int LARGE_SECONDS = 3;

    /** Between rounds, so that the box has time to start a process before its horizon passes. */
    private static final String PAUSE_MILLIS = "1500";

    /** Of ten flows one is of TCP. */
    private static final int FLOWS_A_CONNECTION = 10;

    /**
     * What was counted, and what was written.
     *
     * @param astray SKIPDATA that should not be, {@code unsaid} where there should be some
     */
    record Books(
            Map<String, Sum> seen,
            Map<String, Sum> told,
            List<String> astray,
            List<String> unsaid,
            List<RoundsReport> traffic,
            List<LargeSegments.Way> large,
            int objects) {

        /**
         * Every sum is the same, but what the client has sent and the gateway has not forwarded,
         * where it was without a process beyond its horizon: that is in no record. Those speak of
         * as much from the client as came to the server.
         */
        boolean balance() {
            return told.keySet().equals(seen.keySet())
                    && seen.keySet().stream()
                            .allMatch(name -> forwarded(name).equals(told.get(name)))
                    && astray.isEmpty()
                    && unsaid.isEmpty()
                    && large.stream().allMatch(LargeSegments.Way::isExact);
        }

        private Sum forwarded(String name) {
            return seen.getOrDefault(name.replace("from_client", "to_remote"), Sum.NONE);
        }

        /** Packets that were not forwarded. */
        long lost() {
            return seen.keySet().stream()
                    .mapToLong(name ->
                            seen.getOrDefault(name, Sum.NONE).packets() - forwarded(name).packets())
                    .sum();
        }
    }

    /** The rounds of every tenant's client. */
    private record Talk(List<Traffic.Running> each) implements AutoCloseable {

        /** By then the kernel knows each flow in both directions. */
        void awaitKnown(Consumer<String> said) {
            for (int i = 0; i < TestClient.TOLD_ROUNDS; i++) {
                each.forEach(one -> said.accept(one.line()));
            }
        }

        List<RoundsReport> end() {
            each.forEach(Traffic.Running::release);
            return each.stream().map(one -> one.report(RoundsReport.class)).toList();
        }

        @Override
        public void close() {
            each.forEach(Traffic.Running::close);
        }
    }

    private final LabState lab;
    private final Traffic traffic;
    private final int flowLogSeconds;
    private final Consumer<String> said;
    private final FlowAccount account;
    private final List<RoundsReport> reports = new ArrayList<>();
    private final List<LargeSegments.Way> large = new ArrayList<>();

    /**
     * @param installation what the lab was started from
     * @param lab whose router sends packets to a node whether its process lives or not
     */
    ExactDelivery(
            Installation installation, LabState lab, int flowLogSeconds, Consumer<String> said) {
        this.lab = lab;
        this.flowLogSeconds = flowLogSeconds;
        this.said = said;
        traffic = new Traffic(installation, lab);
        account = new FlowAccount(lab);
    }

    /**
     * @param flows of both families, by UDP and TCP
     * @param outage how long S3 is away
     */
    Books run(int flows, Duration outage) {
        prepare();
        throughDeaths(flows, outage);
        startS3();
        said.accept("offloads are on");
        large.addAll(
                new LargeSegments(lab, traffic, account)
                        .exchange(lab.tenants().getFirst(), LARGE_SECONDS));
        awaitBalance();
        loseBox(Math.min(flows, 200));
        awaitBalance();
        Processes.pause(Duration.ofSeconds(2L * flowLogSeconds + 5));
        return books();
    }

    private void prepare() {
        Host server = lab.topology().server(1);
        Offloads.off(server, server.links().getFirst().device());
        Host.Link other = lab.topology().server(2).links().getFirst();
        for (Tenant tenant : lab.tenants()) {
            Host client = account.client(tenant);
            Offloads.off(client, "vpc0");
            Offloads.off(client, client.links().getFirst().device());
            Rest api = Lab.operator(lab).as(tenant.apiKey());
            Acls.associate(api, tenant, Acls.denyTcpTo(api, other.ipv4(), other.ipv6()));
        }
        Tenant first = lab.tenants().getFirst();
        String bucket = "rejects-" + first.account();
        Lab.s3(lab).createBucket(bucket);
        Lab.operator(lab)
                .as(first.apiKey())
                .post(
                        "/v1/flow-logs",
                        Map.of("vpcId", first.vpc(), "bucket", bucket, "trafficType", "REJECT"));
        account.subscribeDenied(first, bucket);
    }

    private void throughDeaths(int flows, Duration outage) {
        try (Talk talk = talk(flows)) {
            talk.awaitKnown(said);
            lab.tenants().forEach(tenant -> keepNeighbours(account.client(tenant)));
            deny();
            long began = System.nanoTime();
            said.accept("S3 is killed");
            new Faults(Lab.current(lab)).kill(List.of("s3"));
            die(NODE);
            deny();
            awaitEnd(began, outage.dividedBy(2));
            die(lab.topology().gateway(lab.topology().gateways()).name());
            awaitEnd(began, outage);
            reports.addAll(talk.end());
        }
    }

    private Talk talk(int flows) {
        int share = flows / lab.tenants().size();
        int connections = share / FLOWS_A_CONNECTION;
        Host.Link server = lab.topology().server(1).links().getFirst();
        List<String> ends = List.of(server.ipv4() + ":", "[" + server.ipv6() + "]:");
        List<String> words =
                new ArrayList<>(
                        List.of(
                                "rounds",
                                "--flows",
                                Integer.toString(share - connections),
                                "--connections",
                                Integer.toString(connections),
                                "--pause-millis",
                                PAUSE_MILLIS));
        for (String end : ends) {
            words.addAll(List.of("--to", end + TestServer.UDP_PORT));
            words.addAll(List.of("--connect-to", end + TestServer.TCP_PORT));
        }
        return new Talk(
                lab.tenants().stream()
                        .map(tenant ->
                                traffic.start(account.client(tenant), words.toArray(String[]::new)))
                        .toList());
    }

    private void startS3() {
        said.accept("S3 is started");
        Lab.restart(lab, "s3");
        while (!Lab.s3(lab).answers()) {
            Processes.pause(Duration.ofMillis(200));
        }
    }

    /**
     * A client that asks where its gateway is, while there is no process to answer, drops what it
     * has counted as sent.
     */
    private static void keepNeighbours(Host client) {
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

    private void die(String node) {
        said.accept(node + " is killed with -9");
        new Faults(Lab.current(lab)).kill(List.of(node));
        Processes.pause(WITHOUT_PROCESS);
        Lab.restart(lab, node);
        traffic.awaitSettled(SETTLED);
        said.accept(node + " is back");
    }

    /** One SYN each: none is sent again before it is given up. */
    private void deny() {
        Host.Link other = lab.topology().server(2).links().getFirst();
        List<Traffic.Running> all = new ArrayList<>();
        for (Tenant tenant : lab.tenants()) {
            for (String to : List.of(other.ipv4() + ":80", "[" + other.ipv6() + "]:80")) {
                all.add(
                        traffic.start(
                                account.client(tenant),
                                "opens",
                                "--to",
                                to,
                                "--per-second",
                                "25",
                                "--seconds",
                                "2",
                                "--timeout-millis",
                                "300"));
            }
        }
        for (Traffic.Running opens : all) {
            try (opens) {
                said.accept("denied: " + opens.report(TestClient.OpensReport.class).failed());
            }
        }
    }

    /**
     * In the middle of a window its box is gone, and comes back in a later one: no disk has all of
     * the window's counters, and all of every other's.
     */
    private void loseBox(int flows) {
        Map<String, Sum> before = account.counted();
        long start = awaitWindow();
        speak();
        said.accept(NODE + "'s box is gone");
        PowerCut.cut(lab, NODE);
        awaitSecond(start + flowLogSeconds + TOLD_SECONDS);
        // Other nodes may have let a datagram out only after that.
        Map<String, Sum> after = account.counted();
        PowerCut.boot(lab, NODE);
        traffic.awaitSettled(SETTLED);
        said.accept(NODE + "'s box is back");
        account.leaveOut(new Lost(start, start + flowLogSeconds), before, after);
        try (Talk talk = talk(flows)) {
            talk.awaitKnown(said);
            deny();
            reports.addAll(talk.end());
        }
    }

    /** A few datagrams of each client to the echo, without a JVM's time to start. */
    private void speak() {
        Host.Link server = lab.topology().server(1).links().getFirst();
        for (Tenant tenant : lab.tenants()) {
            for (String to : List.of(server.ipv4(), server.ipv6())) {
                String words =
                        "for i in {1..20}; do echo $i > /dev/udp/%s/%d; done"
                                .formatted(to, TestServer.UDP_PORT);
                Shell.run(account.client(tenant).inside("bash", "-c", words)).orFail();
            }
        }
    }

    /**
     * Until the windows before the one that has begun are told; returns that one's first second.
     */
    private long awaitWindow() {
        long now = System.currentTimeMillis() / 1000;
        long start = now - now % flowLogSeconds + flowLogSeconds;
        awaitSecond(start + TOLD_SECONDS);
        return start;
    }

    private static void awaitSecond(long second) {
        Processes.pause(Duration.ofMillis(Math.max(0, second * 1000 - System.currentTimeMillis())));
    }

    private static void awaitEnd(long began, Duration after) {
        long left = began + after.toNanos() - System.nanoTime();
        if (left > 0) {
            Processes.pause(Duration.ofNanos(left));
        }
    }

    /** Until all is told, or could have been. */
    private void awaitBalance() {
        long deadline = System.nanoTime() + DELIVERED.plusSeconds(2L * flowLogSeconds).toNanos();
        while (!books().balance() && System.nanoTime() < deadline) {
            Processes.pause(Duration.ofSeconds(1));
        }
    }

    private Books books() {
        Map<String, Sum> told = account.told();
        return new Books(
                account.seen(),
                told,
                account.astray(),
                account.unsaid(),
                List.copyOf(reports),
                List.copyOf(large),
                account.objects());
    }
}
