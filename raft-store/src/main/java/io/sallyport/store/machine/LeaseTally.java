package io.sallyport.store.machine;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;

/** Counts what a lease group's law says. Not part of the state. On the applying thread. */
final class LeaseTally {

    long grants;
    long granted;
    long returns;
    long exhausted;
    long overQuota;
    long early;
    long reconciled;

    void saw(AllocatorCommand.OfLeases command, AllocatorResult result) {
        switch (result) {
            case AllocatorResult.Granted(long grant, var ports) -> {
                grants++;
                granted += ports.size();
            }
            case AllocatorResult.Exhausted _ -> exhausted++;
            case AllocatorResult.OverQuota _ -> overQuota++;
            case AllocatorResult.StaleEpoch _ -> early++;
            case AllocatorResult.Done _ -> done(command);
            case AllocatorResult.Joined _,
                    AllocatorResult.NodeTaken _,
                    AllocatorResult.Renewed _,
                    AllocatorResult.UnknownIncarnation _,
                    AllocatorResult.UnknownEip _,
                    AllocatorResult.Overtaken _ -> {}
        }
    }

    private void done(AllocatorCommand.OfLeases command) {
        switch (command) {
            case AllocatorCommand.Return _ -> returns++;
            case AllocatorCommand.Reconciled _ -> reconciled++;
            case AllocatorCommand.Acquire _, AllocatorCommand.Learn _ -> {}
        }
    }
}
