package io.sallyport.allocator.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.Seed;
import io.sallyport.allocator.Holdings;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Limits;
import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.Orphan;
import io.sallyport.allocator.OrphansPage;
import io.sallyport.allocator.Pool;
import io.sallyport.allocator.PoolId;
import io.sallyport.allocator.Ports;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.NodeId;
import io.sallyport.ids.TenantId;
import io.sallyport.net.Destination;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** The whole table beside maps in maps. */
class MemoryTableTest {

    private static final TenantId ONE = new TenantId("000000000001");
    private static final TenantId OTHER = new TenantId("000000000002");

    private final RandomGenerator random = Seed.of(getClass()).random();

    /** Both tables, changed alike by random steps. */
    private final class Twins {
        MemoryTable table = new MemoryTable(random.nextLong());
        final NaiveTable naive = new NaiveTable();
        final List<LeaseKey> keys = new ArrayList<>();
        final int holders;
        long grant;

        Twins(int destinations, int holders) {
            this.holders = holders;
            for (int i = 0; i < destinations; i++) {
                keys.add(key(i));
            }
        }

        LeaseKey someKey() {
            // An equal key is not always the same object.
            LeaseKey key = keys.get(random.nextInt(keys.size()));
            return random.nextBoolean()
                    ? key
                    : new LeaseKey(key.eip(), key.poolGeneration(), key.destination());
        }

        void step(int most) {
            LeaseKey key = someKey();
            TreeMap<Incarnation, NaiveTable.Share> row = naive.row(key);
            if (row.isEmpty() || random.nextInt(2) == 0) {
                lease(key, holder(random.nextInt(holders)), 1 + random.nextInt(most));
            } else {
                List<Incarnation> there = List.copyOf(row.keySet());
                Incarnation holder = there.get(random.nextInt(there.size()));
                List<Integer> ports = naive.share(key, holder).ports();
                int count =
                        random.nextInt(3) == 0 ? ports.size() : 1 + random.nextInt(ports.size());
                Ports some = Ports.of(ports.subList(0, count));
                assertThat(table.holdings(key).held(holder, some)).isEqualTo(some);
                naive.free(key, holder, some);
                table.free(key, holder, some);
            }
        }

        void lease(LeaseKey key, Incarnation holder, int want) {
            Holdings holdings = table.holdings(key);
            Set<Integer> ports = new TreeSet<>();
            while (ports.size() < Math.min(want, holdings.free())) {
                ports.add(holdings.freePort(random.nextInt(holdings.free())));
            }
            if (!ports.isEmpty()) {
                grant += random.nextInt(3);
                Ports granted = Ports.of(List.copyOf(ports));
                naive.lease(key, holder, grant, granted);
                table.lease(key, holder, grant, granted);
            }
        }

        void agree() {
            for (LeaseKey key : keys) {
                assertThat(NaiveTable.read(table.holdings(key))).isEqualTo(naive.row(key));
            }
            for (int i = 0; i < holders; i++) {
                assertThat(table.leasedTo(holder(i))).isEqualTo(naive.heldBy(holder(i)));
            }
            assertThat(table.destinations()).isEqualTo(naive.rows.size());
        }
    }

    /** Few pools, both families, wildcards and both families under one address. */
    private static LeaseKey key(int number) {
        IpAddress eip =
                IpAddress.parse(number % 3 == 0 ? "2001:db8::7" : "198.51.100." + number % 2);
        Destination destination =
                switch (number % 5) {
                    case 0 -> remote(Protocol.UDP, "192.0.2." + number % 7, number);
                    case 1 ->
                            remote(
                                    Protocol.TCP,
                                    "2001:db8:" + Integer.toHexString(number) + "::1",
                                    443);
                    case 2 -> remote(Protocol.TCP, "2001:db8::" + Integer.toHexString(number), 443);
                    case 3 -> remote(new Protocol(200), "::" + number % 11, number);
                    default ->
                            number == 4
                                    ? Destination.wildcard(Protocol.TCP)
                                    : remote(Protocol.TCP, "192.0.2.1", number);
                };
        return new LeaseKey(eip, number % 2, destination);
    }

    private static Destination remote(Protocol protocol, String address, int port) {
        return new Destination(protocol, IpAddress.parse(address), port % 65_536);
    }

