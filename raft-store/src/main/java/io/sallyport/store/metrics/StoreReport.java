package io.sallyport.store.metrics;

import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.ids.Epoch;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** How a store stands at one moment. */
public record StoreReport(
        String store,
        String role,
        Optional<String> leader,
        boolean ready,
        long term,
        long applied,
        long logStart,
        long checkpoint,
        long catalogVersion,
        int resources,
        int destinations,
        int connections,
        Membership membership) {

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
        String members =
                membership.members().stream()
                        .map(StoreReport::memberJson)
                        .collect(Collectors.joining(","));
        return """
        {"store":"%s","role":"%s","leader":"%s","ready":%s,"term":%d,"applied":%d,\
        "logStart":%d,"checkpoint":%d,"catalogVersion":%d,"resources":%d,"destinations":%d,\
        "clients":%d,"epoch":"%s","members":[%s]}
        """
                .formatted(
                        store,
                        role,
                        leader.orElse(""),
                        ready,
                        term,
                        applied,
                        logStart,
                        checkpoint,
                        catalogVersion,
                        resources,
                        destinations,
                        connections,
                        epoch(),
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
