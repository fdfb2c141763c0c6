package io.sallyport.allocator;

import static io.sallyport.allocator.LawUnderTest.WEB;
import static io.sallyport.allocator.LawUnderTest.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.net.IpAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What bounds a grant and a return: quotas, later grants, and what a group has not learned yet. */
class LeaseBoundsTest {

    private static final IpAddress SECOND_EIP = IpAddress.parse("2001:db8::7");

    private final LawUnderTest law = new LawUnderTest();

    private void quota(long portsMax) {
        law.portsMax = portsMax;
        law.known.add(SECOND_EIP);
        law.settle();
    }

    @Test
    void aQuotaBoundsAllPoolsOfATenantTogether() {
        Incarnation a = law.joined("a");
        quota(10);
        LeaseKey other = new LeaseKey(SECOND_EIP, 1, WEB.destination());
        assertThat(law.granted(a, WEB, 7).size()).isEqualTo(7);
        Ports rest = law.granted(a, other, 7);
        assertThat(rest.size()).as("what the quota leaves").isEqualTo(3);
        assertThat(law.table.wanted(a, 10)).as("the destination has enough").isEmpty();
        assertThat(law.acquire(a, key("192.0.2.9", 80), 1))
                .isEqualTo(new AllocatorResult.OverQuota(LawUnderTest.TENANT, 10, 10));
        law.giveBack(a, other, rest.slice(0, 1));
        assertThat(law.granted(a, WEB, 5).size()).isEqualTo(1);
        quota(0);
        assertThat(law.granted(a, WEB, 500).size()).as("no quota any more").isEqualTo(500);
    }

    @Test
    void whoAsksForMoreThanPlentyLeavesHalfOfAQuota() {
        Incarnation a = law.joined("a");
        quota(6_000);
        assertThat(law.granted(a, WEB, 8_192).size()).isEqualTo(3_000);
        assertThat(law.granted(a, WEB, 8_192).size()).isEqualTo(1_500);
        assertThat(law.granted(a, WEB, 8_192).size()).as("plenty").isEqualTo(Limits.PLENTY);
        assertThat(law.granted(a, WEB, 8_192).size()).as("what is left").isEqualTo(476);
    }

    @Test
    void aQuotaThatShrinksTakesNothingAwayAndGrantsNothing() {
        Incarnation a = law.joined("a");
        law.granted(a, WEB, 20);
        quota(5);
        assertThat(law.table.leasedTo(a)).isEqualTo(20);
        assertThat(law.acquire(a, WEB, 1))
                .isEqualTo(new AllocatorResult.OverQuota(LawUnderTest.TENANT, 20, 5));
    }

    /** A port of the later grant could be one of those that the Return means. */
    @Test
    void aReturnThatALaterGrantOvertookGivesNothingBack() {
        Incarnation a = law.joined("a");
        Ports ports = law.granted(a, WEB, 3);
        long known = law.index();
        law.granted(a, key("192.0.2.9", 80), 1);
        assertThat(back(a, known, ports.slice(0, 1)))
                .as("another destination's grant does not matter")
                .isEqualTo(new AllocatorResult.Done());
        law.granted(a, WEB, 1);
        long later = law.index();
        assertThat(back(a, known, ports)).isEqualTo(new AllocatorResult.Overtaken(later));
        assertThat(law.table.holdings(WEB).leasedTo(a)).isEqualTo(3);
        assertThat(back(a, later, ports)).isEqualTo(new AllocatorResult.Done());
        assertThat(law.table.holdings(WEB).leasedTo(a)).isEqualTo(1);
    }

    private AllocatorResult back(Incarnation who, long asOf, Ports ports) {
        return law.submit(new AllocatorCommand.Return(who, WEB, asOf, ports));
    }

    @Test
    void whoKnowsALaterEpochThanTheGroupIsServedIfTheGroupKnowsItAsLive() {
        Incarnation a = law.joined("a");
        law.submitAlone(LawUnderTest.join("b", "m"));
        Epoch later = law.epoch();
        assertThat(law.acquire(a, WEB, 1)).isInstanceOf(AllocatorResult.Granted.class);
        assertThat(law.table.membership().epoch()).isEqualTo(later);
    }

    @Test
    void whoJoinedWithoutTheGroupsKnowledgeIsToldToAskAgain() {
        law.joined("a");
        AllocatorResult.Joined joined =
                (AllocatorResult.Joined) law.submitAlone(LawUnderTest.join("b", "m"));
        Epoch known = law.table.membership().epoch();
        AllocatorCommand acquire =
                new AllocatorCommand.Acquire(joined.incarnation(), WEB, 1, law.epoch());
        assertThat(law.submitAlone(acquire)).isEqualTo(new AllocatorResult.StaleEpoch(known));
        law.learn();
        assertThat(law.submitAlone(acquire)).isInstanceOf(AllocatorResult.Granted.class);
    }

    @Test
    void aGroupNeverUnlearns() {
        Incarnation a = law.joined("a");
        Membership early = law.membership();
        law.joined("b");
        law.submit(new AllocatorCommand.Leave(a));
        Membership late = law.table.membership();
        long asOf = law.table.learnedAsOf();
        law.submitAlone(new AllocatorCommand.Learn(asOf, early, List.of(), List.of(WEB.pool())));
        law.submitAlone(new AllocatorCommand.Learn(1, early, List.of(), List.of(WEB.pool())));
        law.submitAlone(new AllocatorCommand.Learn(law.end(), early, List.of(), List.of()));
        assertThat(law.table.membership()).as("an older epoch").isEqualTo(late);
        assertThat(law.table.poolOf(WEB)).isNotNull();
    }

    @Test
    void aPoolThatIsGoneLeasesNoMoreAndItsLeasesComeBack() {
        Incarnation a = law.joined("a");
        Ports ports = law.granted(a, WEB, 5);
        law.known.clear();
        law.settle();
        assertThat(law.acquire(a, WEB, 1)).isEqualTo(new AllocatorResult.UnknownEip(WEB));
        assertThat(law.table.holdings(WEB).leasedTo(a)).isEqualTo(5);
        law.giveBack(a, WEB, ports);
        assertThat(law.table.leasedTo(a)).isZero();
    }

    /** Clients and logs depend on it: other numbers are another protocol. */
    @Test
    void aDestinationIsInTheGroupThatItAlwaysWasIn() {
        LeaseKey v6 = new LeaseKey(SECOND_EIP, 3, key("2001:db8::1", 53).destination());
        assertThat(List.of(LeaseGroups.of(WEB, 4), LeaseGroups.of(WEB, 7), LeaseGroups.of(v6, 4)))
                .containsExactly(4, 3, 2);
        int[] sizes = new int[5];
        for (int port = 0; port < 40_000; port++) {
            sizes[LeaseGroups.of(key("192.0.2.1", port), 4)]++;
        }
        assertThat(sizes[0]).isZero();
        for (int group = 1; group <= 4; group++) {
            assertThat(sizes[group]).isBetween(9_500, 10_500);
        }
        assertThat(LeaseGroups.of(WEB, 1)).isEqualTo(1);
    }
}
