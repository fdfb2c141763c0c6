package io.sallyport.store.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.Pool;
import io.sallyport.allocator.wire.WireException;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.store.TestCommands;
import io.sallyport.store.calls.Answer;
import io.sallyport.store.calls.ClientCall;
import io.sallyport.store.calls.Law;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.Resource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ControlMachineTest {

    private final Logs log = new Logs();
    private final ControlMachine machine = new ControlMachine();

    private Incarnation join(String node) {
        return ((AllocatorResult.Joined) log.apply(machine, TestCommands.join(node))).incarnation();
    }

    private void attach() {
        TestCommands.attachedEip().forEach(command -> log.apply(machine, command));
    }

    private void applied(Incarnation who, long catalogVersion) {
        log.apply(
                machine,
                new AllocatorCommand.Renew(who, Epoch.NONE, Set.of(), Map.of(), catalogVersion));
    }

    @Test
    void aRepeatedCallIsAnsweredAgainAndNotAppliedAgain() {
        ClientCall join = log.call(TestCommands.join("gw-1"), TestCommands.join("gw-2"));
        List<byte[]> first = log.apply(machine, join);
        assertThat(first).hasSize(2);
        assertThat(log.apply(machine, join)).containsExactlyElementsOf(first);
        assertThat(machine.view().membership().members()).hasSize(2);
    }

    @Test
    void withoutMembersAPoolIsOpenAtOnce() {
        attach();
        assertThat(machine.view().pools())
                .singleElement()
                .extracting(pool -> pool.id().generation())
                .isEqualTo(log.index());
    }

    @Test
    void aPoolOpensOnceAllThatAreNotDeadObeyTheCatalogThatHasIt() {
        Incarnation one = join("gw-1");
        Incarnation two = join("gw-2");
        attach();
        long generation = log.index();
        applied(one, generation);
        applied(two, generation - 1);
        assertThat(machine.view().pools()).isEmpty();
        applied(two, generation);
        assertThat(machine.view().pools()).hasSize(1);
        join("gw-3");
        assertThat(machine.view().pools()).hasSize(1);
    }

    @Test
    void theCatalogSaysItselfWhichLifeIsOpen() {
        Incarnation one = join("gw-1");
        attach();
        long generation = log.index();
        assertThat(eip().open()).isFalse();
        applied(one, generation);
        assertThat(eip().open()).isTrue();
        assertThat(eip().poolGeneration()).isEqualTo(generation);
        assertThat(machine.view().catalog().version()).isEqualTo(log.index());
    }

    private Resource.ElasticIp eip() {
        return machine.view().catalog().all(Resource.ElasticIp.class).getFirst();
    }

    @Test
    void aNewMemberIsToldUnderWhichCatalogItJoins() {
        attach();
        assertThat(log.apply(machine, TestCommands.join("gw-1")))
                .isInstanceOfSatisfying(
                        AllocatorResult.Joined.class,
                        joined ->
                                assertThat(joined.catalogVersion())
                                        .isEqualTo(machine.view().catalog().version()));
    }

    @Test
    void onlyTheLeaderEndsADrain() {
        CatalogCommand end = new CatalogCommand.EndDrain(TestCommands.EIP, 1);
        for (CatalogCommand said :
                List.of(
                        end,
                        new CatalogCommand.Labelled(end, 1, new TreeMap<>()),
                        new CatalogCommand.IfUnchanged(end, TestCommands.EIP.value(), List.of()))) {
            ClientCall call = log.call(said);
            assertThatThrownBy(() -> machine.check(call)).isInstanceOf(WireException.class);
        }
    }

    @Test
    void theDeadAreNotWaitedFor() {
        Incarnation one = join("gw-1");
        Incarnation two = join("gw-2");
        attach();
        applied(one, log.index());
        log.apply(machine, new AllocatorCommand.Leave(two));
        assertThat(machine.view().pools()).hasSize(1);
    }

    @Test
    void aPoolThatIsAttachedAnewWaitsAnewAndADetachedOneIsGoneAtOnce() {
        Incarnation one = join("gw-1");
        attach();
        applied(one, log.index());
        Pool former = machine.view().pools().getFirst();
        var attachment = (CatalogCommand.MoveAddress) TestCommands.attachedEip().getLast();
        log.apply(machine, new CatalogCommand.DetachAddress(attachment.tenant(), attachment.id()));
        assertThat(machine.view().pools()).isEmpty();
        log.apply(machine, attachment);
        assertThat(machine.view().pools()).isEmpty();
        applied(one, log.index());
        assertThat(machine.view().pools())
                .singleElement()
                .satisfies(pool ->
                        assertThat(pool.id().generation()).isGreaterThan(former.id().generation()));
    }

    @Test
    void theFirstWordOnTheNumberOfLeaseGroupsCounts() {
        assertThat(machine.view().leaseGroups()).isZero();
        log.apply(machine, found(3));
        log.apply(machine, found(5));
        assertThat(machine.view().leaseGroups()).isEqualTo(3);
    }

    private ClientCall found(int groups) {
        return log.call(
                Law.CLUSTER, List.of(ClusterCommand.encode(new ClusterCommand.Found(groups))));
    }

    @Test
    void replayAndCheckpointWithTailGiveTheSameStateAndAnswers() {
        long seed = 20261121;
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        Set<Integer> pools = new HashSet<>();
        DiskRows rows = new DiskRows();
        ControlMachine restarted = new ControlMachine();
        List<Entry> entries = new ArrayList<>();
        entries.add(log.entry(found(2)));
        TestCommands.attachedEip().forEach(command -> entries.add(log.entry(log.call(command))));
        for (int i = 0; i < 400; i++) {
            entries.add(log.entry(randomCall(random), randomCall(random)));
        }
        for (int i = 0; i < entries.size(); i++) {
            List<byte[]> expected = results(machine.apply(i + 1, entries.get(i)));
            assertThat(results(restarted.apply(i + 1, entries.get(i))))
                    .containsExactlyElementsOf(expected);
            pools.add(machine.view().pools().size());
            if (random.nextInt(40) == 0) {
                restarted = rows.take(restarted).load(new ControlMachine(), i + 1);
            }
        }
        assertThat(pools).contains(0, 1);
        assertThat(restarted.view()).isEqualTo(machine.view());
        assertThat(rows.take(restarted).text()).isEqualTo(new DiskRows().take(machine).text());
    }

    private ClientCall randomCall(Random random) {
        var attachment = (CatalogCommand.MoveAddress) TestCommands.attachedEip().getLast();
        return switch (random.nextInt(8)) {
            case 0 -> log.call(TestCommands.tenant(1 + random.nextInt(20)));
            case 1 -> log.call(attachment);
            case 2 ->
                    log.call(
                            new CatalogCommand.DetachAddress(attachment.tenant(), attachment.id()));
            case 3 -> log.call(TestCommands.join("gw-" + random.nextInt(3)));
            default ->
                    log.call(
                            new AllocatorCommand.Renew(
                                    new Incarnation(1 + random.nextInt(60)),
                                    Epoch.NONE,
                                    Set.of(),
                                    Map.of(),
                                    log.index()));
        };
    }

    private static List<byte[]> results(List<Answer.Applied> answers) {
        return answers.stream().map(answer -> ((Answer.Result) answer).results()).toList();
    }

    @Test
    void whatDoesNotDecodeIsRefusedBeforeTheLog() {
        ClientCall nonsense = log.call(Law.CATALOG, List.of(new byte[] {1, 2, 3}));
        assertThatThrownBy(() -> machine.check(nonsense)).isInstanceOf(WireException.class);
    }

    @Test
    void anEntryComesBackFromItsBytes() {
        Entry entry =
                log.entry(log.call(TestCommands.tenant(1)), log.call(TestCommands.join("gw-1")));
        Entry back = Entry.decode(entry.encode());
        assertThat(back.encode()).isEqualTo(entry.encode());
        assertThat(back.calls()).hasSize(2);
        assertThat(back.epochMillis()).isEqualTo(entry.epochMillis());
    }
}
