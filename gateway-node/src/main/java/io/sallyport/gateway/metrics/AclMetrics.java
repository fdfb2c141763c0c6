package io.sallyport.gateway.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Tags;
import io.sallyport.gateway.dataplane.AclHits;
import io.sallyport.ids.AclId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How often rules of network ACLs decided on this node. A rule has its series from its first
 * decision until the process ends; a new version of its ACL, which counts anew, adds to it. After
 * the first {@link #SERIES} rules the others of an ACL and direction share one, {@code
 * rule="other"}.
 */
public final class AclMetrics {

    static final int SERIES = 1_000;

    private static final int OTHER = -1;

    private record Key(AclId acl, boolean egress, int ruleNumber) {}

    /** What was last told of a rule. */
    private record Told(long version, long hits) {}

    private final NodeMetrics node;

    /** What series read; kept by this class, since meters hold it weakly. */
    private final Map<Key, AtomicLong> series = new ConcurrentHashMap<>();

    private final Map<Key, Told> told = new ConcurrentHashMap<>();

    public AclMetrics(NodeMetrics node) {
        this.node = node;
    }

    public synchronized void update(List<AclHits> acls) {
        for (AclHits acl : acls) {
            for (AclHits.Rule rule : acl.rules()) {
                Key key = new Key(acl.acl(), rule.egress(), rule.ruleNumber());
                Told before = told.put(key, new Told(acl.version(), rule.hits()));
                boolean same = before != null && before.version() == acl.version();
                series(key).addAndGet(rule.hits() - (same ? before.hits() : 0));
            }
        }
        told.keySet().removeIf(key -> acls.stream().noneMatch(acl -> acl.acl().equals(key.acl())));
    }

    private AtomicLong series(Key key) {
        AtomicLong known = series.get(key);
        if (known != null) {
            return known;
        }
        Key shown = series.size() < SERIES ? key : new Key(key.acl(), key.egress(), OTHER);
        return series.computeIfAbsent(shown, this::registered);
    }

    private AtomicLong registered(Key key) {
        AtomicLong total = new AtomicLong();
        FunctionCounter.builder("sallyport.acl.decisions", total, AtomicLong::get)
                .description(
                        "Decisions of a rule here: connections let pass, packets denied and ICMP"
                                + " errors")
                .tags(
                        Tags.of(
                                "acl",
                                key.acl().value(),
                                "direction",
                                key.egress() ? "egress" : "ingress",
                                "rule",
                                key.ruleNumber() == OTHER
                                        ? "other"
                                        : Integer.toString(key.ruleNumber())))
                .register(node.registry());
        return total;
    }
}
