package io.sallyport.store.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.LeaseGroups;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.Pool;
import io.sallyport.allocator.PoolId;
import io.sallyport.allocator.Ports;
import io.sallyport.allocator.wire.AllocatorCodec;
import io.sallyport.allocator.wire.WireException;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.TenantId;
import io.sallyport.net.IpAddress;
import io.sallyport.store.TestCommands;
import io.sallyport.store.calls.Answer;
import io.sallyport.store.calls.Bundle;
import io.sallyport.store.calls.ClientCall;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LeaseMachineTest {

    private static final LeaseKey KEY = TestCommands.key(IpAddress.parse("203.0.113.1"), 4);
    private static final Pool POOL =
            new Pool(new PoolId(KEY.eip(), KEY.poolGeneration()), new TenantId("111122223333"), 0);

    private final Logs log = new Logs();
    private final LeaseMachine machine = new LeaseMachine(1, 1, 9);
    private final AllocatorResult.Joined joined = joined();

    /** What the control group says after one Join. */
    private static AllocatorResult.Joined joined() {
        return (AllocatorResult.Joined)
                new Logs().apply(new ControlMachine(), TestCommands.join("gw-1"));
    }

    private static AllocatorCommand.Learn learn(long asOf, Membership membership) {
        return new AllocatorCommand.Learn(asOf, membership, List.of(POOL), List.of());
    }

    private AllocatorCommand acquire(int want) {
        return TestCommands.acquire(joined.incarnation(), KEY, want, joined.membership().epoch());
    }

    @Test
    void beforeItLearnedOfAMemberItGrantsHimNothing() {
        assertThat(log.apply(machine, acquire(1))).isInstanceOf(AllocatorResult.StaleEpoch.class);
        log.apply(machine, learn(1, joined.membership()));
        assertThat(machine.view().asOf()).isEqualTo(1);
        assertThat(log.apply(machine, acquire(1))).isInstanceOf(AllocatorResult.Granted.class);
        assertThat(machine.leasedTo(joined.incarnation())).isEqualTo(1);
    }

    @Test
    void callsOfOneEntryAreDecidedOneAfterTheOther() {
        log.apply(machine, learn(1, joined.membership()));
        AllocatorCommand[] commands = new AllocatorCommand[50];
        java.util.Arrays.fill(commands, acquire(3));
        Entry entry = log.entry(log.call(commands), log.call(commands));
        Set<Integer> ports = new HashSet<>();
        for (Answer.Applied answer : machine.apply(log.index(), entry)) {
            for (byte[] result :
                    Bundle.items(((Answer.Result) answer).results(), ClientCall.COMMANDS_MAX)) {
                var granted = (AllocatorResult.Granted) AllocatorCodec.decodeResult(result);
                ports.addAll(granted.ports().toList());
            }
        }
        assertThat(ports).hasSize(300);
    }

    @Test
    void aDestinationOfAnotherGroupIsRefusedBeforeTheLog() {
        int right = LeaseGroups.of(KEY, 3);
        new LeaseMachine(right, 3, 9).check(log.call(acquire(1)));
        LeaseMachine wrong = new LeaseMachine(1 + right % 3, 3, 9);
        assertThatThrownBy(() -> wrong.check(log.call(acquire(1))))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("group " + right);
        assertThatThrownBy(() -> machine.check(log.call(TestCommands.join("gw-1"))))
                .isInstanceOf(WireException.class);
    }

    @Test
    void replayAndCheckpointWithTailGiveTheSameStateAndAnswers() {
        long seed = 20261121;
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        List<Entry> entries = new ArrayList<>();
        entries.add(log.entry(log.call(learn(1, joined.membership()))));
        for (int i = 0; i < 400; i++) {
            AllocatorCommand[] commands = new AllocatorCommand[1 + random.nextInt(5)];
            for (int j = 0; j < commands.length; j++) {
                commands[j] = randomCommand(random);
            }
            entries.add(log.entry(log.call(commands)));
        }
        DiskRows rows = new DiskRows();
        LeaseMachine restarted = new LeaseMachine(1, 1, 9);
        for (int i = 0; i < entries.size(); i++) {
            List<byte[]> expected = results(machine.apply(i + 1, entries.get(i)));
            assertThat(results(restarted.apply(i + 1, entries.get(i))))
                    .containsExactlyElementsOf(expected);
            if (random.nextInt(40) == 0) {
                restarted = rows.take(restarted).load(new LeaseMachine(1, 1, 9), i + 1);
            }
        }
        assertThat(restarted.view()).isEqualTo(machine.view());
        assertThat(restarted.leasedTo(joined.incarnation()))
                .isEqualTo(machine.leasedTo(joined.incarnation()))
                .isPositive();
        assertThat(rows.take(restarted).text()).isEqualTo(new DiskRows().take(machine).text());
    }

    private AllocatorCommand randomCommand(Random random) {
        if (random.nextInt(3) == 0) {
            Ports some = Ports.of(random.ints(20, 1024, 65536).distinct().toArray());
            return new AllocatorCommand.Return(joined.incarnation(), KEY, log.index(), some);
        }
        return acquire(1 + random.nextInt(20));
    }

    private static List<byte[]> results(List<Answer.Applied> answers) {
        return answers.stream().map(answer -> ((Answer.Result) answer).results()).toList();
    }

    @Test
    void orphansSayHowManyGroupsThereAre() {
        assertThat(new LeaseMachine(2, 3, 9).orphans(Optional.empty()).groups()).isEqualTo(3);
        assertThat(machine.wanted(new Incarnation(1), 10)).isEmpty();
    }
}
