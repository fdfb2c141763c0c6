package io.sallyport.lab;

import io.sallyport.lab.LabState.Tenant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;

/**
 * What the clients' kernels, the nodes and the server's kernel hold of one tenant's connections to
 * one destination, and where they disagree: for the message of a test that counted wrong.
 */
final class CrowdAccount {

    private static final int SHOWN = 20;

    /** A node's record; several nodes may have one of the same connection. */
    private record Known(String node, String client, int port, String said) {}

    private final Traffic traffic;
    private final Topology topology;
    private final Tenant tenant;
    private final int destinationPort;

    CrowdAccount(Traffic traffic, LabState state, int destinationPort) {
        this.traffic = traffic;
        this.topology = state.topology();
        this.tenant = state.tenants().getFirst();
        this.destinationPort = destinationPort;
    }

    /** Text of some lines; empty where all agree. */
    String disagreements() {
        Map<String, String> server = sockets(topology.server(1), "sport");
        Map<Integer, String> atServer = new HashMap<>();
        server.forEach((peer, said) -> atServer.put(port(peer), said));
        Map<String, String> atClient = new TreeMap<>();
        Stream.of(1, 2).forEach(n -> atClient.putAll(sockets(topology.client(n), "dport")));
        List<Known> known = known();

        Set<String> lines = new TreeSet<>();
        Set<String> recorded = new HashSet<>();
        for (Known record : known) {
            recorded.add(record.client);
            String near = atClient.getOrDefault(record.client, "none");
            String far = atServer.getOrDefault(record.port, "none");
            if (near.startsWith("ESTAB") != far.startsWith("ESTAB")) {
                lines.add(
                        "%d: client %s %s; server %s; %s %s"
                                .formatted(
                                        record.port,
                                        record.client,
                                        near,
                                        far,
                                        record.node,
                                        record.said));
            }
        }
        atClient.forEach((client, said) -> {
            if (said.startsWith("ESTAB") && !recorded.contains(client)) {
                lines.add("no node knows: client " + client + " " + said);
            }
        });
        Map<Integer, Set<String>> owners = new TreeMap<>();
        known.forEach(record ->
                owners.computeIfAbsent(record.port, port -> new TreeSet<>()).add(record.client));
        atServer.forEach((port, said) -> {
            if (!owners.containsKey(port)) {
                lines.add(port + ": server " + said + ", no node knows");
            }
        });
        owners.forEach((port, clients) -> {
            if (clients.size() > 1) {
                lines.add(port + ": several clients " + clients);
            }
        });
        return "%d clients' sockets, %d records of %d ports, %d servers' sockets; %d disagreements%n%s"
                .formatted(
                        atClient.size(),
                        known.size(),
                        owners.size(),
                        server.size(),
                        lines.size(),
                        lines.stream().limit(SHOWN).collect(Collectors.joining("\n")));
    }

    /** The other end's (server) or the own (client) address and port, and what the kernel says. */
    private Map<String, String> sockets(Host host, String side) {
        boolean isServer = side.equals("sport");
        Map<String, String> found = new TreeMap<>();
        Shell.run(host.inside("ss", "-Htano", side, "=", ":" + destinationPort))
                .orFail()
                .lines()
                .map(line -> line.strip().split("\\s+", 6))
                .filter(fields -> !fields[0].equals("LISTEN"))
                .forEach(fields ->
                        found.put(
                                fields[isServer ? 4 : 3].replace("[::ffff:", "").replace("]", ""),
                                fields[0] + (fields.length > 5 ? " " + fields[5] : "")));
        return found;
    }

    private List<Known> known() {
        List<Known> known = new ArrayList<>();
        for (int n = 1; n <= 3; n++) {
            Host node = topology.gateway(n);
            String url =
                    "http://%s:%d/connections?gateway=%s&limit=100000"
                            .formatted(
                                    node.address(),
                                    Configurations.MANAGEMENT_PORT,
                                    tenant.gateway());
            for (JsonNode record : LabState.JSON.readTree(asked(node, url))) {
                known.add(
                        new Known(
                                node.name(),
                                record.get("client").asString(),
                                record.get("port").asInt(),
                                "%s out %d in %d age %d s idle %d s"
                                        .formatted(
                                                record.get("state").asString(),
                                                record.get("packetsOut").asInt(),
                                                record.get("packetsIn").asInt(),
                                                record.get("ageSeconds").asInt(),
                                                record.get("idleSeconds").asInt())));
            }
        }
        return known;
    }

    /** A busy node says 503 where its worker has no time for people. */
    private String asked(Host node, String url) {
        String[] answer = {""};
        Awaitility.await("the connections of " + node.name())
                .atMost(Duration.ofSeconds(60))
                .until(() -> {
                    answer[0] = traffic.curl(node, url).orFail();
                    return answer[0].startsWith("[");
                });
        return answer[0];
    }

    private static int port(String endpoint) {
        return Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
    }
}
