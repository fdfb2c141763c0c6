package io.sallyport.lab;

import io.sallyport.lab.FlowAccount.Kind;
import io.sallyport.lab.InterfaceCounts.Sum;
import io.sallyport.lab.TestClient.StreamReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/**
 * TCP with all offloads on at the ends: they send, and the gateway forwards, packets of up to 64
 * KiB, which count as the segments, and the headers, that they are on a wire.
 *
 * <p>An end's own word for what they are: its stack counts segments sent ({@code OutSegs}, and
 * {@code RetransSegs} for those sent again), and its packet filter the bytes of the large packets,
 * each with one header. Without selective acknowledgements all headers but a SYN's are of one
 * length. The bytes must be the application's and headers, where nothing was sent again.
 */
final class LargeSegments {

    private static final int IPV4 = 20;
    private static final int IPV6 = 40;

    /** With timestamps. */
    private static final int TCP = 32;

    /** A SYN's options are longer: segment size, window scale. */
    private static final int MORE_OF_A_SYN = 8;

    private static final int PIECE = 250_000;
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    /**
     * One way of one connection.
     *
     * @param payload bytes that the application sent
     * @param packets that the end's packet filter saw
     * @param frames that the gateway nodes' devices received meanwhile, all others' too
     * @param wire what they were
     * @param again segments sent again
     * @param bytesOver of the wire's bytes, those that are neither payload nor header
     */
    record Way(
            String name,
            long payload,
            long packets,
            long frames,
            Sum wire,
            long again,
            long bytesOver) {

        /** What was sent again was counted again. */
        boolean isExact() {
            return again == 0 ? bytesOver == 0 : bytesOver > 0;
        }
    }

    private final LabState lab;
    private final Traffic traffic;
    private final FlowAccount account;

    LargeSegments(LabState lab, Traffic traffic, FlowAccount account) {
        this.lab = lab;
        this.traffic = traffic;
        this.account = account;
    }

    /** One connection of each family, there and back; nothing else of TCP at these ends. */
    List<Way> exchange(LabState.Tenant tenant, int seconds) {
        Host client = account.client(tenant);
        Host server = lab.topology().server(1);
        Offloads.on(client, "vpc0");
        for (Host end : List.of(client, server)) {
            Offloads.on(end, end.links().getFirst().device());
            Shell.run(end.inside("sh", "-c", "echo 0 > /proc/sys/net/ipv4/tcp_sack")).orFail();
        }
        Host.Link there = server.links().getFirst();
        List<Way> ways = new ArrayList<>();
        ways.addAll(stream(tenant, Kind.LARGE_V4, there.ipv4(), IPV4 + TCP, seconds));
        ways.addAll(stream(tenant, Kind.LARGE_V6, "[" + there.ipv6() + "]", IPV6 + TCP, seconds));
        return ways;
    }

    private List<Way> stream(
            LabState.Tenant tenant, Kind kind, String to, int header, int seconds) {
        Host client = account.client(tenant);
        Sender ours = sender(client, List::getFirst);
        Sender theirs = sender(lab.topology().server(1), List::getLast);
        StreamReport report;
        try (Traffic.Running stream =
                traffic.start(
                        client,
                        "stream",
                        "--to",
                        to + ":" + TestServer.LARGE_PORT,
                        "--seconds",
                        Integer.toString(seconds),
                        "--every-millis",
                        "20",
                        "--size",
                        Integer.toString(PIECE))) {
            report = stream.report(StreamReport.class);
        }
        if (report.lostBytes() != 0 || report.wrongBytes() != 0 || !report.error().isEmpty()) {
            throw new LabFailure("the stream of large segments went wrong: " + report);
        }
        Processes.pause(LAST_WORDS);
        return List.of(
                way(tenant, kind, "from_client", header, report.sentBytes(), ours),
                way(tenant, kind, "from_remote", header, report.receivedBytes(), theirs));
    }

    /** An end before it sends, and which of a gateway node's devices hears it. */
    private record Sender(
            Host host,
            Map<String, Long> tcp,
            Function<List<Host.Link>, Host.Link> heardBy,
            long frames) {}

    private Sender sender(Host host, Function<List<Host.Link>, Host.Link> heardBy) {
        return new Sender(host, traffic.tcpCounters(host), heardBy, received(heardBy));
    }

    /** By all gateway nodes. */
    private long received(Function<List<Host.Link>, Host.Link> heardBy) {
        return IntStream.rangeClosed(1, lab.topology().gateways())
                .mapToObj(lab.topology()::gateway)
                .mapToLong(node -> received(node, heardBy.apply(node.links())))
                .sum();
    }

    private static long received(Host node, Host.Link link) {
        String json =
                Shell.run(node.inside("ip", "-j", "-s", "link", "show", "dev", link.device()))
                        .orFail();
        JsonNode device = LabState.JSON.readTree(json).path(0);
        return device.path("stats64").path("rx").path("packets").asLong(0);
    }

    private Way way(
            LabState.Tenant tenant,
            Kind kind,
            String leg,
            int header,
            long payload,
            Sender before) {
        Map<String, Long> now = traffic.tcpCounters(before.host);
        long again = since(before.tcp, now, "RetransSegs");
        long segments = since(before.tcp, now, "OutSegs") + again;
        long packets = account.counted(tenant, kind, leg).packets();
        long frames = received(before.heardBy) - before.frames;
        if (Math.max(packets, frames) > segments / 2) {
            throw new LabFailure(
                    "%d segments of %s in %d packets, at the gateway %d: there are no large ones"
                            .formatted(segments, before.host.name(), packets, frames));
        }
        Sum wire = account.cut(tenant, kind, leg, segments, header);
        return new Way(
                kind.leg(leg),
                payload,
                packets,
                frames,
                wire,
                again,
                wire.bytes() - payload - segments * header - MORE_OF_A_SYN);
    }

    private static long since(Map<String, Long> before, Map<String, Long> now, String name) {
        return now.getOrDefault(name, 0L) - before.getOrDefault(name, 0L);
    }
}
