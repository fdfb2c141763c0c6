package io.sallyport.store.front;

import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Orphan;
import io.sallyport.allocator.OrphansPage;
import io.sallyport.ids.Incarnation;
import io.sallyport.store.calls.Answer;
import io.sallyport.store.calls.Call;
import io.sallyport.store.calls.ClientCall;
import io.sallyport.store.calls.StoreStatus;
import io.sallyport.store.calls.Stores;
import io.sallyport.store.machine.ControlMachine;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What the front needs of the store behind it. From any thread; nothing here blocks for longer than
 * a look at the tables takes.
 */
public interface StoreDesk {

    /** How many lease groups there are; group 0 is the control group. */
    int leaseGroups();

    /** All stores of the cluster, as far as this one knows them. */
    Stores stores();

    /**
     * Whether a client may say this to the group.
     *
     * @throws io.sallyport.allocator.wire.WireException saying what is wrong with it
     */
    void check(int group, ClientCall call);

    /** Completes with Applied, NotLeader, Again or Busy, never exceptionally. */
    CompletableFuture<Answer> submit(int group, ClientCall call);

    ControlMachine.View view();

    /**
     * @param group 1 to {@link #leaseGroups}
     */
    OrphansPage orphans(int group, Optional<Orphan.Position> after);

    /** Destinations under pressure of which the holder has ports, of all lease groups. */
    List<LeaseKey> wanted(Incarnation holder);

    /** How this store stands, with its hottest destinations: looks at every one. */
    StoreStatus status();

    /** Completes with StoresNow, NotLeader, Again or Bad, never exceptionally. */
    CompletableFuture<Answer> change(int group, Call.ChangeStores change);
}