    private static Incarnation holder(int number) {
        return new Incarnation(1_000_000_007L * number);
    }

    @Test
    void isTheSameAsMapsInMapsWhateverIsLeasedAndFreed() {
        for (int round = 0; round < 12; round++) {
            Twins twins = new Twins(1 + random.nextInt(60), 1 + random.nextInt(12));
            int most = 1 << random.nextInt(10);
            for (int i = 0; i < 400; i++) {
                twins.step(most);
            }
            twins.agree();
        }
    }

    /**
     * Changes, cuts and drains in any order: what a cut gives is the state at the cut, nothing
     * twice and nothing else, and what is loaded from it is the table as it was.
     */
    @Test
    void aCheckpointIsTheStateAtItsCutWhateverChangesMeanwhile() {
        for (int round = 0; round < 25; round++) {
            Twins twins = new Twins(1 + random.nextInt(40), 1 + random.nextInt(6));
            int most = 1 << random.nextInt(10);
            Disk disk = new Disk();
            for (int checkpoint = 0; checkpoint < 8; checkpoint++) {
                steps(twins, random.nextInt(80), most);
                disk.cut(twins.table);
                NaiveTable atCut = twins.naive.copy();
                do {
                    steps(twins, random.nextInt(12), most);
                } while (twins.table.drain(disk, 1 + random.nextInt(5)));
                assertThat(disk.rows).isEqualTo(atCut.rows);
                if (random.nextInt(4) == 0) {
                    twins.table = reloaded(twins, disk);
                }
            }
            twins.agree();
            disk.takeAll(twins.table);
            assertThat(disk.rows).isEqualTo(twins.naive.rows);
            assertThat(disk.load().fill()).isEqualTo(twins.table.fill());
            disk.given = 0;
            disk.takeAll(twins.table);
            assertThat(disk.given).as("nothing changed since").isZero();
        }
    }

    private static void steps(Twins twins, int count, int most) {
        for (int i = 0; i < count; i++) {
            twins.step(most);
        }
    }

    private static MemoryTable reloaded(Twins twins, Disk disk) {
        disk.takeAll(twins.table);
        MemoryTable table = disk.load();
        assertThat(table.destinations()).isEqualTo(twins.naive.rows.size());
        return table;
    }

    @Test
    void oneDestinationFillsToTheLastPortAndDrainsToNothing() {
        Twins twins = new Twins(1, 3);
        LeaseKey key = twins.keys.getFirst();
        for (int i = 0; twins.table.holdings(key).free() > 0; i++) {
            twins.lease(key, holder(i % 3), 1000);
        }
        twins.agree();
        assertThat(twins.table.holdings(key).leased()).isEqualTo(Limits.PORTS);
        assertThat(twins.table.hottest(3)).containsExactly(new Fill(key, Limits.PORTS));
        for (int i = 0; i < 3; i++) {
            List<Integer> ports = twins.naive.share(key, holder(i)).ports();
            for (int from = 0; from < ports.size(); from += 700) {
                Ports some = Ports.of(ports.subList(from, Math.min(from + 700, ports.size())));
                twins.table.free(key, holder(i), some);
            }
        }
        assertThat(twins.table.destinations()).isZero();
        assertThat(twins.table.holdings(key).free()).isEqualTo(Limits.PORTS);
        assertThat(twins.table.fill()).isEmpty();
    }

    @Test
    void whatChangesOftenBetweenCheckpointsLeavesNothingBehind() {
        MemoryTable table = new MemoryTable();
        for (int i = 0; i < 200_000; i++) {
            table.lease(key(i % 50), holder(0), 1, Ports.of(2000, 2001));
            table.free(key(i % 50), holder(0), Ports.of(2000, 2001));
        }
        assertThat(table.bytes()).isLessThan(500_000);
        Disk disk = new Disk();
        disk.takeAll(table);
        assertThat(disk.given).isZero();
    }

    @Test
    void whatCheckpointsDeletedIsUsedAgain() {
        MemoryTable table = new MemoryTable();
        Disk disk = new Disk();
        for (int round = 0; round < 50; round++) {
            for (int i = 0; i < 400; i++) {
                table.lease(key(400 * round + i), holder(0), 1, Ports.of(2000));
            }
            disk.takeAll(table);
            assertThat(disk.rows).hasSize(400);
            for (int i = 0; i < 400; i++) {
                table.free(key(400 * round + i), holder(0), Ports.of(2000));
            }
            disk.takeAll(table);
            assertThat(disk.rows).isEmpty();
        }
        assertThat(table.fill()).isEmpty();
        assertThat(table.bytes()).isLessThan(600_000);
    }

