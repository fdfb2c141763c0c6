package io.sallyport.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.json.JsonMapper;

/**
 * Line 6: what the rules of a network ACL cost packets of known connections, and first packets. All
 * but the last rules deny what nobody sends, so that each first packet is held against all of them.
 */
final class AclLine implements DataplaneLine {

    /** The second is about as many as one call of the REST API takes. */
    private static final List<Integer> RULES = List.of(10, 700);

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int FIRST_PORT = 20_000;
    private static final int DESTINATIONS = 100;

    private int nextPort = FIRST_PORT;

    @Override
    public int number() {
        return 6;
    }

    @Override
    public String title() {
        return "network ACLs";
    }

    @Override
    public void measure(Rounds rounds) {
        Rounds nodes =
                rounds.with(
                        rounds.rigs().stream()
                                .filter(rig -> rig.forwarding().node().isPresent())
                                .toList());
        Map<Rig, Map<Integer, String>> acls = new LinkedHashMap<>();
        for (Rig rig : nodes.rigs()) {
            Map<Integer, String> made = new LinkedHashMap<>();
            RULES.forEach(rules -> made.put(rules, create(node(rig), rules)));
            acls.put(rig, made);
        }
        Flows known = Flows.established(FrameKind.UDP_V4, 10_000);
        for (int round = 0; round < nodes.count(); round++) {
            for (int rules : round % 2 == 0 ? RULES : RULES.reversed()) {
                acls.forEach((rig, made) -> associate(node(rig), made.getOrDefault(rules, "")));
                nodes.eachOnce(round, rig -> turn(nodes, rig, known, rules));
                nextPort += DESTINATIONS;
            }
        }
        nodes.rigs().forEach(rig -> dissociate(node(rig)));
    }

    private void turn(Rounds rounds, Rig rig, Flows known, int rules) {
        rig.establish(known);
        String by = "an ACL of %,d rules".formatted(rules);
        rounds.more(
                "6 established, " + by,
                "packets/s/core",
                rig,
                EstablishedLine.established(rig, rig.load(known, rounds.turn())));
        Flows fresh = new Flows(FrameKind.SYN_V4, DESTINATIONS, nextPort, 64, 4);
        rounds.more(
                "6 new connections, " + by,
                "per s/core",
                rig,
                rig.open(List.of(fresh), rounds.turn()).perCoreSecond());
    }

    private static SoloNode node(Rig rig) {
        return rig.forwarding().node().orElseThrow();
    }

    private static String create(SoloNode node, int rules) {
        List<Map<String, Object>> entries = new ArrayList<>();
        for (int i = 1; i <= rules - 4; i++) {
            String cidr = "192.0.%d.%d/32".formatted(i / 250, i % 250);
            entries.add(entry(i, true, "deny", cidr));
        }
        for (boolean egress : new boolean[] {true, false}) {
            entries.add(entry(32_000, egress, "allow", "0.0.0.0/0"));
            entries.add(entry(32_001, egress, "allow", "::/0"));
        }
        String body = JsonMapper.shared().writeValueAsString(Map.of("entries", entries));
        return node.rest("POST", "/v1/network-acls", body).path("id").asString();
    }

    private static Map<String, Object> entry(
            int number, boolean egress, String action, String cidr) {
        return Map.of(
                "ruleNumber", number,
                "egress", egress,
                "protocol", "-1",
                "action", action,
                "cidr", cidr);
    }

    private static void associate(SoloNode node, String acl) {
        String path = gateway(node);
        node.rest("PUT", path + "/network-acl", "{\"networkAclId\":\"" + acl + "\"}");
        awaitApplied(node, path);
    }

    private static void dissociate(SoloNode node) {
        String path = gateway(node);
        node.rest("DELETE", path + "/network-acl", "");
        awaitApplied(node, path);
    }

    private static String gateway(SoloNode node) {
        return "/v1/gateways/"
                + node.rest("GET", "/v1/gateways", "").path("items").path(0).path("id").asString();
    }

    private static void awaitApplied(SoloNode node, String path) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!node.rest("GET", path, "").path("state").asString("").equals("available")) {
            if (System.nanoTime() > deadline) {
                throw new BenchFailure("an ACL is not applied: " + node.rest("GET", path, ""));
            }
            LockSupport.parkNanos(20_000_000);
        }
    }
}
