package io.sallyport.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.json.JsonMapper;

/**
 * Line 6: what the rules of a network ACL cost packets of known connections, and first packets. All
 * but the last rules deny what nobody sends, so that each first packet is held against all of them.
 */
final class AclLine implements DataplaneLine {

    /** Up to as many as an ACL takes; AWS has 40. */
    private static final List<Integer> RULES = List.of(10, 1_000, 10_000);

    static final String SHARE = "of that with 10";

    /** They stay the same, so that the node has its leases for them. */
    private static final int FIRST_PORT = 20_000;

    private static final int DESTINATIONS = 100;
    private static final int CLIENTS = 64;
    private static final int CLIENT_PORTS = 8;

    private static final int WARM = 3;

    /** Packets and first packets of a core's second. */
    private record Rates(double established, double fresh) {}

    private final FreshFlows freshFlows =
            new FreshFlows(DESTINATIONS, FIRST_PORT, CLIENTS, CLIENT_PORTS);

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
        nodes.eachOnce(
                0,
                rig -> {
                    Map<Integer, String> made = new LinkedHashMap<>();
                    RULES.forEach(rules -> made.put(rules, create(node(rig), rules)));
                    acls.put(rig, made);
                });
        Flows known = Flows.established(FrameKind.UDP_V4, 10_000);
        for (int i = 0; i < WARM; i++) {
            Flows fresh = freshFlows.next();
            nodes.eachOnce(i, rig -> rig.open(List.of(fresh), nodes.turn()));
        }
        AtomicInteger variant = new AtomicInteger();
        for (int round = 0; round < nodes.count(); round++) {
            Map<Rig, Map<Integer, Rates>> found = new LinkedHashMap<>();
            for (int rules : round % 2 == 0 ? RULES : RULES.reversed()) {
                Flows fresh = freshFlows.next();
                nodes.eachOnce(
                        round,
                        rig -> {
                            SoloNode node = node(rig);
                            String acl = made(acls, rig, rules);
                            associate(node, acl);
                            nodes.less(
                                    "6 a change of an ACL of %,d rules".formatted(rules),
                                    "ms",
                                    rig,
                                    change(node, acl, rules, variant.incrementAndGet()));
                            found.computeIfAbsent(rig, r -> new LinkedHashMap<>())
                                    .put(rules, turn(nodes, rig, known, fresh));
                        });
            }
            nodes.eachOnce(round, rig -> keep(nodes, rig, found.getOrDefault(rig, Map.of())));
        }
        nodes.eachOnce(0, rig -> dissociate(node(rig)));
    }

    /** Each of what one turn finds, and beside that with the fewest rules in the same round. */
    private static void keep(Rounds rounds, Rig rig, Map<Integer, Rates> found) {
        Rates few = found.get(RULES.getFirst());
        found.forEach((rules, rates) -> {
            String by = ", an ACL of %,d rules".formatted(rules);
            rounds.more("6 established" + by, EstablishedLine.UNIT, rig, rates.established());
            rounds.more("6 new connections" + by, "per s/core", rig, rates.fresh());
            if (few != null && rates != few) {
                rounds.more(
                        "6 established" + by, SHARE, rig, rates.established() / few.established());
                rounds.more("6 new connections" + by, SHARE, rig, rates.fresh() / few.fresh());
            }
        });
    }

    private static Rates turn(Rounds rounds, Rig rig, Flows known, Flows fresh) {
        rig.establish(known);
        double established = EstablishedLine.established(rig, rig.load(known, rounds.turn()));
        return new Rates(established, rig.open(List.of(fresh), rounds.turn()).perCoreSecond());
    }

    private static String made(Map<Rig, Map<Integer, String>> acls, Rig rig, int rules) {
        return acls.getOrDefault(rig, Map.of()).getOrDefault(rules, "");
    }

    private static SoloNode node(Rig rig) {
        return rig.forwarding().node().orElseThrow();
    }

    private static String create(SoloNode node, int rules) {
        return node.rest("POST", "/v1/network-acls", body(rules, 0)).path("id").asString();
    }

    /** All entries are given anew, one of them is another: milliseconds until the node obeys. */
    private static double change(SoloNode node, String acl, int rules, int variant) {
        String path = "/v1/network-acls/" + acl;
        String body = body(rules, variant);
        long began = System.nanoTime();
        node.rest("PUT", path, body);
        node.awaitApplied(path);
        return (System.nanoTime() - began) / 1e6;
    }

    private static String body(int rules, int variant) {
        List<Map<String, Object>> entries = new ArrayList<>();
        for (int i = 1; i <= rules - 4; i++) {
            String cidr = "192.%d.%d.%d/32".formatted(i == 1 ? variant % 256 : 0, i / 250, i % 250);
            entries.add(entry(i, true, "deny", cidr));
        }
        for (boolean egress : new boolean[] {true, false}) {
            entries.add(entry(32_000, egress, "allow", "0.0.0.0/0"));
            entries.add(entry(32_001, egress, "allow", "::/0"));
        }
        return JsonMapper.shared().writeValueAsString(Map.of("entries", entries));
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
        node.rest("PUT", node.gatewayPath() + "/network-acl", "{\"networkAclId\":\"" + acl + "\"}");
        node.awaitApplied();
    }

    private static void dissociate(SoloNode node) {
        node.rest("DELETE", node.gatewayPath() + "/network-acl", "");
        node.awaitApplied();
    }
}
