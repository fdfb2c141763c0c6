package io.sallyport.store.metrics;

import io.sallyport.allocator.Member;
import io.sallyport.store.calls.StoreAddress;
import io.sallyport.store.calls.StoreStatus;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A store's status as JSON. Nothing in it needs escaping: ids, addresses and numbers. */
public final class StatusJson {

    private StatusJson() {}

    public static String of(StoreStatus status) {
        return """
        {"store":"%s","role":"%s","leader":"%s","ready":%s,"catalogVersion":%d,"resources":%d,\
        "destinations":%d,"clients":%d,"epoch":"%s","groups":%s,"members":%s,"stores":%s,\
        "fills":%s,"hottest":%s}
        """
                .formatted(
                        status.store(),
                        status.control().role(),
                        status.control().leader().orElse(""),
                        status.control().ready(),
                        status.catalogVersion(),
                        status.resources(),
                        status.destinations(),
                        status.clients(),
                        status.membership().epoch(),
                        list(status.groups(), StatusJson::group),
                        list(status.membership().members(), StatusJson::member),
                        list(status.stores().all(), StatusJson::address),
                        list(status.fills(), StatusJson::fill),
                        list(status.hottest(), StatusJson::hot));
    }

    private static <T> String list(List<T> items, Function<T, String> json) {
        return items.stream().map(json).collect(Collectors.joining(",", "[", "]"));
    }

    private static String group(StoreStatus.Group group) {
        StoreStatus.Leases leases = group.leases();
        return """
        {"group":%d,"role":"%s","leader":"%s","ready":%s,"term":%d,"committed":%d,"applied":%d,\
        "logStart":%d,"checkpoint":%d,"checkpointAgeSeconds":%d,"learned":%d,"destinations":%d,\
        "ports":%d,"orphans":%d,"grants":%d,"granted":%d,"returns":%d,"exhausted":%d,\
        "overQuota":%d,"early":%d,"reconciled":%d}\
        """
                .formatted(
                        group.number(),
                        group.role(),
                        group.leader().orElse(""),
                        group.ready(),
                        group.term(),
                        group.committed(),
                        group.applied(),
                        group.logStart(),
                        group.checkpoint(),
                        group.checkpointAgeSeconds(),
                        leases.learned(),
                        leases.destinations(),
                        leases.ports(),
                        leases.orphans(),
                        leases.grants(),
                        leases.granted(),
                        leases.returns(),
                        leases.exhausted(),
                        leases.overQuota(),
                        leases.early(),
                        leases.reconciled());
    }

    private static String member(Member member) {
        return """
        {"node":"%s","incarnation":%s,"status":"%s","peers":"%s","management":"%s",\
        "since":"%s","lastRenew":%d,"catalogVersion":%d}\
        """
                .formatted(
                        member.node(),
                        member.incarnation(),
                        member.status().name().toLowerCase(Locale.ROOT),
                        member.peers(),
                        member.management(),
                        member.since(),
                        member.lastRenew(),
                        member.catalogVersion());
    }

    private static String address(StoreAddress address) {
        return "{\"store\":\"%s\",\"raft\":\"%s\",\"front\":\"%s\"}"
                .formatted(address.store(), address.raft(), address.front());
    }

    private static String fill(StoreStatus.Fill fill) {
        return "{\"eip\":\"%s\",\"generation\":%d,\"destinations\":%d,\"ports\":%d}"
                .formatted(
                        fill.pool().eip(),
                        fill.pool().generation(),
                        fill.destinations(),
                        fill.ports());
    }

    private static String hot(StoreStatus.Hot hot) {
        return "{\"destination\":\"%s\",\"ports\":%d}".formatted(hot.key(), hot.ports());
    }
}
