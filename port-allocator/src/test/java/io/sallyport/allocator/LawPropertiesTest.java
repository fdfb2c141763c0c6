package io.sallyport.allocator;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.Seed;
import io.sallyport.allocator.table.MemoryTable;
import io.sallyport.allocator.wire.TableRows;
import io.sallyport.ids.Incarnation;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class LawPropertiesTest {

    @Test
    void agreesWithTheNaiveLawWhateverIsAsked() {
        RandomGenerator random = Seed.of(getClass()).random();
        for (int round = 0; round < 15; round++) {
            LawUnderTest law = new LawUnderTest();
            NaiveLaw naive = new NaiveLaw();
            RandomCommands commands = new RandomCommands(random);
            for (int i = 0; i < 400; i++) {
                AllocatorCommand command = commands.next(law);
                AllocatorResult result = law.submit(command);
                naive.heard(command, result, law.index());
                if (i % 20 == 0) {
                    naive.agreesWith(law);
                }
            }
            naive.agreesWith(law);
        }
    }

    /** Any number of nodes, any sizes, up to the last port and down to none. */
    @Test
    void fillsUpToTheLastPortAndDrainsToNoneInAnyOrder() {
        RandomGenerator random = Seed.of(getClass()).random();
        LawUnderTest law = new LawUnderTest();
        List<Incarnation> nodes = List.of(law.joined("a"), law.joined("b"), law.joined("c"));
        LeaseKey key = LawUnderTest.WEB;
        while (law.table.holdings(key).free() > 0) {
            Incarnation node = nodes.get(random.nextInt(3));
            law.granted(node, key, 1 + random.nextInt(Limits.WANT_MAX));
            if (random.nextInt(8) == 0) {
                giveBackSome(law, nodes.get(random.nextInt(3)), random);
            }
        }
        assertThat(law.acquire(nodes.getFirst(), key, 1))
                .isInstanceOf(AllocatorResult.Exhausted.class);
        while (law.table.holdings(key).leased() > 0) {
            giveBackSome(law, nodes.get(random.nextInt(3)), random);
        }
        assertThat(law.table.destinations()).isZero();
    }

    private static void giveBackSome(LawUnderTest law, Incarnation node, RandomGenerator random) {
        Ports held = law.table.holdings(LawUnderTest.WEB).portsOf(node);
        int from = random.nextInt(held.size() + 1);
        int to = Math.min(held.size(), from + 1 + random.nextInt(800));
        assertThat(law.giveBack(node, LawUnderTest.WEB, held.slice(from, to)))
                .isEqualTo(new AllocatorResult.Done());
    }

    @Test
    void decidingChangesNothing() {
        RandomGenerator random = Seed.of(getClass()).random();
        LawUnderTest law = new LawUnderTest();
        RandomCommands commands = new RandomCommands(random);
        for (int i = 0; i < 500; i++) {
            AllocatorCommand command = commands.next(law);
            Decision<?> once = decide(law, command);
            assertThat(decide(law, command)).isEqualTo(once);
            assertThat(law.submit(command)).isEqualTo(once.result());
        }
    }

    private static Decision<?> decide(LawUnderTest law, AllocatorCommand command) {
        long index = law.end() + 1;
        return switch (command) {
            case AllocatorCommand.OfMembers ofMembers -> law.members().decide(ofMembers, index);
            case AllocatorCommand.OfLeases ofLeases ->
                    law.leases().decide(ofLeases, new Stamp(index, 0, ChanceTest.entropy(index)));
        };
    }

    /**
     * One replica lives through everything; a second is restarted from what was written behind, at
     * random places, with some of the log's tail replayed. Answers and rows are the same.
     */
    @Test
    void aReplicaThatRestartsFromItsCheckpointIsTheSameAsOneThatNeverStopped() {
        RandomGenerator random = Seed.of(getClass()).random();
        LawUnderTest steady = new LawUnderTest();
        Checkpoint steadyRows = new Checkpoint();
        LawUnderTest restarted = new LawUnderTest();
        Checkpoint rows = new Checkpoint();
        RandomCommands commands = new RandomCommands(random);
        for (int i = 0; i < 3000; i++) {
            AllocatorCommand command = commands.next(steady);
            AllocatorResult result = steady.submit(command);
            assertThat(restarted.submit(command)).isEqualTo(result);
            if (random.nextInt(40) == 0) {
                TableRows.drainChanged(restarted.table, rows);
            }
            if (random.nextInt(100) == 0) {
                TableRows.drainChanged(restarted.table, rows);
                restarted = restarted.restarted(rows.load());
            }
        }
        TableRows.drainChanged(steady.table, steadyRows);
        TableRows.drainChanged(restarted.table, rows);
        assertThat(rows.rows).isEqualTo(steadyRows.rows).isNotEmpty();
        rows.drained = 0;
        TableRows.drainChanged(restarted.table, rows);
        assertThat(rows.drained).as("a drained table is clean").isZero();
        assertThat(restarted.table.orphans(Optional.empty()))
                .isEqualTo(steady.table.orphans(Optional.empty()));
    }

    /** Rows on a disk that is a map. */
    private static final class Checkpoint implements TableRows.Sink {
        final Map<String, String> rows = new TreeMap<>();
        int drained;

        @Override
        public void put(byte[] key, byte[] value) {
            drained++;
            rows.put(HexFormat.of().formatHex(key), HexFormat.of().formatHex(value));
        }

        @Override
        public void delete(byte[] key) {
            drained++;
            rows.remove(HexFormat.of().formatHex(key));
        }

        MemoryTable load() {
            MemoryTable table = new MemoryTable();
            rows.forEach((key, value) ->
                    TableRows.load(
                            table, HexFormat.of().parseHex(key), HexFormat.of().parseHex(value)));
            return table;
        }
    }
}
