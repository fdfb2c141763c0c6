package io.sallyport.allocator;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.Seed;
import io.sallyport.allocator.table.MemoryTable;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.NodeId;
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
 * Several lease groups that learn late, some much later than others: what they grant is unique,
 * goes to nobody whom they know as gone, and nothing is left of the dead once they are forgotten.
 */
class LaggingGroupsTest {

    private static final int GROUPS = 3;

    private final RandomGenerator random = Seed.of(getClass()).random();
    private final MemberLaw members = new MemberLaw();
    private final List<Group> groups = List.of(new Group(), new Group(), new Group());
    private final List<AllocatorCommand.Learn> formerWords = new ArrayList<>();
    private final List<Epoch> epochs = new ArrayList<>(List.of(Membership.EMPTY.epoch()));
    private final Set<Incarnation> forgotten = new HashSet<>();
    private boolean attached = true;
    private long index;
    private int forgets;
    private int reconciled;

    private final class Group {
        final MemoryTable table = new MemoryTable();
        final LeaseLaw law = new LeaseLaw(table);
        final Map<LeaseKey, Map<Integer, Incarnation>> leased = new HashMap<>();

        AllocatorResult say(AllocatorCommand.OfLeases command) {
            index++;
            Decision<LeaseChange> decision =
                    law.decide(command, new Stamp(index, 0, ChanceTest.entropy(index)));
            law.apply(decision);
            return decision.result();
        }

        void learn() {
            List<Pool> pools =
                    attached
                            ? List.of(new Pool(LawUnderTest.WEB.pool(), LawUnderTest.TENANT, 0))
                            : List.of();
            Behind.of(table, index, members.membership(), pools)
                    .ifPresent(learn -> {
                        formerWords.add(learn);
                        say(learn);
                    });
        }
    }

    private void member(AllocatorCommand.OfMembers command) {
        index++;
        members.apply(members.decide(command, index));
        epochs.add(members.membership().epoch());
    }

    @Test
    void whatLagsDoesNoHarm() {
        for (int i = 0; i < 8_000; i++) {
            switch (random.nextInt(12)) {
                case 0 -> changeMembers();
                case 1 -> groups.get(random.nextInt(GROUPS)).learn();
                case 2 -> repeatAnOldWord();
                case 3 -> forgetTheDead();
                case 4, 5 -> reconcile();
                case 6, 7 -> giveBack();
                default -> acquire();
            }
        }
        drain();
        System.out.println(forgets + " forgotten, " + reconciled + " reconciled");
        assertThat(forgets).as("forgotten").isGreaterThan(20);
        assertThat(reconciled).as("reconciled").isGreaterThan(100);
    }

    private void changeMembers() {
        List<Member> all = members.membership().members();
        Incarnation who =
                all.isEmpty()
                        ? new Incarnation(0)
                        : all.get(random.nextInt(all.size())).incarnation();
        switch (random.nextInt(8)) {
            case 0 -> member(LawUnderTest.join("node-" + random.nextInt(4), "m"));
            case 1 -> member(new AllocatorCommand.Leave(who));
            case 2, 3 -> member(new AllocatorCommand.Away(who, index));
            case 4 -> attached = random.nextInt(4) > 0;
            case 5 -> member(new AllocatorCommand.Fence(new NodeId("node-" + random.nextInt(4))));
            default ->
                    member(
                            new AllocatorCommand.Renew(
                                    who, members.membership().epoch(), Set.of(), Map.of(), 0));
        }
    }

    /** Of another leader, or sent twice: it comes when much later ones were applied. */
    private void repeatAnOldWord() {
        if (!formerWords.isEmpty()) {
            Group group = groups.get(random.nextInt(GROUPS));
            Epoch before = group.table.membership().epoch();
            group.say(formerWords.get(random.nextInt(formerWords.size())));
            assertThat(group.table.membership().epoch()).isGreaterThanOrEqualTo(before);
        }
    }

