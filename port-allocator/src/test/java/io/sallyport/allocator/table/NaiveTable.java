package io.sallyport.allocator.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.allocator.Holdings;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Ports;
import io.sallyport.ids.Incarnation;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** What a table of leases is, as one would write it down: maps in maps. */
final class NaiveTable {

    /** What one holds of a destination. */
    record Share(long grant, List<Integer> ports) {}

    private static final Share NOTHING = new Share(0, List.of());

    final TreeMap<LeaseKey, TreeMap<Incarnation, Share>> rows = new TreeMap<>();

    void lease(LeaseKey key, Incarnation holder, long grant, Ports ports) {
        TreeMap<Incarnation, Share> row = rows.computeIfAbsent(key, absent -> new TreeMap<>());
        Share before = row.getOrDefault(holder, NOTHING);
        List<Integer> all = new ArrayList<>(before.ports);
        all.addAll(ports.toList());
        row.put(holder, new Share(grant, all.stream().sorted().toList()));
    }

    void free(LeaseKey key, Incarnation holder, Ports ports) {
        TreeMap<Incarnation, Share> row = row(key);
        Share before = share(key, holder);
        List<Integer> left = new ArrayList<>(before.ports);
        left.removeAll(ports.toList());
        if (left.isEmpty()) {
            row.remove(holder);
        } else {
            row.put(holder, new Share(before.grant, left));
        }
        if (row.isEmpty()) {
            rows.remove(key);
        }
    }

    TreeMap<Incarnation, Share> row(LeaseKey key) {
        return rows.getOrDefault(key, new TreeMap<>());
    }

    Share share(LeaseKey key, Incarnation holder) {
        return row(key).getOrDefault(holder, NOTHING);
    }

    static int size(TreeMap<Incarnation, Share> row) {
        return row.values().stream().mapToInt(share -> share.ports.size()).sum();
    }

    long heldBy(Incarnation holder) {
        return rows.values().stream()
                .mapToLong(row -> row.getOrDefault(holder, NOTHING).ports.size())
                .sum();
    }

    NaiveTable copy() {
        NaiveTable copy = new NaiveTable();
        rows.forEach((key, row) -> copy.rows.put(key, new TreeMap<>(row)));
        return copy;
    }

    /** The row as the real table tells it. */
    static TreeMap<Incarnation, Share> read(Holdings holdings) {
        TreeMap<Incarnation, Share> row = new TreeMap<>();
        for (Incarnation holder : holdings.holders()) {
            Ports ports = holdings.portsOf(holder);
            assertThat(holdings.leasedTo(holder)).isEqualTo(ports.size()).isPositive();
            row.put(holder, new Share(holdings.lastGrant(holder), ports.toList()));
        }
        assertThat(holdings.leased()).isEqualTo(size(row));
        return row;
    }
}
