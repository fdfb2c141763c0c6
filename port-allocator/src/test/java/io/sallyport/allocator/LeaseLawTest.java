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
            assertThat(seen.addAll(law.granted(i % 2 == 0 ? a : b, WEB, 10))).isTrue();
        }
        assertThat(seen).hasSize(1000).allMatch(port -> port >= 1024 && port <= 65535);
        assertThat(law.granted(a, key("192.0.2.1", 80), 1024)).hasSize(1024);
        assertThat(law.granted(a, key("192.0.2.2", 443), 1024)).hasSize(1024);
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
            List<Integer> ports = law.granted(nodes.get(turn % 3), WEB, turn % 97 + 1);
            for (int port : ports) {
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

        int[] ofA = law.table.holdings(WEB).portsOf(a);
        law.submit(new AllocatorCommand.Return(a, WEB, List.of(ofA[0], ofA[7])));
        assertThat(law.granted(c, WEB, 1024)).containsExactlyInAnyOrder(ofA[0], ofA[7]);
    }

    @Test
    void givesWhatIsLeftWhereLessIsLeftThanWanted() {
        while (law.table.holdings(WEB).free() > 1024) {
            law.granted(a, WEB, 1024);
        }
        law.granted(a, WEB, 1021);
        assertThat(law.granted(b, WEB, 10)).hasSize(3);
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
        assertThat(law.submit(new AllocatorCommand.Acquire(a, WEB, 1, law.epoch().next())))
                .isEqualTo(stale);
        assertThat(law.acquire(c, WEB, 1)).isEqualTo(stale);
        assertThat(law.acquire(a, WEB, 1)).isInstanceOf(AllocatorResult.Granted.class);
    }

    @Test
    void aReturnFreesOnlyWhatItsSenderHoldsHoweverOftenItComes() {
        List<Integer> ofA = law.granted(a, WEB, 3);
        List<Integer> ofB = law.granted(b, WEB, 3);
        List<Integer> all = new ArrayList<>(ofA);
        all.addAll(ofB);
        all.addAll(ofA);
        for (int i = 0; i < 2; i++) {
            assertThat(law.submit(new AllocatorCommand.Return(a, WEB, all)))
                    .isEqualTo(new AllocatorResult.Done());
            assertThat(law.table.holdings(WEB).holders()).containsExactly(b);
            assertThat(law.table.holdings(WEB).leased()).isEqualTo(3);
        }
        law.submit(new AllocatorCommand.Return(b, WEB, ofB));
        assertThat(law.table.destinations()).isZero();
        assertThat(law.table.leasedTo(a) + law.table.leasedTo(b)).isZero();
    }

    @Test
    void whoIsAwayMayStillGiveBackAndWhoIsDeadMayNot() {
        List<Integer> ports = law.granted(a, WEB, 4);
        law.away(a);
        law.submit(new AllocatorCommand.Return(a, WEB, ports.subList(0, 2)));
        assertThat(law.table.leasedTo(a)).isEqualTo(2);
        law.submit(new AllocatorCommand.Leave(a));
        assertThat(law.submit(new AllocatorCommand.Return(a, WEB, ports)))
                .isEqualTo(new AllocatorResult.UnknownIncarnation(a));
        assertThat(law.table.leasedTo(a)).isEqualTo(2);
    }

    @Test
    void orphansAreTakenUntilTheirHomesSayThatTheyAreFree() {
        List<Integer> ports = law.granted(a, WEB, 5);
        law.submit(new AllocatorCommand.Leave(a));
        assertThat(law.table.holdings(WEB).free()).isEqualTo(Limits.PORTS - 5);
        assertThat(orphanPorts()).containsExactlyInAnyOrderElementsOf(ports);
        law.submit(reconciled(ports.subList(0, 2), law.epoch()));
        assertThat(law.table.holdings(WEB).leased()).isEqualTo(3);
        assertThat(orphanPorts()).containsExactlyInAnyOrderElementsOf(ports.subList(2, 5));
        Epoch before = law.epoch();
        law.submit(reconciled(ports, law.epoch()));
        assertThat(law.table.destinations()).isZero();
        assertThat(law.table.membership().member(a)).as("nothing is left of it").isEmpty();
        assertThat(law.epoch()).isEqualTo(before);
        assertThat(orphanPorts()).isEmpty();
    }

    @Test
    void aJudgementOfAnotherEpochOrWhileSomebodyIsAwayFreesNothing() {
        List<Integer> ports = law.granted(a, WEB, 5);
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
        List<Integer> ports = law.granted(a, WEB, 5);
        assertThat(law.submit(reconciled(ports, law.epoch())))
                .isEqualTo(new AllocatorResult.Done());
        assertThat(law.table.holdings(WEB).leased()).isEqualTo(5);
    }

    private AllocatorCommand reconciled(List<Integer> ports, Epoch epoch) {
        return new AllocatorCommand.Reconciled(a, WEB, ports, epoch);
    }

    private List<Integer> orphanPorts() {
        return law.table.orphans(Optional.empty()).orphans().stream()
                .flatMap(orphan -> orphan.ports().stream())
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
        assertThat(all).extracting(Orphan::position).isSorted();
        assertThat(all).allMatch(orphan -> orphan.dead().equals(a) && orphan.ports().size() == 2);
        assertThat(keys).hasSize(200);
    }

    @Test
    void commandsThatCannotBeMeantCannotBeMade() {
        for (int want : new int[] {-1, 0, Limits.WANT_MAX + 1}) {
            assertThatThrownBy(() -> new AllocatorCommand.Acquire(a, WEB, want, Epoch.NONE))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> new AllocatorCommand.Return(a, WEB, List.of(65_536)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LawUnderTest.join("a", ""))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LawUnderTest.join("a", "m\nm"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
