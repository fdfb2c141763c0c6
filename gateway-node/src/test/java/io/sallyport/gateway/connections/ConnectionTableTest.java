package io.sallyport.gateway.connections;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.ids.Epoch;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.Incarnation;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConnectionTableTest {

    private static final GatewayId GATEWAY = new GatewayId("nat-00000000000000001");
    private static final ClientPath PATH =
            new ClientPath(Optional.of(IpAddress.parse("10.99.0.1")), 0x0200_0000_0001L, 0x025aL);

    private static Connection connection(Random random, long sequence) {
        boolean v4 = random.nextBoolean();
        IpAddress client =
                v4
                        ? IpAddress.of(0, 0xffff_0a00_0000L | random.nextInt(8))
                        : IpAddress.of(0xfd00_0000_0000_0000L, random.nextInt(8));
        IpAddress remote =
                v4
                        ? IpAddress.of(0, 0xffff_c633_6400L | random.nextInt(8))
                        : IpAddress.of(0x2001_0db8_0000_0000L, random.nextInt(8));
        IpAddress eip =
                v4
                        ? IpAddress.of(0, 0xffff_cb00_7100L | random.nextInt(3))
                        : IpAddress.of(0x2001_0db8_0eee_0000L, random.nextInt(3));
        Protocol protocol = random.nextBoolean() ? Protocol.TCP : Protocol.UDP;
        return new Connection(
                new ConnectionId(1, sequence),
                GATEWAY,
                new InsideKey(
                        0xefffff - random.nextInt(2),
                        protocol,
                        new Endpoint(client, random.nextInt(64)),
                        new Endpoint(remote, random.nextInt(4))),
                eip,
                1,
                random.nextInt(256),
                new Epoch(1, 1),
                new Incarnation(1),
                1,
                PATH);
    }

    private static int findOut(ConnectionTable table, InsideKey key) {
        return table.findOut(
                key.vpc(),
                key.protocol().number(),
                key.client().address().high(),
                key.client().address().low(),
                key.client().port(),
                key.remote().address().high(),
                key.remote().address().low(),
                key.remote().port());
    }

    private static int findIn(ConnectionTable table, OutsideKey key) {
        return table.findIn(
                key.protocol().number(),
                key.outside().address().high(),
                key.outside().address().low(),
                key.outside().port(),
                key.remote().address().high(),
                key.remote().address().low(),
                key.remote().port());
    }

    @Test
    void itSaysWhatAHashMapSays() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        int capacity = 3000;
        try (ConnectionTable table = new ConnectionTable(capacity)) {
            Map<InsideKey, Integer> out = new HashMap<>();
            Map<OutsideKey, Integer> in = new HashMap<>();
            List<Connection> present = new ArrayList<>();
            for (int i = 0; i < 60_000; i++) {
                if (random.nextInt(5) < 3) {
                    Connection connection = connection(random, i);
                    boolean known =
                            out.containsKey(connection.inside())
                                    || in.containsKey(connection.outside());
                    int slot = table.install(connection, 7);
                    if (known || present.size() == capacity) {
                        assertThat(slot).isEqualTo(ConnectionTable.MISS);
                    } else {
                        assertThat(slot).isBetween(1, capacity);
                        assertThat(table.natPort(slot)).isEqualTo(connection.natPort());
                        assertThat(table.vpc(slot)).isEqualTo(connection.inside().vpc());
                        assertThat(table.eipLow(slot)).isEqualTo(connection.eip().low());
                        assertThat(table.gateway(slot)).isEqualTo(7);
                        out.put(connection.inside(), slot);
                        in.put(connection.outside(), slot);
                        present.add(connection);
                    }
                } else if (!present.isEmpty()) {
                    int last = present.size() - 1;
                    int which = random.nextInt(present.size());
                    Connection gone = present.set(which, present.get(last));
                    present.remove(last);
                    table.remove(java.util.Objects.requireNonNull(out.remove(gone.inside())));
                    in.remove(gone.outside());
                }
                Connection probe = connection(random, -1);
                assertThat(findOut(table, probe.inside()))
                        .isEqualTo(out.getOrDefault(probe.inside(), ConnectionTable.MISS));
                assertThat(findIn(table, probe.outside()))
                        .isEqualTo(in.getOrDefault(probe.outside(), ConnectionTable.MISS));
                assertThat(table.size()).isEqualTo(present.size());
            }
            for (Connection connection : present) {
                assertThat(findOut(table, connection.inside()))
                        .isEqualTo(out.get(connection.inside()));
                assertThat(findIn(table, connection.outside()))
                        .isEqualTo(in.get(connection.outside()));
            }
        }
    }

    @Test
    void itFillsToItsCapacityAndRefusesOneMore() {
        try (ConnectionTable table = new ConnectionTable(200_000)) {
            Endpoint remote = Endpoint.parse("198.51.100.1:443");
            for (int i = 0; i <= 200_000; i++) {
                IpAddress client = IpAddress.of(0, 0xffff_0a00_0000L | i >> 14);
                IpAddress eip = IpAddress.of(0, 0xffff_cb00_7100L | i >> 14);
                Connection connection =
                        new Connection(
                                new ConnectionId(1, i),
                                GATEWAY,
                                new InsideKey(
                                        1, Protocol.TCP, new Endpoint(client, i & 0x3fff), remote),
                                eip,
                                1,
                                i & 0x3fff,
                                new Epoch(1, 1),
                                new Incarnation(1),
                                1,
                                PATH);
                int slot = table.install(connection, 0);
                assertThat(slot == ConnectionTable.MISS).isEqualTo(i == 200_000);
            }
        }
    }

    @Test
    void countersLiveInTheRecordAndBeginAtNothing() {
        try (ConnectionTable table = new ConnectionTable(4)) {
            Connection connection = connection(new Random(1), 1);
            int slot = table.install(connection, 3);
            table.count(slot, true, 2, 300, 77);
            table.count(slot, true, 1, 40, 78);
            assertThat(table.packets(slot, true)).isEqualTo(3);
            assertThat(table.bytes(slot, true)).isEqualTo(340);
            assertThat(table.last(slot, true)).isEqualTo(78);
            assertThat(table.last(slot, false)).isEqualTo(Long.MIN_VALUE);
            int before = table.generation(slot);
            table.remove(slot);
            int again = table.install(connection, 3);
            assertThat(again).isEqualTo(slot);
            assertThat(table.packets(again, true)).isZero();
            assertThat(table.generation(again)).isNotEqualTo(before);
        }
    }

    @Test
    void aConnectionsMoveIsNoOthersAndChangesNextHopAndPathAtOnce() {
        try (ConnectionTable table = new ConnectionTable(4)) {
            int first = table.install(opened(1), 0);
            int second = table.install(opened(2), 0);
            assertThat(table.path(first)).isEqualTo(table.path(second));
            assertThat(table.paths().size()).isEqualTo(1);
            table.nextHop(first, true, 0xfffe);
            table.nextHop(first, false, 3);
            table.paths().path(first, 0, 0xffff_0a63_0001L, -1, 5, 7);
            assertThat(table.paths().size()).isEqualTo(2);
            assertThat(table.nextHop(first, true)).isEqualTo(0xfffe);
            assertThat(table.nextHop(first, false)).isEqualTo(7);
            assertThat(table.paths().clientMac(first)).isEqualTo(-1);
            assertThat(table.paths().path(second)).isEqualTo(opened(2).path());
            table.nextHop(first, true, 1);
            assertThat(table.nextHop(first, false)).isEqualTo(7);
            assertThat(table.paths().gatewayMac(first)).isEqualTo(5);
            table.paths().path(first, opened(1).path());
            assertThat(table.nextHop(first, false)).as("to be found").isZero();
            assertThat(table.nextHop(first, true)).isEqualTo(1);
            assertThat(table.path(first)).isEqualTo(table.path(second));
            assertThat(table.paths().size()).isEqualTo(1);
            table.remove(first);
            table.remove(second);
            assertThat(table.paths().size()).isZero();
        }
    }

    @Test
    void aPlaceTakesNoMoreThanWasAsked() {
        for (int capacity = 8_192; capacity <= 1 << 24; capacity += capacity / 3 + 1) {
            long bytes =
                    (capacity + 1L) * RecordLayout.BYTES
                            + TableMemory.buckets(capacity) * RecordLayout.BUCKET_BYTES
                            + (long) TableMemory.paths(capacity) * RecordLayout.PATH_BYTES;
            assertThat((double) bytes / capacity).isBetween(162.0, 163.0);
        }
    }

    /** Few connections, so that each may have its own; the last ones' are in the heap. */
    @Test
    void whatClientsHadNoRoomForIsUnknownToALaterLifeAndTheRestIsAsItWas() {
        int most = TableMemory.paths(2_000) - 1;
        try (Arena arena = Arena.ofConfined()) {
            TableMemory memory = inherited(arena, 2_000);
            try (ConnectionTable table = new ConnectionTable(memory)) {
                for (int number = 1; number <= most + 5; number++) {
                    int slot = table.install(opened(number), 0);
                    table.paths().path(slot, 0, 0, 100 + number, 1, 2);
                }
                assertThat(table.paths().sizeApart()).isPositive();
            }
            try (ConnectionTable table = new ConnectionTable(memory)) {
                List<Integer> unknown = new ArrayList<>();
                table.adopt(
                        slot -> {
                            long number = table.identities().id(slot).sequence();
                            if (table.paths().isKnown(slot)) {
                                assertThat(table.paths().clientMac(slot)).isEqualTo(100 + number);
                                assertThat(table.nextHop(slot, false)).isEqualTo(2);
                            } else {
                                assertThat(table.nextHop(slot, false)).isZero();
                                unknown.add(slot);
                            }
                        },
                        ConnectionTableTest::nobodyRests);
                assertThat(table.size()).isEqualTo(most + 5);
                assertThat(unknown).hasSizeBetween(4, 6);
                assertThat(table.paths().sizeApart()).isZero();
            }
        }
    }

    private static void nobodyRests(int slot) {
        throw new AssertionError(slot + " was not retired");
    }

    @Test
    void whatWasRetiredAndNotReleasedRestsInALaterLifeToo() {
        try (Arena arena = Arena.ofConfined()) {
            TableMemory memory = inherited(arena, 10);
            int gone;
            try (ConnectionTable table = new ConnectionTable(memory)) {
                table.install(opened(1), 0);
                gone = table.install(opened(2), 0);
                table.count(gone, true, 3, 300);
                table.retire(gone);
            }
            try (ConnectionTable table = new ConnectionTable(memory)) {
                List<Integer> alive = new ArrayList<>();
                List<Integer> resting = new ArrayList<>();
                table.adopt(alive::add, resting::add);
                assertThat(alive).hasSize(1).doesNotContain(gone);
                assertThat(resting).containsExactly(gone);
                assertThat(table.packets(gone, true)).isEqualTo(3);
                assertThat(table.identities().gateway(gone)).isEqualTo(opened(2).gateway());
                assertThat(table.size()).isEqualTo(2);
                int again = table.install(opened(2), 0);
                assertThat(again).isPositive().isNotEqualTo(gone);
                table.release(gone);
                assertThat(table.size()).isEqualTo(2);
            }
        }
    }

    private static TableMemory inherited(Arena arena, int capacity) {
        TableMemory plain = TableMemory.plain(arena, capacity);
        return new TableMemory(
                capacity,
                plain.records(),
                plain.buckets(),
                plain.paths(),
                plain.eips(),
                arena.allocate((capacity + 1L) * TableMemory.IDENTITY_BYTES, 8),
                arena.allocate((long) TableMemory.origins(capacity) * TableMemory.ORIGIN_BYTES, 8),
                plain.seeds(),
                0);
    }

    /** Of one of five gateways, opened by one of three in one of two epochs. */
    private static Connection opened(int number) {
        return new Connection(
                new ConnectionId(1 + number % 3, number),
                new GatewayId("nat-%017d".formatted(number % 5)),
                new InsideKey(
                        7,
                        Protocol.UDP,
                        new Endpoint(IpAddress.parse("10.0.0.7"), number),
                        new Endpoint(IpAddress.parse("192.0.2.1"), 53)),
                IpAddress.parse("203.0.113." + number % 4),
                number % 2,
                number,
                new Epoch(1, number % 2),
                new Incarnation(1 + number % 3),
                1000 + number,
                new ClientPath(Optional.empty(), 1, 2));
    }

    @Test
    void aLaterLifeFindsEachConnectionAsItWasAndGoesOnFromThere() {
        try (Arena arena = Arena.ofConfined()) {
            TableMemory memory = inherited(arena, 400);
            Map<Integer, Connection> kept = new HashMap<>();
            try (ConnectionTable table = new ConnectionTable(memory)) {
                for (int number = 1; number <= 400; number++) {
                    kept.put(table.install(opened(number), 0), opened(number));
                }
                for (int slot = 1; slot <= 400; slot += 3) {
                    table.remove(slot);
                    kept.remove(slot);
                }
                // Of an origin that was never there before, in a slot that another had.
                Connection late = opened(997);
                kept.put(table.install(late, 0), late);
            }
            for (int life = 0; life < 2; life++) {
                Map<Integer, Connection> found = new HashMap<>();
                try (ConnectionTable table = new ConnectionTable(memory)) {
                    table.adopt(
                            slot -> found.put(slot, table.identities().connection(slot)),
                            ConnectionTableTest::nobodyRests);
                    assertThat(found).isEqualTo(kept);
                    int gone = kept.keySet().iterator().next();
                    table.remove(gone);
                    kept.remove(gone);
                    Connection fresh = opened(1001 + life);
                    int slot = table.install(fresh, 0);
                    assertThat(slot).isPositive();
                    kept.put(slot, fresh);
                }
            }
        }
    }

    @Test
    void whoIsThereIsFoundByItsNameAndNobodyElse() {
        Random random = new Random(8);
        Map<Integer, Integer> slots = new HashMap<>();
        try (ConnectionTable table = new ConnectionTable(500)) {
            Identities names = table.identities();
            for (int step = 0; step < 20_000; step++) {
                int number = 1 + random.nextInt(900);
                Integer known = slots.get(number);
                assertThat(names.slotOf(opened(number).id()))
                        .isEqualTo(known == null ? ConnectionTable.MISS : known);
                if (known != null) {
                    assertThat(names.id(known)).isEqualTo(opened(number).id());
                    assertThat(names.gateway(known)).isEqualTo(opened(number).gateway());
                    table.remove(known);
                    slots.remove(number);
                } else if (slots.size() < 500) {
                    slots.put(number, table.install(opened(number), 0));
                }
            }
            slots.forEach(
                    (number, slot) -> assertThat(names.connection(slot)).isEqualTo(opened(number)));
        }
    }

    @Test
    void anOriginsPlaceIsAnothersOnceNobodyIsOfIt() {
        try (Arena arena = Arena.ofConfined();
                ConnectionTable table = new ConnectionTable(inherited(arena, 1))) {
            for (int number = 1; number < 50; number++) {
                int slot = table.install(opened(number), 0);
                assertThat(slot).isEqualTo(1);
                assertThat(table.install(opened(number + 1), 0)).isEqualTo(ConnectionTable.MISS);
                table.remove(slot);
            }
        }
    }
}
