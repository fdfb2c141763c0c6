package io.sallyport.store.operator;

import io.sallyport.allocator.Limits;
import io.sallyport.allocator.Member;
import io.sallyport.store.calls.StoreStatus;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A look at the stores, for people. Pure. */
final class StatusTable {

    private StatusTable() {}

    static String of(Cluster.Look look) {
        StringBuilder text = new StringBuilder();
        look.silent().forEach((store, why) -> line(text, "%s does not answer: %s", store, why));
        if (look.statuses().isEmpty()) {
            return text.toString();
        }
        groups(text, look.statuses());
        StoreStatus newest = newest(look.statuses());
        fills(text, newest);
        members(text, newest);
        return text.toString();
    }

    @SuppressWarnings("AnnotateFormatMethod") // Every format is a literal of this file.
    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
    }

    private static void groups(StringBuilder text, List<StoreStatus> statuses) {
        line(
                text,
                "%-8s %-16s %-10s %6s %12s %8s %12s %10s",
                "group",
                "store",
                "role",
                "term",
                "applied",
                "lag",
                "snapshot",
                "age s");
        Map<Integer, Long> committed = new TreeMap<>();
        statuses.forEach(status ->
                status.groups()
                        .forEach(group ->
                                committed.merge(group.number(), group.committed(), Math::max)));
        committed.forEach((number, last) ->
                statuses.forEach(status ->
                        status.groups().stream()
                                .filter(group -> group.number() == number)
                                .forEach(group -> group(text, status.store(), group, last))));
    }

    private static void group(
            StringBuilder text, String store, StoreStatus.Group group, long committed) {
        line(
                text,
                "%-8s %-16s %-10s %6d %12d %8d %12d %10d",
                group.number() == 0 ? "control" : String.valueOf(group.number()),
                store,
                group.role(),
                group.term(),
                group.applied(),
                Math.max(0, committed - group.applied()),
                group.checkpoint(),
                group.checkpointAgeSeconds());
    }

    /** Of the store that has applied most, over all groups. */
    private static StoreStatus newest(List<StoreStatus> statuses) {
        Optional<StoreStatus> most =
                statuses.stream()
                        .max(
                                Comparator.comparingLong(status ->
                                        status.groups().stream()
                                                .mapToLong(StoreStatus.Group::applied)
                                                .sum()));
        return most.orElseThrow();
    }

    private static void fills(StringBuilder text, StoreStatus status) {
        long orphans = status.groups().stream().mapToLong(g -> g.leases().orphans()).sum();
        line(text, "%ndestinations %d, orphaned ports %d", status.destinations(), orphans);
        Map<String, long[]> byEip = new TreeMap<>();
        for (StoreStatus.Fill fill : status.fills()) {
            long[] sums = byEip.computeIfAbsent(fill.pool().toString(), eip -> new long[2]);
            sums[0] += fill.destinations();
            sums[1] += fill.ports();
        }
        byEip.forEach((eip, sums) ->
                line(text, "%-44s %10d destinations %12d ports leased", eip, sums[0], sums[1]));
        for (StoreStatus.Hot hot : status.hottest()) {
            double percent = 100.0 * hot.ports() / Limits.PORTS;
            line(text, "%6d ports %5.1f %%  %s", hot.ports(), percent, hot.key());
        }
    }

    private static void members(StringBuilder text, StoreStatus status) {
        line(text, "%nepoch %s", status.membership().epoch());
        for (Member member : status.membership().members()) {
            line(
                    text,
                    "%-24s life %-8s %-5s since %-10s catalog %d",
                    member.node(),
                    member.incarnation(),
                    member.status().name().toLowerCase(Locale.ROOT),
                    member.since(),
                    member.catalogVersion());
        }
    }
}
