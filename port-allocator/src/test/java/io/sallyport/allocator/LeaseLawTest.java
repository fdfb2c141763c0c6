package io.sallyport.allocator;

import static io.sallyport.allocator.LawUnderTest.WEB;
import static io.sallyport.allocator.LawUnderTest.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.net.IpAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LeaseLawTest {

    private final LawUnderTest law = new LawUnderTest();
    private final Incarnation a = law.joined("a");
    private final Incarnation b = law.joined("b");
    private final Incarnation c = law.joined("c");

    @Test
    void givesNoPortTwiceToOneDestinationAndTheSameToAnother() {
        Set<Integer> seen = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            assertThat(seen.addAll(law.granted(i % 2 == 0 ? a : b, WEB, 10).toList())).isTrue();
        }
        assertThat(seen).hasSize(1000).allMatch(port -> port >= 1024 && port <= 65535);
        assertThat(law.granted(a, key("192.0.2.1", 80), 1024).size()).isEqualTo(1024);
        assertThat(law.granted(a, key("192.0.2.2", 443), 1024).size()).isEqualTo(1024);
    }

    @Test
    void twoGrantsOfOneEntryAreDrawnApart() {
        List<AllocatorResult> results =
                law.submitTogether(
                        new AllocatorCommand.Acquire(a, WEB, 5, law.epoch()),
                        new AllocatorCommand.Acquire(a, key("192.0.2.9", 443), 5, law.epoch()));
        assertThat(((AllocatorResult.Granted) results.get(0)).ports())
                .isNotEqualTo(((AllocatorResult.Granted) results.get(1)).ports());
    }

    /** Promise A2, and A7 at its end. */
    @Test
    void threeNodesTogetherUseEveryPortAndThenHearWhoHoldsThem() {
        List<Incarnation> nodes = List.of(a, b, c);
        Set<Integer> seen = new HashSet<>();
        int turn = 0;
        while (seen.size() < Limits.PORTS) {
            Ports ports = law.granted(nodes.get(turn % 3), WEB, turn % 97 + 1);
            for (int port : ports.toList()) {
                assertThat(seen.add(port)).isTrue();
            }
            turn++;
        }
        assertThat(seen).contains(1024, 65535);
        AllocatorResult.Exhausted exhausted = (AllocatorResult.Exhausted) law.acquire(b, WEB, 1);
        assertThat(exhausted.key()).isEqualTo(WEB);
        assertThat(exhausted.leased()).isEqualTo(64_512);
        assertThat(exhausted.holders())
                .extracting(AllocatorResult.Holder::incarnation)
                .containsExactlyInAnyOrder(a, b, c);
        assertThat(exhausted.holders())
                .extracting(AllocatorResult.Holder::ports)
                .isSortedAccordingTo(Comparator.reverseOrder());
        assertThat(exhausted.holders().stream().mapToInt(AllocatorResult.Holder::ports).sum())
                .isEqualTo(64_512);

        Ports ofA = law.table.holdings(WEB).portsOf(a);
        law.giveBack(a, WEB, Ports.of(ofA.get(0), ofA.get(7)));
        assertThat(List.of(law.granted(c, WEB, 1), law.granted(c, WEB, 1)))
                .containsExactlyInAnyOrder(Ports.of(ofA.get(0)), Ports.of(ofA.get(7)));
    }

    /** Half of what is free, divided among the three. */
    @Test
    void nobodyGetsMoreThanAFairShareOfWhatIsLeft() {
        while (law.table.holdings(WEB).free() > 600) {
            law.granted(a, WEB, 1024);
        }
        int free = law.table.holdings(WEB).free();
        assertThat(law.granted(b, WEB, 1024).size()).isEqualTo(free / 6);
        assertThat(law.table.wanted(a, 10)).containsExactly(WEB);
        assertThat(law.table.wanted(c, 10)).as("who holds nothing is not asked").isEmpty();
        assertThat(law.granted(b, WEB, 3).size()).isEqualTo(3);
        assertThat(law.table.wanted(a, 10)).as("it is had again in full").isEmpty();
    }

    @Test
    void whoGetsPlentyIsNotShortHoweverMuchMoreWasAsked() {
        while (law.table.holdings(WEB).free() > 6 * 2_000) {
            law.granted(a, WEB, 1024);
        }
        int free = law.table.holdings(WEB).free();
        assertThat(law.granted(b, WEB, 8_192).size()).isEqualTo(free / 6);
        assertThat(law.table.wanted(a, 10)).as("nobody has to give back for that").isEmpty();
    }

    @Test
    void refusesAPoolThatTheCatalogDoesNotKnowInThisLife() {
        LeaseKey older = new LeaseKey(WEB.eip(), 0, WEB.destination());
        LeaseKey other = new LeaseKey(IpAddress.parse("203.0.113.1"), 1, WEB.destination());
        assertThat(law.acquire(a, older, 1)).isEqualTo(new AllocatorResult.UnknownEip(older));
        assertThat(law.acquire(a, other, 1)).isEqualTo(new AllocatorResult.UnknownEip(other));
    }

    @Test
    void refusesWhoeverSpeaksOfAnotherEpochOrIsAway() {
        Epoch old = law.epoch();
        law.away(c);
        AllocatorResult stale = new AllocatorResult.StaleEpoch(law.epoch());
        assertThat(law.submit(new AllocatorCommand.Acquire(a, WEB, 1, old))).isEqualTo(stale);
        assertThat(law.acquire(c, WEB, 1)).isEqualTo(stale);
        assertThat(law.acquire(a, WEB, 1)).isInstanceOf(AllocatorResult.Granted.class);
    }

    @Test
    void aReturnFreesOnlyWhatItsSenderHoldsHoweverOftenItComes() {
        Ports ofA = law.granted(a, WEB, 3);
        Ports ofB = law.granted(b, WEB, 3);
        List<Integer> all = new ArrayList<>(ofA.toList());
        all.addAll(ofB.toList());
        all.addAll(ofA.toList());
        for (int i = 0; i < 2; i++) {
            assertThat(law.giveBack(a, WEB, Ports.of(all))).isEqualTo(new AllocatorResult.Done());
            assertThat(law.table.holdings(WEB).holders()).containsExactly(b);
            assertThat(law.table.holdings(WEB).leased()).isEqualTo(3);
        }
        law.giveBack(b, WEB, ofB);
        assertThat(law.table.destinations()).isZero();
        assertThat(law.table.leasedTo(a) + law.table.leasedTo(b)).isZero();
    }

    @Test
    void whoIsAwayMayStillGiveBackAndWhoIsDeadMayNot() {
        Ports ports = law.granted(a, WEB, 4);
        law.away(a);
        law.giveBack(a, WEB, ports.slice(0, 2));
        assertThat(law.table.leasedTo(a)).isEqualTo(2);
        law.submit(new AllocatorCommand.Leave(a));
        assertThat(law.giveBack(a, WEB, ports))
                .isEqualTo(new AllocatorResult.UnknownIncarnation(a));
        assertThat(law.table.leasedTo(a)).isEqualTo(2);
    }

    @Test
    void orphansAreTakenUntilTheirHomesSayThatTheyAreFree() {
        Ports ports = law.granted(a, WEB, 5);
        law.submit(new AllocatorCommand.Leave(a));
        assertThat(law.table.holdings(WEB).free()).isEqualTo(Limits.PORTS - 5);
        assertThat(orphanPorts()).containsExactlyInAnyOrderElementsOf(ports.toList());
        law.submit(reconciled(ports.slice(0, 2), law.epoch()));
        assertThat(law.table.holdings(WEB).leased()).isEqualTo(3);
        assertThat(orphanPorts()).containsExactlyInAnyOrderElementsOf(ports.slice(2, 5).toList());
        Epoch before = law.epoch();
        law.submit(reconciled(ports, law.epoch()));
        assertThat(law.table.destinations()).isZero();
        assertThat(law.membership().member(a)).as("nothing is left of it").isEmpty();
        assertThat(law.epoch()).isEqualTo(before);
        assertThat(orphanPorts()).isEmpty();
    }

    @Test
    void aJudgementOfAnotherEpochOrWhileSomebodyIsAwayFreesNothing() {
        Ports ports = law.granted(a, WEB, 5);
        Epoch beforeDeath = law.epoch();
        law.submit(new AllocatorCommand.Leave(a));
        assertThat(law.submit(reconciled(ports, beforeDeath)))
                .isEqualTo(new AllocatorResult.StaleEpoch(law.epoch()));
        law.away(b);
        assertThat(law.submit(reconciled(ports, law.epoch())))
                .isEqualTo(new AllocatorResult.StaleEpoch(law.epoch()));
        assertThat(law.table.holdings(WEB).leased()).isEqualTo(5);
        law.renew(b);
        assertThat(law.submit(reconciled(ports, law.epoch())))
                .isEqualTo(new AllocatorResult.Done());
        assertThat(law.table.holdings(WEB).leased()).isZero();
    }

    @Test
    void nobodysWordFreesThePortsOfTheLiving() {
        Ports ports = law.granted(a, WEB, 5);
        assertThat(law.submit(reconciled(ports, law.epoch())))
                .isEqualTo(new AllocatorResult.Done());
        assertThat(law.table.holdings(WEB).leased()).isEqualTo(5);
    }

    private AllocatorCommand reconciled(Ports ports, Epoch epoch) {
        return new AllocatorCommand.Reconciled(a, WEB, ports, epoch);
    }

    private List<Integer> orphanPorts() {
        return law.table.orphans(Optional.empty()).orphans().stream()
                .flatMap(orphan -> orphan.ports().toList().stream())
                .toList();
    }

    @Test
    void pagesOfOrphansAreBoundedAndTogetherAreAll() {
        Set<LeaseKey> keys = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            LeaseKey key = key("192.0.2.1", 1000 + i);
            keys.add(key);
            law.granted(a, key, 2);
            law.granted(b, key, 1);
        }
        assertThat(orphanPorts()).as("the living leave no orphans").isEmpty();
        law.submit(new AllocatorCommand.Leave(a));
        List<Orphan> all = new ArrayList<>();
        Optional<Orphan.Position> after = Optional.empty();
        boolean more = true;
        while (more) {
            OrphansPage page = law.table.orphans(after);
            assertThat(page.epoch()).isEqualTo(law.epoch());
            assertThat(page.orphans()).hasSizeBetween(1, Limits.PAGE_ORPHANS);
            all.addAll(page.orphans());
            after = Optional.of(page.orphans().getLast().position());
            more = page.more();
        }
        assertThat(all).extracting(Orphan::key).doesNotHaveDuplicates().hasSize(200);
        assertThat(all).allMatch(orphan -> orphan.dead().equals(a) && orphan.ports().size() == 2);
        assertThat(keys).hasSize(200);
    }

    @Test
    void commandsThatCannotBeMeantCannotBeMade() {
        for (int want : new int[] {-1, 0, Limits.WANT_MAX + 1}) {
            assertThatThrownBy(() -> new AllocatorCommand.Acquire(a, WEB, want, Epoch.NONE))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> new AllocatorCommand.Return(a, WEB, 0, Ports.of(65_536)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LawUnderTest.join("a", ""))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LawUnderTest.join("a", "m\nm"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
