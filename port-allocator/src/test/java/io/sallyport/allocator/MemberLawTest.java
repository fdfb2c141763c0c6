package io.sallyport.allocator;

import static io.sallyport.allocator.LawUnderTest.WEB;
import static io.sallyport.allocator.LawUnderTest.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.NodeId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MemberLawTest {

    private final LawUnderTest law = new LawUnderTest();

    @Test
    void beginsEmptyInTheFirstGeneration() {
        assertThat(law.membership()).isEqualTo(new Membership(new Epoch(1, 0), List.of()));
    }

    @Test
    void aJoinBeginsALifeAndAnEpoch() {
        Incarnation a = law.joined("a");
        Member member = law.member(a);
        assertThat(member.status()).isEqualTo(Member.Status.LIVE);
        assertThat(member.joined()).isEqualTo(new Epoch(1, 1)).isEqualTo(member.since());
        assertThat(member.lastRenew()).isEqualTo(law.index());
        assertThat(law.epoch()).isEqualTo(new Epoch(1, 1));
    }

    @Test
    void livesOfOneEntryHaveDifferentNumbers() {
        law.submitTogether(join("a", "m1"), join("b", "m2"), join("c", "m3"));
        List<Member> members = law.membership().members();
        assertThat(members).extracting(Member::incarnation).doesNotHaveDuplicates().hasSize(3);
        assertThat(law.epoch()).isEqualTo(new Epoch(1, 3));
    }

    @Test
    void aRestartOnTheSameMachineKillsItsFormerSelfAndOrphansItsLeases() {
        Incarnation former = law.joined("a");
        Ports ports = law.granted(former, WEB, 4);
        Incarnation present = law.joined("a");
        assertThat(law.member(former).status()).isEqualTo(Member.Status.DEAD);
        assertThat(law.member(former).since()).isEqualTo(law.epoch());
        assertThat(law.member(present).status()).isEqualTo(Member.Status.LIVE);
        assertThat(law.table.orphans(Optional.empty()).orphans())
                .containsExactly(new Orphan(WEB, former, ports.sorted()));
    }

    @Test
    void aFormerSelfWithoutLeasesIsForgotten() {
        Incarnation former = law.joined("a");
        Incarnation present = law.joined("a");
        assertThat(law.membership().members())
                .extracting(Member::incarnation)
                .containsExactly(present);
        assertThat(law.renew(former)).isEqualTo(new AllocatorResult.UnknownIncarnation(former));
    }

    @Test
    void aRebootIsTheSameMachineAndAnotherMachineIsNot() {
        law.submit(join("a", "machine-1/boot-1"));
        assertThat(law.submit(join("a", "machine-1/boot-2")))
                .isInstanceOf(AllocatorResult.Joined.class);
        assertThat(law.submit(join("a", "machine-2/boot-2")))
                .isEqualTo(new AllocatorResult.NodeTaken(new NodeId("a"), "machine-1/boot-2"));
        assertThat(law.submit(join("a", "machine-12/boot-2")))
                .isInstanceOf(AllocatorResult.NodeTaken.class);
        assertThat(law.membership().members()).hasSize(1);
    }

    @Test
    void aNodeThatIsAwayHoldsItsNameAndADeadOneDoesNot() {
        law.joined("b");
        Incarnation a = law.joined("a");
        law.granted(a, WEB, 1);
        law.away(a);
        assertThat(law.submit(join("a", "elsewhere")))
                .isInstanceOf(AllocatorResult.NodeTaken.class);
        law.submit(new AllocatorCommand.Leave(a));
        assertThat(law.submit(join("a", "elsewhere"))).isInstanceOf(AllocatorResult.Joined.class);
        assertThat(law.member(a).status()).isEqualTo(Member.Status.DEAD);
    }

    @Test
    void aRenewTellsNewsWithoutANewEpoch() {
        Incarnation a = law.joined("a");
        Epoch before = law.epoch();
        AllocatorResult result =
                law.submit(
                        new AllocatorCommand.Renew(
                                a, law.epoch(), Set.of(new NodeId("b")), Map.of(), 42));
        assertThat(result).isEqualTo(new AllocatorResult.Renewed(law.membership()));
        assertThat(law.epoch()).isEqualTo(before);
        assertThat(law.member(a).lastRenew()).isEqualTo(law.index());
        assertThat(law.member(a).unreachable()).containsExactly(new NodeId("b"));
        assertThat(law.member(a).catalogVersion()).isEqualTo(42);
    }

    @Test
    void awayAndReturnAreEpochsOfTheirOwnAndKeepTheLeases() {
        law.joined("b");
        Incarnation a = law.joined("a");
        Ports ports = law.granted(a, WEB, 3);
        law.away(a);
        assertThat(law.member(a).status()).isEqualTo(Member.Status.AWAY);
        assertThat(law.member(a).since()).isEqualTo(law.epoch()).isEqualTo(new Epoch(1, 3));
        assertThat(law.table.holdings(WEB).portsOf(a)).isEqualTo(ports.sorted());
        law.renew(a);
        assertThat(law.member(a).status()).isEqualTo(Member.Status.LIVE);
        assertThat(law.member(a).since()).isEqualTo(law.epoch()).isEqualTo(new Epoch(1, 4));
        assertThat(law.table.holdings(WEB).portsOf(a)).isEqualTo(ports.sorted());
    }

    @Test
    void awayIsVoidAfterALaterRenew() {
        law.joined("b");
        Incarnation a = law.joined("a");
        long seen = law.member(a).lastRenew();
        law.renew(a);
        Membership before = law.membership();
        assertThat(law.submit(new AllocatorCommand.Away(a, seen)))
                .isEqualTo(new AllocatorResult.Renewed(before));
        assertThat(law.membership()).isEqualTo(before);
    }

    private AllocatorResult renewMissing(Incarnation who, String... missed) {
        Set<NodeId> unreachable = new HashSet<>();
        for (String node : missed) {
            unreachable.add(new NodeId(node));
        }
        return law.submit(new AllocatorCommand.Renew(who, law.epoch(), unreachable, Map.of(), 0));
    }

    @Test
    void whoIsAwayComesBackOnceItAndAllLiveOnesReachEachOther() {
        Incarnation a = law.joined("a");
        Incarnation b = law.joined("b");
        Incarnation c = law.joined("c");
        law.away(c);
        renewMissing(c, "a");
        assertThat(law.member(c).status()).isEqualTo(Member.Status.AWAY);
        renewMissing(b, "c");
        renewMissing(c);
        assertThat(law.member(c).status()).isEqualTo(Member.Status.AWAY);
        law.away(b);
        renewMissing(c, "b");
        assertThat(law.member(c).status()).as("b is away itself").isEqualTo(Member.Status.LIVE);
        assertThat(law.member(a).status()).isEqualTo(Member.Status.LIVE);
    }

    @Test
    void theLastLiveMemberGoesForThoseWhoRenewedSince() {
        Incarnation a = law.joined("a");
        Incarnation b = law.joined("b");
        Incarnation c = law.joined("c");
        law.away(c);
        law.away(b);
        law.renew(a);
        renewMissing(b, "a");
        Epoch before = law.epoch();
        law.away(a);
        assertThat(law.member(a).status()).isEqualTo(Member.Status.AWAY);
        assertThat(law.member(b).status()).isEqualTo(Member.Status.LIVE);
        assertThat(law.member(c).status()).as("not heard of since").isEqualTo(Member.Status.AWAY);
        assertThat(law.epoch()).isEqualTo(before.next());
    }

    private void vouch(Incarnation who, Epoch knows, Map<Incarnation, Long> vouches) {
        law.submit(new AllocatorCommand.Renew(who, knows, Set.of(), vouches, 0));
    }

    private Map<Incarnation, Long> last(Incarnation... whose) {
        Map<Incarnation, Long> last = new HashMap<>();
        for (Incarnation who : whose) {
            last.put(who, law.member(who).lastRenew());
        }
        return last;
    }

    private boolean dies(Incarnation... who) {
        law.submit(new AllocatorCommand.Dead(last(who)));
        return law.membership().member(who[0]).isEmpty();
    }

    @Test
    void aDeathNeedsTheWordOfEveryOtherMemberAsOfTheLastRenew() {
        Incarnation a = law.joined("a");
        Incarnation b = law.joined("b");
        Incarnation c = law.joined("c");
        law.renew(a);
        assertThat(dies(a)).isFalse();
        vouch(b, law.epoch(), last(a));
        law.away(c);
        assertThat(dies(a)).as("who is away must vouch too").isFalse();
        vouch(c, law.epoch(), last(a));
        Map<Incarnation, Long> older = last(a);
        law.renew(a);
        assertThat(dies(a)).as("it renewed since").isFalse();
        law.submit(new AllocatorCommand.Dead(older));
        assertThat(law.member(a).status()).isEqualTo(Member.Status.LIVE);
        vouch(a, new Epoch(1, 3), Map.of());
        vouch(b, law.epoch(), last(a));
        vouch(c, law.epoch(), last(a));
        assertThat(dies(a)).isTrue();
        assertThat(law.member(b).status()).isEqualTo(Member.Status.LIVE);
    }

    /** Else those named could be a majority of the members that they know, and go on. */
    @Test
    void theWitnessesMustBeHalfOfThoseThatTheDeadKnew() {
        Incarnation a = law.joined("a");
        Incarnation b = law.joined("b");
        Incarnation c = law.joined("c");
        vouch(b, law.epoch(), last(a));
        vouch(c, law.epoch(), last(a));
        assertThat(dies(a)).as("a knows nobody but itself").isFalse();
        vouch(a, law.member(b).joined(), Map.of());
        vouch(b, law.epoch(), last(a));
        vouch(c, law.epoch(), last(a));
        assertThat(dies(a)).as("a knows b, who vouches").isTrue();

        vouch(b, law.epoch(), Map.of());
        vouch(c, law.epoch(), Map.of());
        Incarnation d = law.joined("d");
        vouch(d, law.epoch(), last(b, c));
        assertThat(dies(b, c)).as("two of three").isFalse();
    }

    @Test
    void anOperatorsWordIsEnough() {
        Incarnation a = law.joined("a");
        law.joined("b");
        law.granted(a, WEB, 2);
        law.submit(new AllocatorCommand.Fence(new NodeId("a")));
        assertThat(law.member(a).status()).isEqualTo(Member.Status.DEAD);
        Epoch after = law.epoch();
        law.submit(new AllocatorCommand.Fence(new NodeId("a")));
        assertThat(law.epoch()).isEqualTo(after);
    }

    @Test
    void onlyTheDeadAreForgotten() {
        Incarnation a = law.joined("a");
        law.granted(a, WEB, 2);
        law.submit(new AllocatorCommand.Forget(a));
        assertThat(law.member(a).status()).isEqualTo(Member.Status.LIVE);
        law.submit(new AllocatorCommand.Leave(a));
        Epoch before = law.epoch();
        law.submit(new AllocatorCommand.Forget(a));
        assertThat(law.membership().member(a)).isEmpty();
        assertThat(law.epoch()).isEqualTo(before);
    }

    @Test
    void theLastLiveMemberIsNeverPutAway() {
        Incarnation a = law.joined("a");
        Incarnation b = law.joined("b");
        law.away(a);
        Epoch before = law.epoch();
        law.away(b);
        assertThat(law.member(b).status()).isEqualTo(Member.Status.LIVE);
        assertThat(law.epoch()).isEqualTo(before);
    }

    @Test
    void aLeaveIsADeathWhetherLiveOrAwayAndTwiceIsOnce() {
        Incarnation a = law.joined("a");
        Incarnation b = law.joined("b");
        law.granted(a, WEB, 1);
        law.submit(new AllocatorCommand.Leave(a));
        assertThat(law.member(a).status()).isEqualTo(Member.Status.DEAD);
        Epoch after = law.epoch();
        assertThat(law.submit(new AllocatorCommand.Leave(a)))
                .isEqualTo(new AllocatorResult.Renewed(law.membership()));
        assertThat(law.epoch()).isEqualTo(after);
        law.submit(new AllocatorCommand.Leave(b));
        assertThat(law.membership().member(b)).isEmpty();
        assertThat(law.epoch()).isEqualTo(after.next());
    }

    @Test
    void strangersAreToldThatTheyAre() {
        Incarnation nobody = new Incarnation(0);
        AllocatorResult unknown = new AllocatorResult.UnknownIncarnation(nobody);
        assertThat(law.renew(nobody)).isEqualTo(unknown);
        assertThat(law.submit(new AllocatorCommand.Away(nobody, 1))).isEqualTo(unknown);
        assertThat(law.submit(new AllocatorCommand.Leave(nobody))).isEqualTo(unknown);
        assertThat(law.acquire(nobody, WEB, 1)).isEqualTo(unknown);
    }

    @Test
    void theProcessStopsRatherThanGoBackAnEpoch() {
        law.joined("a");
        Decision<Membership> back =
                new Decision<>(Membership.EMPTY, new AllocatorResult.Renewed(Membership.EMPTY));
        assertThatThrownBy(() -> law.members().apply(back)).isInstanceOf(Invariant.Broken.class);
    }
}