    /**
     * As the leader of the group of members does: every group knows the death and holds nothing.
     */
    private void forgetTheDead() {
        for (Member member : members.membership().members()) {
            Incarnation who = member.incarnation();
            boolean nothingLeft =
                    groups.stream()
                            .allMatch(group ->
                                    group.table.membership().isGone(who)
                                            && group.table.leasedTo(who) == 0);
            if (member.status() == Member.Status.DEAD && nothingLeft) {
                member(new AllocatorCommand.Forget(who));
                forgotten.add(who);
                forgets++;
            }
        }
    }

    private LeaseKey key() {
        return LawUnderTest.key("192.0.2.1", 1 + random.nextInt(12));
    }

    private Group groupOf(LeaseKey key) {
        return groups.get(LeaseGroups.of(key, GROUPS) - 1);
    }

    private Map<Integer, Incarnation> ports(LeaseKey key) {
        return groupOf(key).leased.computeIfAbsent(key, absent -> new HashMap<>());
    }

    /** Anyone who ever lived, in whatever epoch it thinks that it is. */
    private void acquire() {
        LeaseKey key = key();
        Group group = groupOf(key);
        Incarnation who =
                new Incarnation(random.nextLong(members.membership().epoch().number() + 1));
        List<Member> live = members.membership().live();
        if (!live.isEmpty() && random.nextInt(4) > 0) {
            who = live.get(random.nextInt(live.size())).incarnation();
        }
        Epoch epoch =
                epochs.get(epochs.size() - 1 - Math.min(epochs.size() - 1, random.nextInt(3)));
        AllocatorResult result =
                group.say(new AllocatorCommand.Acquire(who, key, 1 + random.nextInt(9), epoch));
        if (result instanceof AllocatorResult.Granted(long grant, Ports given)) {
            assertThat(forgotten).doesNotContain(who);
            assertThat(group.table.membership().isLive(who)).isTrue();
            for (int port : given.toList()) {
                assertThat(ports(key).put(port, who)).isNull();
            }
        } else if (result instanceof AllocatorResult.UnknownIncarnation(Incarnation unknown)) {
            assertThat(members.membership().isGone(unknown)).as("a definite no").isTrue();
        }
    }

    private void giveBack() {
        LeaseKey key = key();
        Optional<Incarnation> who = ports(key).values().stream().findFirst();
        if (who.isPresent()) {
            Ports some = someOf(key, who.get());
            AllocatorResult result =
                    groupOf(key).say(new AllocatorCommand.Return(who.get(), key, index, some));
            if (result instanceof AllocatorResult.Done) {
                some.stream().forEach(port -> ports(key).remove(port));
            }
        }
    }

    private Ports someOf(LeaseKey key, Incarnation who) {
        return Ports.of(
                ports(key).entrySet().stream()
                        .filter(each -> each.getValue().equals(who) && random.nextBoolean())
                        .map(Map.Entry::getKey)
                        .toList());
    }

    private void reconcile() {
        for (Group group : groups) {
            OrphansPage page = group.table.orphans(Optional.empty());
            for (Orphan orphan : page.orphans()) {
                AllocatorResult result =
                        group.say(
                                new AllocatorCommand.Reconciled(
                                        orphan.dead(), orphan.key(), orphan.ports(), page.epoch()));
                boolean settled = !group.table.membership().isAnyAway();
                assertThat(result instanceof AllocatorResult.Done).isEqualTo(settled);
                if (settled) {
                    assertThat(members.membership().isGone(orphan.dead())).isTrue();
                    orphan.ports().stream().forEach(port -> ports(orphan.key()).remove(port));
                    reconciled++;
                }
            }
        }
    }

    /** Everybody leaves, and nothing stays behind. */
    private void drain() {
        attached = true;
        for (Member member : members.membership().members()) {
            member(new AllocatorCommand.Leave(member.incarnation()));
        }
        groups.forEach(Group::learn);
        for (int i = 0; i < 10; i++) {
            reconcile();
        }
        forgetTheDead();
        assertThat(members.membership().members()).isEmpty();
        for (Group group : groups) {
            assertThat(group.table.destinations()).isZero();
        }
    }
}
