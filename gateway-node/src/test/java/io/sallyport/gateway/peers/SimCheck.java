package io.sallyport.gateway.peers;

import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.connections.OutsideKey;
import io.sallyport.net.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Looks at every install and every packet. An index of who forwards what keeps a look cheap: it
 * costs as many steps as the connection has carriers.
 */
final class SimCheck {

    /** One of A1 to A5 does not hold. */
    static final class Violation extends RuntimeException {
        private static final long serialVersionUID = 1;

        Violation(String what) {
            super(what);
        }
    }

    private final Map<OutsideKey, List<SimCarriage.Entry>> byOutside = new HashMap<>();
    private final Map<InsideKey, List<SimCarriage.Entry>> byInside = new HashMap<>();
    private final Map<IpAddress, Map<Long, Set<SimCarriage.Entry>>> byLife = new HashMap<>();

    void installed(SimCarriage.Entry entry) {
        Connection c = entry.connection;
        entry.sameOutside = byOutside.computeIfAbsent(c.outside(), k -> new ArrayList<>(3));
        entry.sameOutside.add(entry);
        byInside.computeIfAbsent(c.inside(), k -> new ArrayList<>(3)).add(entry);
        byLife.computeIfAbsent(c.eip(), k -> new TreeMap<>())
                .computeIfAbsent(c.poolGeneration(), k -> new LinkedHashSet<>())
                .add(entry);
        forwarded(entry);
        oneMapping(entry);
    }

    void removed(SimCarriage.Entry entry) {
        Connection c = entry.connection;
        remove(byOutside, c.outside(), entry);
        remove(byInside, c.inside(), entry);
        Map<Long, Set<SimCarriage.Entry>> lives = byLife.getOrDefault(c.eip(), Map.of());
        Set<SimCarriage.Entry> same = lives.get(c.poolGeneration());
        if (same != null && same.remove(entry) && same.isEmpty()) {
            lives.remove(c.poolGeneration());
        }
    }

    private static <K> void remove(
            Map<K, List<SimCarriage.Entry>> index, K key, SimCarriage.Entry entry) {
        List<SimCarriage.Entry> same = index.get(key);
        if (same != null && same.remove(entry) && same.isEmpty()) {
            index.remove(key);
        }
    }

    /** An elastic IP has one owner: nobody forwards in another life of it. */
    private void oneLife(SimCarriage.Entry entry) {
        Connection c = entry.connection;
        Map<Long, Set<SimCarriage.Entry>> lives = byLife.getOrDefault(c.eip(), Map.of());
        if (lives.size() < 2 || !entry.forwards()) {
            return;
        }
        lives.forEach((life, entries) -> {
            for (SimCarriage.Entry other : entries) {
                if (life != c.poolGeneration() && other.forwards()) {
                    throw new Violation(
                            "%s in life %d at %s and in life %d at %s"
                                    .formatted(
                                            c.eip(),
                                            c.poolGeneration(),
                                            entry.node,
                                            life,
                                            other.node));
                }
            }
        });
    }

    /** A1: nobody forwards another connection on this outside key. */
    void forwarded(SimCarriage.Entry entry) {
        oneLife(entry);
        Connection c = entry.connection;
        List<SimCarriage.Entry> same = entry.sameOutside;
        for (int i = 0; i < same.size(); i++) {
            SimCarriage.Entry other = same.get(i);
            if (other != entry && !other.connection.id().equals(c.id()) && other.forwards()) {
                throw new Violation(
                        "A1: %s is %s at %s and %s at %s"
                                .formatted(
                                        c.outside(),
                                        c.id(),
                                        entry.node,
                                        other.connection.id(),
                                        other.node));
            }
        }
    }

    /**
     * A4: within one epoch one inside key never gets a second mapping while the first goes on. Of
     * different epochs there may be two for a moment: until the younger one's end.
     */
    private void oneMapping(SimCarriage.Entry entry) {
        Connection c = entry.connection;
        for (SimCarriage.Entry other : byInside.getOrDefault(c.inside(), List.of())) {
            Connection o = other.connection;
            if (!o.id().equals(c.id()) && o.opened().equals(c.opened()) && other.forwards()) {
                throw new Violation(
                        "A4: %s is %s at %s and %s at %s, both of epoch %s"
                                .formatted(
                                        c.inside(),
                                        c.id(),
                                        entry.node,
                                        o.id(),
                                        other.node,
                                        c.opened()));
            }
        }
    }

    /** A4 when all has healed: one mapping for each inside key, whatever the epoch. */
    void oneMappingEach() {
        byInside.forEach((inside, entries) -> {
            ConnectionId known = null;
            for (SimCarriage.Entry entry : entries) {
                ConnectionId id = entry.connection.id();
                if (entry.forwards()) {
                    if (known != null && !known.equals(id)) {
                        throw new Violation("A4: " + inside + " has " + known + " and " + id);
                    }
                    known = id;
                }
            }
        });
    }
}
