package io.sallyport.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * What passed a host's interfaces, counted by its kernel: packets, and IP total lengths. The
 * counters begin at 0 when this is made.
 */
final class InterfaceCounts {

    private static final String TABLE = "inet lab_counts";

    /** Packets and bytes. */
    record Sum(long packets, long bytes) {

        static final Sum NONE = new Sum(0, 0);

        Sum plus(Sum other) {
            return new Sum(packets + other.packets, bytes + other.bytes);
        }

        Sum minus(Sum other) {
            return new Sum(packets - other.packets, bytes - other.bytes);
        }
    }

    /**
     * @param outward what the host sends; else what it receives
     * @param match in nft's words
     */
    record Wanted(String name, boolean outward, String match) {}

    private final Host host;

    InterfaceCounts(Host host, List<Wanted> all) {
        this.host = host;
        List<String> lines = new ArrayList<>();
        lines.add("add table " + TABLE);
        lines.add("delete table " + TABLE);
        lines.add("add table " + TABLE);
        lines.add("add chain " + TABLE + " out { type filter hook output priority 0; }");
        lines.add("add chain " + TABLE + " in { type filter hook input priority 0; }");
        for (Wanted one : all) {
            lines.add("add counter " + TABLE + " " + one.name());
            lines.add(
                    "add rule %s %s %s counter name %s"
                            .formatted(
                                    TABLE, one.outward() ? "out" : "in", one.match(), one.name()));
        }
        Shell.run(host.inside("nft", "-f", "-"), String.join("\n", lines) + "\n").orFail();
    }

    Map<String, Sum> read() {
        String json =
                Shell.run(host.inside(("nft -j list counters table " + TABLE).split(" "))).orFail();
        Map<String, Sum> sums = new TreeMap<>();
        for (JsonNode each : LabState.JSON.readTree(json).path("nftables")) {
            JsonNode counter = each.path("counter");
            if (counter.isObject()) {
                sums.put(
                        counter.path("name").asString(""),
                        new Sum(
                                counter.path("packets").asLong(0),
                                counter.path("bytes").asLong(0)));
            }
        }
        return sums;
    }
}
