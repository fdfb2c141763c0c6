package io.sallyport.store.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.Pool;
import io.sallyport.allocator.PoolId;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.TenantId;
import io.sallyport.net.IpAddress;
import io.sallyport.store.catalog.Catalog;
import io.sallyport.store.machine.ControlMachine;
import io.sallyport.store.machine.LeaseMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LearningTest {

    private static final Membership NOBODY = Membership.EMPTY;
    private static final Membership LATER = new Membership(new Epoch(1, 9), List.of());

    private static List<Pool> pools(int count) {
        List<Pool> pools = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            PoolId id = new PoolId(IpAddress.of(0x2001_0db8L << 32, i), 1);
            pools.add(new Pool(id, new TenantId("111122223333"), 0));
        }
        return pools;
    }

    private static ControlMachine.View control(long index, Membership members, List<Pool> pools) {
        return new ControlMachine.View(index, Catalog.EMPTY, members, 1, pools);
    }

    private static LeaseMachine.View lease(long asOf, Membership members, List<Pool> pools) {
        return new LeaseMachine.View(1, asOf, members, pools);
    }

    @Test
    void whatMattersNotIsNotTold() {
        assertThat(Learning.next(control(9, NOBODY, List.of()), lease(3, NOBODY, List.of())))
                .isEmpty();
    }

    @Test
    void anEpochAndPoolsAreTold() {
        assertThat(Learning.next(control(9, LATER, pools(2)), lease(3, NOBODY, pools(1))))
                .contains(new AllocatorCommand.Learn(9, LATER, pools(2).subList(1, 2), List.of()));
        assertThat(Learning.next(control(9, LATER, pools(1)), lease(3, LATER, pools(2))))
                .contains(
                        new AllocatorCommand.Learn(
                                9, LATER, List.of(), List.of(pools(2).getLast().id())));
    }

    @Test
    void aReplicaThatLagsTellsNothing() {
        assertThat(Learning.next(control(3, NOBODY, List.of()), lease(3, LATER, pools(1))))
                .isEmpty();
    }

    @Test
    void muchIsToldInSeveralWords() {
        ControlMachine.View control = control(100, LATER, pools(10_000));
        List<Pool> known = List.of();
        long asOf = 0;
        int words = 0;
        Optional<AllocatorCommand.Learn> word = Learning.next(control, lease(asOf, NOBODY, known));
        while (word.isPresent()) {
            words++;
            assertThat(word.get().asOf()).isGreaterThan(asOf);
            asOf = word.get().asOf();
            List<Pool> more = new ArrayList<>(known);
            more.addAll(word.get().added());
            known = more;
            word = Learning.next(control, lease(asOf, LATER, known));
        }
        assertThat(known).isEqualTo(pools(10_000));
        assertThat(asOf).isEqualTo(100);
        assertThat(words).isEqualTo(3);
    }
}
