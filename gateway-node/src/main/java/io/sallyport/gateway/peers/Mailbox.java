package io.sallyport.gateway.peers;

import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jctools.queues.MpscUnboundedArrayQueue;

/**
 * What peers and stores say, and what else is to be done on the worker thread, in the order in
 * which it came. From any thread it is put in; the worker reads it.
 */
final class Mailbox implements Executor {

    /**
     * Mail goes first: who let in more packets than it can finish would have more of it all the
     * time. But what peers tell each other of an epoch may be seconds of work, for which neither
     * packets wait nor the peers, for this node's next heartbeat.
     */
    static final long TURN_NANOS = 20_000_000L;

    private final MpscUnboundedArrayQueue<Runnable> letters = new MpscUnboundedArrayQueue<>(1024);
    private final Runnable wakeup;
    private final LongSupplier clock;

    /** The first letter that had not come when the lap began. */
    private long lapEnd;

    /**
     * @param wakeup makes the worker read soon
     * @param clock nanoseconds, monotonic
     */
    Mailbox(Runnable wakeup, LongSupplier clock) {
        this.wakeup = wakeup;
        this.clock = clock;
    }

    @Override
    public void execute(Runnable letter) {
        letters.add(letter);
        wakeup.run();
    }

    /** All that there is, or as much as {@link #TURN_NANOS} allow, but one at least; how much. */
    int read() {
        long until = clock.getAsLong() + TURN_NANOS;
        int done = 0;
        for (Runnable letter = letters.poll(); letter != null; letter = letters.poll()) {
            letter.run();
            done++;
            if (clock.getAsLong() - until >= 0) {
                break;
            }
        }
        return done;
    }

    /** Whether all is read that had come when this was so last; then another lap begins. */
    boolean lapped() {
        boolean read = letters.currentConsumerIndex() >= lapEnd;
        if (read) {
            lapEnd = letters.currentProducerIndex();
        }
        return read;
    }
}
