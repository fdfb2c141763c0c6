package io.sallyport.bench;

import io.sallyport.bench.SallyportForwarding.Way;
import io.sallyport.store.trust.Role;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Several gateway nodes as one gateway, with one store. Each has a testbed of its own, and the
 * generators choose the node, as a router in front of them does by a hash of the flow.
 */
final class Fleet implements Forwarding {

    /** Generous, as a node's alone is. */
    private static final Duration READY = Duration.ofSeconds(300);

    private static final Duration APPLIED = Duration.ofSeconds(120);
    private static final int CAPACITY = 262_144;
    private static final String CLUSTER = "bench";
    private static final String ACCOUNT = "000000000001";

    private final Way way;
    private final int nodes;
    private final int copies;
    private final Path home;
    private final Path directory;
    private final String operator = HexFormat.of().formatHex(SecureRandom.getSeed(24));
    private final Backplane backplane;
    private final List<Testbed> testbeds = new ArrayList<>();
    private final Children children;
    private final Certificates certificates;
    private final Map<String, Process> counted = new LinkedHashMap<>();

    /**
     * Begins to start; {@link #awaitReady} ends it.
     *
     * @param copies R: how many nodes hold a connection before its first packet leaves
     */
    private Fleet(Way way, int nodes, int copies, Path home, Path scratch) {
        this.way = way;
        this.nodes = nodes;
        this.copies = copies;
        this.home = home;
        String name = "%dr%d".formatted(nodes, copies);
        directory = scratch.resolve("fleet-" + name);
        backplane = new Backplane(name);
        children = new Children(directory);
        certificates = new Certificates(CLUSTER, directory.resolve("certificates"), true);
        startStoreAndControl();
        for (int node = 0; node < nodes; node++) {
            Testbed testbed = new Testbed(name + "-" + node);
            testbeds.add(testbed);
            if (isXdp()) {
                testbed.suitXdp();
            }
            backplane.join(testbed, node);
            startGateway(testbed, node);
        }
    }

    static void begin(Guests guests, Way way, int nodes, int copies, Path home, Path scratch) {
        guests.begin(name(way, nodes, copies), () -> new Fleet(way, nodes, copies, home, scratch));
    }

    /** A router, nftables, the node by the same path that is alone, and then the fleets. */
    static List<Rig> beside(Rounds rounds, Way way, List<Rig> fleets) {
        return Stream.concat(
                        rounds.rigs().stream()
                                .filter(rig ->
                                        rig.forwarding().processes().isEmpty()
                                                || rig.forwarding().name().equals(way.label())),
                        fleets.stream())
                .toList();
    }

    /** Of the path that is the default, where it was asked for. */
    static Way way(Set<Way> ways) {
        return ways.contains(Way.TCX) ? Way.TCX : ways.iterator().next();
    }

    private void startStoreAndControl() {
        counted.put(
                "store",
                start(
                        Part.STORE,
                        "store",
                        backplane.inside(List.of()),
                        Map.of(
                                "store.id",
                                "store",
                                "store.directory",
                                directory.resolve("store").toString(),
                                "store.raft.peers",
                                "store=" + Backplane.ADDRESS + ":7100",
                                "store.front.peers",
                                front(),
                                "management.listen",
                                Backplane.ADDRESS + ":7300")));
        start(
                Part.CONTROL,
                "control",
                backplane.inside(List.of()),
                Map.of(
                        "listen",
                        Backplane.ADDRESS + ":8080",
                        "stores",
                        front(),
                        "operator.key",
                        operator));
    }

    private static String front() {
        return "store=" + Backplane.ADDRESS + ":7200";
    }

    private void startGateway(Testbed testbed, int node) {
        String name = "gateway-" + node;
        String address = Backplane.address(node);
        Map<String, String> keys = new LinkedHashMap<>(SoloNode.SETTINGS);
        keys.putAll(way.settings());
        keys.put("node.id", name);
        keys.put("node.directory", directory.resolve(name).toString());
        keys.put("stores", front());
        keys.put("peers.listen", address + ":7400");
        keys.put("management.listen", address + ":7300");
        keys.put("inside.interfaces", Testbed.INSIDE);
        keys.put("outside.interface", Testbed.OUTSIDE);
        keys.put("connections.max", Integer.toString(CAPACITY));
        counted.put(name, start(Part.GATEWAY, name, SoloNode.room(testbed), keys));
    }