    /** What is left of rows that came and went before a cut is no row of it. */
    @Test
    void aCopyInThePlaceOfARowThatIsGoneIsGivenOnce() {
        Twins twins = new Twins(200, 1);
        List<LeaseKey> there = twins.keys.subList(0, 100);
        there.forEach(key -> twins.lease(key, holder(0), 2));
        for (LeaseKey key : twins.keys.subList(100, 200)) {
            twins.table.lease(key, holder(0), 1, Ports.of(2000));
        }
        for (LeaseKey key : twins.keys.subList(100, 200)) {
            twins.table.free(key, holder(0), Ports.of(2000));
        }
        Disk disk = new Disk();
        disk.cut(twins.table);
        NaiveTable atCut = twins.naive.copy();
        there.forEach(key -> twins.lease(key, holder(0), 1));
        while (twins.table.drain(disk, 1)) {}
        assertThat(disk.rows).isEqualTo(atCut.rows);
        twins.agree();
    }

    @Test
    void everyOrphanComesOnceInWhateverPagesAndFromWhateverReplica() {
        Twins twins = new Twins(400, 5);
        for (int i = 0; i < 800; i++) {
            twins.step(40);
        }
        Membership membership = members(3);
        twins.table.learn(9, membership, List.of(), List.of());
        Disk disk = new Disk();
        disk.takeAll(twins.table);
        MemoryTable replica = disk.load();
        List<Orphan> found = new ArrayList<>();
        Optional<Orphan.Position> after = Optional.empty();
        boolean more = true;
        while (more) {
            OrphansPage page = (random.nextBoolean() ? replica : twins.table).orphans(after);
            assertThat(page.epoch()).isEqualTo(membership.epoch());
            assertThat(page.orphans()).hasSizeLessThanOrEqualTo(Limits.PAGE_ORPHANS);
            found.addAll(page.orphans());
            more = page.more();
            after = found.isEmpty() ? after : Optional.of(found.getLast().position());
        }
        List<Orphan> expected = new ArrayList<>();
        twins.naive.rows.forEach((key, row) ->
                row.forEach((holder, share) -> {
                    if (holder.compareTo(holder(3)) < 0) {
                        expected.add(new Orphan(key, holder, Ports.of(share.ports())));
                    }
                }));
        assertThat(found).containsExactlyInAnyOrderElementsOf(expected).isNotEmpty();
    }

    @Test
    void aPageGoesOnAfterAnOrphanThatIsGoneMeanwhile() {
        Twins twins = new Twins(300, 1);
        twins.keys.forEach(key -> twins.lease(key, holder(0), 1));
        twins.table.learn(9, members(1), List.of(), List.of());
        Set<LeaseKey> seen = new TreeSet<>();
        Optional<Orphan.Position> after = Optional.empty();
        boolean more = true;
        while (more) {
            OrphansPage page = twins.table.orphans(after);
            for (Orphan orphan : page.orphans()) {
                assertThat(seen.add(orphan.key())).isTrue();
                twins.table.free(orphan.key(), orphan.dead(), orphan.ports());
            }
            after = Optional.of(page.orphans().getLast().position());
            more = page.more();
        }
        assertThat(seen).hasSize(twins.naive.rows.size());
        assertThat(twins.table.orphans(Optional.empty()).orphans()).isEmpty();
    }

