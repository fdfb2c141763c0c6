package io.sallyport.allocator.watch;

import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.NodeId;
import io.sallyport.net.Endpoint;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Members for the tests of this package: number n is node-n in its only life. */
final class People {

    static final Epoch EPOCH = new Epoch(1, 50);

    private static final Endpoint SOMEWHERE = Endpoint.parse("192.0.2.1:7000");

    private People() {}

    static Member live(long number, long lastRenew, long... missed) {
        return member(number, Member.Status.LIVE, lastRenew, Map.of(), missed);
    }

    static Member away(long number, long lastRenew, long... missed) {
        return member(number, Member.Status.AWAY, lastRenew, Map.of(), missed);
    }

    static Member vouching(long number, long lastRenew, Map<Incarnation, Long> vouches) {
        return member(number, Member.Status.LIVE, lastRenew, vouches);
    }

    private static Member member(
            long number,
            Member.Status status,
            long lastRenew,
            Map<Incarnation, Long> vouches,
            long... missed) {
        Set<NodeId> unreachable = new TreeSet<>();
        Arrays.stream(missed).forEach(each -> unreachable.add(node(each)));
        return new Member(
                node(number),
                new Incarnation(number),
                status,
                "machine",
                SOMEWHERE,
                SOMEWHERE,
                new Epoch(1, number),
                new Epoch(1, number),
                lastRenew,
                EPOCH,
                unreachable,
                vouches,
                0);
    }

    static NodeId node(long number) {
        return new NodeId("node-" + number);
    }

    static Membership list(Member... members) {
        return new Membership(EPOCH, List.of(members));
    }
}