    private Process start(Part part, String name, List<String> enter, Map<String, String> keys) {
        List<String> lines = new ArrayList<>(certificates.keys(role(part), name));
        lines.add("cluster.id=" + CLUSTER);
        keys.forEach((key, value) -> lines.add(key + "=" + value));
        List<String> command = new ArrayList<>(enter);
        command.addAll(
                part.command(home, List.of(), directory.resolve(name + ".properties"), lines));
        return children.start(name, command);
    }

    private static Role role(Part part) {
        return switch (part) {
            case STORE -> Role.STORE;
            case GATEWAY -> Role.NODE;
            case CONTROL -> Role.CONTROL;
        };
    }

    @Override
    public void awaitReady() {
        children.awaitLine("control", "ready control", READY);
        IntStream.range(0, nodes)
                .forEach(node -> children.awaitLine("gateway-" + node, "ready gateway", READY));
        provision();
    }

    /** One tenant with one gateway, whose elastic IPs are the testbeds'. */
    private void provision() {
        Rest rest =
                new Rest(
                        backplane.inside(List.of()),
                        "http://" + Backplane.ADDRESS + ":8080",
                        directory);
        String key =
                rest.call(operator, "PUT", "/v1/tenants/" + ACCOUNT, Map.of("name", "bench"))
                        .path("apiKey")
                        .asString();
        rest.call(
                operator,
                "PUT",
                "/v1/pools/bench",
                Map.of("prefixes", List.of(Testbed.EIP, Testbed.EIP_V6)));
        String vpc =
                id(
                        rest.call(
                                key,
                                "POST",
                                "/v1/vpcs",
                                Map.of("prefixes", List.of("10.1.0.0/16", "fd00:1::/64"))));
        rest.call(
                operator,
                "PUT",
                "/v1/vpcs/" + vpc + "/attachment",
                Map.of("interfaces", List.of(Testbed.INSIDE)));
        String subnet =
                id(
                        rest.call(
                                key,
                                "POST",
                                "/v1/subnets",
                                Map.of("vpcId", vpc, "prefix", "10.1.0.0/16")));
        String gateway =
                id(
                        rest.call(
                                key,
                                "POST",
                                "/v1/gateways",
                                Map.of(
                                        "subnetId", subnet,
                                        "copies", copies,
                                        "privateAddress", Testbed.INSIDE_ADDRESS)));
        for (String family : List.of("ipv4", "ipv6")) {
            String eip =
                    id(
                            rest.call(
                                    key,
                                    "POST",
                                    "/v1/elastic-ips",
                                    Map.of("pool", "bench", "family", family)));
            rest.call(
                    key,
                    "PUT",
                    "/v1/elastic-ips/" + eip + "/attachment",
                    Map.of("gatewayId", gateway));
        }
        children.awaitTrue(
                "the nodes have not applied the gateway",
                () ->
                        rest.call(key, "GET", "/v1/gateways/" + gateway, "")
                                .path("state")
                                .asString("")
                                .equals("available"),
                APPLIED);
    }

    private static String id(JsonNode made) {
        return made.path("id").asString();
    }

    int nodes() {
        return nodes;
    }

    int copies() {
        return copies;
    }

    @Override
    public String name() {
        return name(way, nodes, copies);
    }

    private static String name(Way way, int nodes, int copies) {
        return "%s, R = %d on %d nodes".formatted(way.label(), copies, nodes);
    }

    @Override
    public Testbed testbed() {
        return testbeds.getFirst();
    }

    @Override
    public List<Testbed> testbeds() {
        return List.copyOf(testbeds);
    }

    @Override
    public boolean isXdp() {
        return way == Way.XDP;
    }

    @Override
    public boolean isInPlace() {
        return way != Way.JAVA;
    }

    @Override
    public Optional<SoloNode> node() {
        return Optional.empty();
    }

    @Override
    public List<Long> processes() {
        return counted.values().stream().map(Process::pid).toList();
    }

    @Override
    public void forget() {
        // Half-open connections end by themselves, soon: see SoloNode.
    }

    @Override
    public void close() {
        children.close();
        testbeds.forEach(Testbed::close);
        backplane.close();
    }
}
