package io.sallyport.store.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Ports;
import io.sallyport.allocator.wire.AllocatorCodec;
import io.sallyport.allocator.wire.WireException;
import io.sallyport.store.TestCommands;
import io.sallyport.store.calls.Answer;
import io.sallyport.store.calls.ClientCall;
import io.sallyport.store.calls.Law;
import io.sallyport.store.catalog.CatalogCodec;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.CatalogResult;
import io.sallyport.store.catalog.Resource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StoreMachineTest {

    private static final long CLIENT = 7;

    private long index;
    private long sequence;

    private ClientCall call(AllocatorCommand command) {
        return call(Law.ALLOCATOR, AllocatorCodec.encode(command));
    }

    private ClientCall call(CatalogCommand command) {
        return call(Law.CATALOG, CatalogCodec.encode(command));
    }

    private ClientCall call(Law law, byte[] command) {
        sequence++;
        return new ClientCall(CLIENT, sequence, 1, law, command);
    }

    private Entry entry(ClientCall... calls) {
        byte[] entropy = new byte[32];
        new Random(index).nextBytes(entropy);
        return new Entry(entropy, 1_700_000_000_000L, List.of(calls));
    }

    private byte[] apply(StoreMachine machine, ClientCall call) {
        return ((Answer.Result) machine.apply(++index, entry(call)).getFirst()).result();
    }

    private LeaseKey attachEip(StoreMachine machine) {
        byte[] last = {};
        for (CatalogCommand command : TestCommands.attachedEip()) {
            last = apply(machine, call(command));
        }
        if (CatalogCodec.decodeResult(last)
                        instanceof CatalogResult.Applied(long version, Optional<Resource> resource)
                && resource.orElseThrow() instanceof Resource.ElasticIp eip) {
            return TestCommands.key(eip.address(), eip.poolGeneration());
        }
        throw new AssertionError("the EIP is not attached");
    }

    private AllocatorResult.Joined join(StoreMachine machine, String node) {
        return (AllocatorResult.Joined)
                AllocatorCodec.decodeResult(apply(machine, call(TestCommands.join(node))));
    }

    @Test
    void aRepeatedCallIsAnsweredAgainAndNotAppliedAgain() {
        StoreMachine machine = new StoreMachine();
        LeaseKey key = attachEip(machine);
        AllocatorResult.Joined joined = join(machine, "gw-1");
        ClientCall acquire =
                call(
                        TestCommands.acquire(
                                joined.incarnation(), key, 5, joined.membership().epoch()));
        byte[] first = apply(machine, acquire);
        byte[] again = apply(machine, acquire);
        assertThat(again).isEqualTo(first);

        apply(machine, call(new AllocatorCommand.Leave(joined.incarnation())));
        assertThat(machine.orphans(Optional.empty()).orphans())
                .singleElement()
                .satisfies(orphan -> assertThat(orphan.ports().size()).isEqualTo(5));
    }

    @Test
    void callsOfOneEntryAreDecidedOneAfterTheOther() {
        StoreMachine machine = new StoreMachine();
        LeaseKey key = attachEip(machine);
        AllocatorResult.Joined joined = join(machine, "gw-1");
        ClientCall[] calls = new ClientCall[100];
        for (int i = 0; i < calls.length; i++) {
            calls[i] =
                    call(
                            TestCommands.acquire(
                                    joined.incarnation(), key, 3, joined.membership().epoch()));
        }
        Set<Integer> ports = new HashSet<>();
        for (Answer.Applied answer : machine.apply(++index, entry(calls))) {
            byte[] result = ((Answer.Result) answer).result();
            ports.addAll(
                    ((AllocatorResult.Granted) AllocatorCodec.decodeResult(result))
                            .ports()
                            .toList());
        }
        assertThat(ports).hasSize(300);
    }

    @Test
    void portsOfAnUnknownEipAreNotGranted() {
        StoreMachine machine = new StoreMachine();
        LeaseKey key = attachEip(machine);
        AllocatorResult.Joined joined = join(machine, "gw-1");
        LeaseKey formerLife = TestCommands.key(key.eip(), key.poolGeneration() - 1);
        byte[] result =
                apply(
                        machine,
                        call(
                                TestCommands.acquire(
                                        joined.incarnation(),
                                        formerLife,
                                        1,
                                        joined.membership().epoch())));
        assertThat(AllocatorCodec.decodeResult(result))
                .isEqualTo(new AllocatorResult.UnknownEip(formerLife));
    }

    /** Rows as a disk would keep them. */
    private static final class Rows implements StateSink {
        private final Map<String, Map.Entry<byte[], byte[]>> kept = new TreeMap<>();

        private static String name(StatePart part, byte[] key) {
            return part + java.util.HexFormat.of().formatHex(key);
        }

        @Override
        public void put(StatePart part, byte[] key, byte[] value) {
            kept.put(name(part, key), Map.entry(key, value));
        }

        @Override
        public void remove(StatePart part, byte[] key) {
            kept.remove(name(part, key));
        }

        StoreMachine load(long index) {
            StoreMachine machine = new StoreMachine();
            kept.forEach((name, row) -> {
                for (StatePart part : StatePart.values()) {
                    if (name.startsWith(part.name())) {
                        machine.load(part, row.getKey(), row.getValue());
                    }
                }
            });
            machine.loaded(index);
            return machine;
        }

        List<String> text() {
            List<String> text = new ArrayList<>();
            kept.forEach((name, row) ->
                    text.add(name + " " + java.util.HexFormat.of().formatHex(row.getValue())));
            return text;
        }
    }

    @Test
    void replayAndCheckpointWithTailGiveTheSameStateAndAnswers() {
        long seed = 20261121;
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        StoreMachine machine = new StoreMachine();
        LeaseKey key = attachEip(machine);
        AllocatorResult.Joined joined = join(machine, "gw-1");
        List<Entry> log = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            ClientCall[] calls = new ClientCall[1 + random.nextInt(5)];
            for (int j = 0; j < calls.length; j++) {
                calls[j] = randomCall(random, joined, key);
            }
            log.add(entry(calls));
        }

        StoreMachine replayed = replica();
        Rows rows = new Rows();
        StoreMachine restarted = replica();
        long start = index;
        for (int i = 0; i < log.size(); i++) {
            long at = start + 1 + i;
            List<byte[]> expected = results(machine.apply(at, log.get(i)));
            assertThat(results(replayed.apply(at, log.get(i)))).containsExactlyElementsOf(expected);
            assertThat(results(restarted.apply(at, log.get(i))))
                    .containsExactlyElementsOf(expected);
            if (random.nextInt(40) == 0) {
                restarted.drainDirty(rows);
                restarted = rows.load(at);
            }
        }
        assertThat(restarted.view()).isEqualTo(machine.view());
        Rows whole = new Rows();
        machine.drainDirty(whole);
        restarted.drainDirty(rows);
        assertThat(rows.text()).isEqualTo(whole.text());
    }

    /** A machine that applied what {@link #attachEip} and {@link #join} applied. */
    private StoreMachine replica() {
        long keptIndex = index;
        long keptSequence = sequence;
        index = 0;
        sequence = 0;
        StoreMachine machine = new StoreMachine();
        attachEip(machine);
        join(machine, "gw-1");
        index = keptIndex;
        sequence = keptSequence;
        return machine;
    }

    private ClientCall randomCall(Random random, AllocatorResult.Joined joined, LeaseKey key) {
        return switch (random.nextInt(4)) {
            case 0 -> call(TestCommands.tenant(1 + random.nextInt(20)));
            case 1 -> call(TestCommands.renew(joined.incarnation()));
            case 2 -> {
                Ports some = Ports.of(random.ints(20, 1024, 65536).distinct().toArray());
                yield call(new AllocatorCommand.Return(joined.incarnation(), key, index, some));
            }
            default ->
                    call(
                            TestCommands.acquire(
                                    joined.incarnation(),
                                    key,
                                    1 + random.nextInt(20),
                                    joined.membership().epoch()));
        };
    }

    private static List<byte[]> results(List<Answer.Applied> answers) {
        return answers.stream().map(answer -> ((Answer.Result) answer).result()).toList();
    }

    @Test
    void whatDoesNotDecodeIsRefusedBeforeTheLog() {
        ClientCall nonsense = call(Law.CATALOG, new byte[] {1, 2, 3});
        assertThatThrownBy(() -> StoreMachine.check(nonsense)).isInstanceOf(WireException.class);
    }

    @Test
    void anEntryComesBackFromItsBytes() {
        Entry entry = entry(call(TestCommands.tenant(1)), call(TestCommands.join("gw-1")));
        Entry back = Entry.decode(entry.encode());
        assertThat(back.encode()).isEqualTo(entry.encode());
        assertThat(back.calls()).hasSize(2);
        assertThat(back.epochMillis()).isEqualTo(entry.epochMillis());
    }
}