    /** A member list of five of whom the first are dead. */
    static Membership members(int dead) {
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            members.add(
                    new Member(
                            new NodeId("node-" + i),
                            holder(i),
                            i < dead ? Member.Status.DEAD : Member.Status.LIVE,
                            "machine",
                            Endpoint.parse("10.0.0.1:7000"),
                            Endpoint.parse("10.0.0.1:7001"),
                            new Epoch(1, 1),
                            new Epoch(1, 1),
                            1,
                            new Epoch(1, 1),
                            Set.of(),
                            Map.of(),
                            0));
        }
        return new Membership(new Epoch(1, 7), members);
    }

    @Test
    void tenantsAreCreditedWithWhatTheirPoolsHaveOutAsLongAsThePoolsAreTheirs() {
        MemoryTable table = new MemoryTable();
        PoolId first = key(1).pool();
        PoolId second = key(2).pool();
        Pool firstOfOne = new Pool(first, ONE, 10);
        Pool secondOfOne = new Pool(second, ONE, 10);
        table.learn(1, Membership.EMPTY, List.of(firstOfOne, secondOfOne), List.of());
        table.lease(key(1), holder(1), 1, Ports.of(2000, 2001));
        table.lease(key(2), holder(1), 1, Ports.of(2000));
        assertThat(table.poolOf(key(1))).isEqualTo(firstOfOne);
        assertThat(table.poolOf(key(3))).isNull();
        assertThat(table.leasedOf(ONE)).isEqualTo(3);
        table.free(key(1), holder(1), Ports.of(2000));
        assertThat(table.leasedOf(ONE)).isEqualTo(2);
        table.learn(2, Membership.EMPTY, List.of(new Pool(second, OTHER, 0)), List.of());
        assertThat(table.leasedOf(ONE)).isEqualTo(1);
        assertThat(table.leasedOf(OTHER)).isEqualTo(1);
        table.learn(2, Membership.EMPTY, List.of(), List.of(first));
        assertThat(table.poolOf(key(1))).isNull();
        assertThat(table.pools()).containsExactly(new Pool(second, OTHER, 0));
        assertThat(table.leasedOf(ONE)).isZero();
        assertThat(table.leasedOf(OTHER)).isEqualTo(1);
        assertThat(table.leasedOf(first)).as("of a pool that is nobody's too").isEqualTo(1);
        assertThat(table.fill())
                .containsExactlyInAnyOrder(new PoolFill(first, 1, 1), new PoolFill(second, 1, 1));
        Disk disk = new Disk();
        disk.cut(table);
        table.learn(3, Membership.EMPTY, List.of(firstOfOne), List.of(second));
        while (table.drain(disk, 1)) {}
        assertThat(disk.pools.values()).containsExactly(new Pool(second, OTHER, 0));
        assertThat(disk.asOf).isEqualTo(2);
        assertThat(disk.load().leasedOf(OTHER)).isEqualTo(1);
        disk.takeAll(table);
        assertThat(disk.pools.values()).containsExactly(firstOfOne);
        assertThat(disk.load().leasedOf(ONE)).isEqualTo(1);
    }

    @Test
    void thoseUnderPressureAreWantedFromWhoHoldsThemUntilTheyAreHalfFree() {
        Twins twins = new Twins(4, 2);
        LeaseKey full = twins.keys.get(0);
        LeaseKey other = twins.keys.get(1);
        twins.lease(full, holder(0), 40_000);
        twins.lease(full, holder(1), 1_000);
        twins.lease(other, holder(1), 1);
        twins.table.press(full, true);
        twins.table.press(other, true);
        assertThat(twins.table.wanted(holder(0), 9)).containsExactly(full);
        assertThat(twins.table.wanted(holder(1), 9)).containsExactly(other, full);
        assertThat(twins.table.wanted(holder(1), 1)).containsExactly(other);
        twins.table.press(other, false);
        assertThat(twins.table.wanted(holder(1), 9)).containsExactly(full);
        List<Integer> ports = twins.naive.share(full, holder(0)).ports();
        twins.table.free(full, holder(0), Ports.of(ports.subList(0, 10_000)));
        assertThat(twins.table.wanted(holder(1), 9)).isEmpty();
    }

    @Test
    void theHottestAreTheFullest() {
        Twins twins = new Twins(30, 3);
        for (int i = 0; i < 400; i++) {
            twins.step(300);
        }
        twins.table.cut();
        for (int i = 0; i < 50; i++) {
            twins.step(300);
        }
        List<Integer> sizes =
                twins.naive.rows.values().stream()
                        .map(NaiveTable::size)
                        .sorted(Comparator.reverseOrder())
                        .toList();
        List<Fill> hottest = twins.table.hottest(7);
        assertThat(hottest.stream().map(Fill::leased).toList())
                .isEqualTo(sizes.subList(0, Math.min(7, sizes.size())));
        assertThat(hottest)
                .allSatisfy(each ->
                        assertThat(NaiveTable.size(twins.naive.row(each.key())))
                                .isEqualTo(each.leased()));
    }
}
