package io.sallyport.allocator.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.Seed;
import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.Decision;
import io.sallyport.allocator.Member;
import io.sallyport.allocator.MemberLaw;
import io.sallyport.allocator.Membership;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.NodeId;
import io.sallyport.net.Endpoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/**
 * The law and its leader's judgement together, in simulated time: nodes whose links, store and
 * power come and go, and that stop by their horizon as real ones do.
 */
class WatchedClusterTest {

    private static final long STEP = 50_000_000L;
    private static final long REACH = 15_000_000_000L;
    private static final Endpoint SOMEWHERE = Endpoint.parse("192.0.2.1:7000");

    private final class Node {
        final NodeId name;
        final Incarnation me;
        Membership knows;
        boolean toStore = true;
        boolean on = true;
        final Set<Node> apart = new HashSet<>();
        final Map<Node, Long> heard = new HashMap<>();
        final Map<Node, Long> acknowledged = new HashMap<>();
        final Map<Incarnation, Long> vouched = new HashMap<>();
        long until;
        long nextRenew;

        Node(NodeId name) {
            this.name = name;
            AllocatorResult result =
                    say(new AllocatorCommand.Join(name, "m-" + name, SOMEWHERE, SOMEWHERE));
            AllocatorResult.Joined joined = (AllocatorResult.Joined) result;
            me = joined.incarnation();
            knows = joined.membership();
            until = now + REACH;
        }

        boolean acts() {
            return on && now < until;
        }

        /** Heartbeats of a majority of all that it does not know as dead. */
        void beat() {
            long count = 1;
            for (Node peer : nodes) {
                if (peer != this && acts() && peer.acts() && !apart.contains(peer)) {
                    heard.put(peer, now);
                    boolean refused = peer.vouched.containsKey(me);
                    if (!refused && peer.knows.epoch().equals(knows.epoch())) {
                        peer.acknowledged.put(this, now);
                        boolean listed =
                                knows.notDead().stream()
                                        .anyMatch(m -> m.incarnation().equals(peer.me));
                        count += listed ? 1 : 0;
                    }
                }
            }
            if (acts() && 2 * count > knows.notDead().size()) {
                until = Math.max(until, now + REACH);
            }
        }

        void renew() {
            if (!acts() || !toStore || now < nextRenew) {
                return;
            }
            nextRenew = now + 250_000_000L;
            Set<NodeId> missed = new HashSet<>();
            for (Node peer : nodes) {
                if (peer != this && now - heard.getOrDefault(peer, 0L) > 400_000_000L) {
                    missed.add(peer.name);
                }
                if (peer != this
                        && now - acknowledged.getOrDefault(peer, 0L) >= LeaderWatch.DEAD_NANOS) {
                    knows.member(peer.me).ifPresent(m -> vouched.put(peer.me, m.lastRenew()));
                }
            }
            AllocatorResult result =
                    say(new AllocatorCommand.Renew(me, knows.epoch(), missed, vouched, 0));
            if (result instanceof AllocatorResult.Renewed(Membership list)) {
                until = now + REACH;
                knows = list;
                for (Node peer : nodes) {
                    Long last = vouched.get(peer.me);
                    if (last != null
                            && list.member(peer.me).map(m -> m.lastRenew() > last).orElse(false)) {
                        vouched.remove(peer.me);
                        acknowledged.put(peer, now);
                    }
                }
            } else {
                on = false;
            }
        }
    }

    private final MemberLaw law = new MemberLaw();
    private final LeaderWatch watch = new LeaderWatch();
    private final List<Node> nodes = new ArrayList<>();
    private long index;
    private long now = 1_000_000_000_000L;

    private AllocatorResult say(AllocatorCommand.OfMembers command) {
        index++;
        Decision<Membership> decision = law.decide(command, index);
        law.apply(decision);
        return decision.result();
    }

    @Test
    void nobodyIsDeadWhoActsAndSomebodyIsAlwaysLive() {
        RandomGenerator random = Seed.of(getClass()).random();
        int deaths = 0;
        int aways = 0;
        for (int round = 0; round < 12 || round < 200 && (deaths < 2 || aways < 10); round++) {
            WatchedClusterTest cluster = new WatchedClusterTest();
            int[] counts = cluster.live(random, 1 + random.nextInt(4));
            aways += counts[0];
            deaths += counts[1];
        }
        System.out.println(aways + " away, " + deaths + " dead");
        assertThat(aways).as("away").isGreaterThanOrEqualTo(10);
        assertThat(deaths).as("dead").isGreaterThanOrEqualTo(2);
    }

    private int[] live(RandomGenerator random, int size) {
        for (int i = 0; i < size; i++) {
            nodes.add(new Node(new NodeId("node-" + i)));
        }
        int aways = 0;
        int deaths = 0;
        for (int step = 0; step < 3000; step++) {
            now += STEP;
            if (random.nextInt(150) == 0) {
                upset(random);
            }
            nodes.forEach(Node::beat);
            nodes.forEach(Node::renew);
            if (step % 2 == 0) {
                Optional<AllocatorCommand.OfMembers> word = watch.judge(law.membership(), now);
                if (word.isPresent()) {
                    Epoch before = law.membership().epoch();
                    boolean served = !law.membership().live().isEmpty();
                    say(word.get());
                    assertThat(served && law.membership().live().isEmpty())
                            .as("nobody is left by %s", word)
                            .isFalse();
                    assertThat(law.membership().epoch())
                            .as("what the leader says is not void: %s", word)
                            .isGreaterThan(before);
                    aways += word.get() instanceof AllocatorCommand.Away ? 1 : 0;
                    deaths += word.get() instanceof AllocatorCommand.Dead ? 1 : 0;
                }
            }
            if (random.nextInt(2000) == 0) {
                watch.forget();
            }
            check();
        }
        return new int[] {aways, deaths};
    }

    private void upset(RandomGenerator random) {
        Node node = nodes.get(random.nextInt(nodes.size()));
        switch (random.nextInt(12)) {
            case 0 -> {
                node.on = false;
                if (random.nextBoolean()) {
                    say(new AllocatorCommand.Fence(node.name));
                }
            }
            case 1, 2 -> node.toStore = !node.toStore;
            case 3, 4 -> {
                Node other = nodes.get(random.nextInt(nodes.size()));
                if (other != node && !node.apart.remove(other)) {
                    node.apart.add(other);
                }
                other.apart.removeIf(each -> each == node);
                if (node.apart.contains(other)) {
                    other.apart.add(node);
                }
            }
            case 5 -> nodes.forEach(each -> each.toStore = false);
            case 6 ->
                    nodes.forEach(each -> {
                        each.toStore = true;
                        each.apart.clear();
                    });
            case 7, 8 -> {
                if (!node.on) {
                    say(new AllocatorCommand.Fence(node.name));
                }
            }
            case 9 -> {
                if (nodes.size() < 6) {
                    nodes.add(new Node(new NodeId("node-" + nodes.size())));
                }
            }
            default -> {
                if (!node.acts()) {
                    nodes.remove(node);
                    nodes.add(new Node(node.name));
                }
            }
        }
    }

    private void check() {
        Membership list = law.membership();
        for (Node node : nodes) {
            boolean dead =
                    list.member(node.me).map(m -> m.status() == Member.Status.DEAD).orElse(true);
            assertThat(dead && node.acts()).as("%s is dead and acts", node.name).isFalse();
        }
    }
}
