package io.sallyport.store.metrics;

import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.ids.Epoch;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How a store stands at one moment.
 *
 * @param groups the control group first, then the lease groups
 */
public record StoreReport(
        String store,
        long catalogVersion,
        int resources,
        int connections,
        Membership membership,
        List<GroupReport> groups) {

    public StoreReport {
        groups = List.copyOf(groups);
    }

    /** The control group. */
    public GroupReport control() {
        return groups.getFirst();
    }

    /** How many destinations have a lease, of all lease groups together. */
    public int destinations() {
        return groups.stream().mapToInt(GroupReport::destinations).sum();
    }

    Epoch epoch() {
        return membership.epoch();
    }

    long members(String status) {
        return membership.members().stream().filter(m -> word(m).equals(status)).count();
    }

    private static String word(Member member) {
        return member.status().name().toLowerCase(Locale.ROOT);
    }

    /** Nothing in it needs escaping: ids, addresses and numbers. */
    String toJson() {
        String each = groups.stream().map(GroupReport::toJson).collect(Collectors.joining(","));
        String members =
                membership.members().stream()
                        .map(StoreReport::memberJson)
                        .collect(Collectors.joining(","));
        return """
        {"store":"%s","role":"%s","leader":"%s","ready":%s,"catalogVersion":%d,"resources":%d,\
        "destinations":%d,"clients":%d,"epoch":"%s","groups":[%s],"members":[%s]}
        """
                .formatted(
                        store,
                        control().role(),
                        control().leader().orElse(""),
                        control().ready(),
                        catalogVersion,
                        resources,
                        destinations(),
                        connections,
                        epoch(),
                        each,
                        members);
    }

    private static String memberJson(Member member) {
        return """
        {"node":"%s","incarnation":%s,"status":"%s","peers":"%s","management":"%s",\
        "since":"%s","lastRenew":%d,"catalogVersion":%d}\
        """
                .formatted(
                        member.node(),
                        member.incarnation(),
                        word(member),
                        member.peers(),
                        member.management(),
                        member.since(),
                        member.lastRenew(),
                        member.catalogVersion());
    }
}
