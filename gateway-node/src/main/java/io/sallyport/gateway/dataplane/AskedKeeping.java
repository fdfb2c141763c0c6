package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.connections.ClientPath;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.connections.Keeping;
import io.sallyport.gateway.connections.Numbers;
import io.sallyport.gateway.connections.OutsideKey;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keepers who are asked and do not answer: what the question was is remembered. */
final class AskedKeeping implements Keeping {

    private final boolean acting;
    private @Nullable Object question;

    AskedKeeping(boolean acting) {
        this.acting = acting;
    }

    /** A {@link Wish}, an {@link InsideKey} or an {@link OutsideKey}. */
    Optional<Object> question() {
        return Optional.ofNullable(question);
    }

    @Override
    public void open(Wish wish, Waiter waiter) {
        question = wish;
    }

    @Override
    public void find(InsideKey key, Waiter waiter) {
        question = key;
    }

    @Override
    public void find(OutsideKey key, Waiter waiter) {
        question = key;
    }

    @Override
    public void flagsSeen(ConnectionId id, int tcpFlagsOut, int tcpFlagsIn) {}

    @Override
    public void endClaimed(ConnectionId id, boolean outward, int sequence, boolean reset) {}

    @Override
    public Numbers numbers(ConnectionId id) {
        return Numbers.NONE;
    }

    @Override
    public void moved(ConnectionId id, ClientPath path) {}

    @Override
    public void elsewhere(ConnectionId id, ClientPath path, int sequence, int acknowledgement) {}

    @Override
    public void over(ConnectionId id) {}

    @Override
    public boolean acting(long nowNanos) {
        return acting;
    }

    @Override
    public int turn(long nowNanos) {
        return 0;
    }
}
