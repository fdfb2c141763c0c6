package io.sallyport.store.front;

import io.sallyport.allocator.Orphan;
import io.sallyport.allocator.OrphansPage;
import io.sallyport.store.calls.Answer;
import io.sallyport.store.calls.ClientCall;
import io.sallyport.store.machine.StoreMachine;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What the front needs of the store behind it. From any thread; nothing here blocks. */
public interface StoreDesk {

    /** Completes with Applied, NotLeader, Again or Busy, never exceptionally. */
    CompletableFuture<Answer> submit(ClientCall call);

    StoreMachine.View view();

    OrphansPage orphans(Optional<Orphan.Position> after);
}
