package io.sallyport.store.machine;

import io.sallyport.store.calls.Answer;
import io.sallyport.store.calls.ClientCall;
import java.util.List;

/**
 * The state that the log of one group makes. Entries are applied by one thread; the other methods
 * say who may call them.
 */
public sealed interface Machine permits ControlMachine, LeaseMachine {

    /**
     * Whether an entry of this group may hold this call of a client: what does not decode must
     * never reach the log, where it would stop every replica. From any thread.
     *
     * @throws io.sallyport.allocator.wire.WireException saying what is wrong with it
     */
    void check(ClientCall call);

    /**
     * Applies one entry and answers each of its calls, in their order.
     *
     * @param index of the entry, greater than any before
     */
    List<Answer.Applied> apply(long index, Entry entry);

    /**
     * What changed since the last cut is what the checkpoint in the making will hold, as it is now;
     * {@link #drain} gives it. Cheap, whatever changed. On the applying thread, and never before
     * all of the last cut was drained.
     */
    void cut();

    /**
     * Gives up to {@code rows} of the rows that the cut holds, as they were then, whatever was
     * applied since. Applying waits meanwhile, so few rows at a time. From any one thread.
     *
     * @return whether there are more
     */
    boolean drain(StateSink sink, int rows);

    /**
     * Takes back one row of a checkpoint, in any order, into a machine that applied nothing yet;
     * {@link #loaded} ends this.
     *
     * @throws io.sallyport.allocator.wire.WireException where the row is damaged
     */
    void load(StatePart part, byte[] key, byte[] value);

    /**
     * All rows are back.
     *
     * @param index the last entry that they cover
     */
    void loaded(long index);

    /** How many clients are remembered. From any thread. */
    int clients();
}
