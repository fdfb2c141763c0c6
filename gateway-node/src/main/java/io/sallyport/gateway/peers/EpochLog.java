package io.sallyport.gateway.peers;

import io.sallyport.allocator.Member;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.NodeId;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Two lines for each epoch: who is a member of it, and how long it took until all that is at home
 * here had its copies again. Until every live node has said so another death may cost connections.
 * An epoch that the next one overtakes has the first line alone. Worker thread.
 */
final class EpochLog {

    private static final Logger LOG = LoggerFactory.getLogger(EpochLog.class);

    private final Members members;
    private final Replication replication;
    private final Counters counters;
    private Epoch epoch = Epoch.NONE;
    private long learnedNanos;
    private long settledNanos;
    private long handedOver;
    private long handedOverInFull;
    private long copied;
    private boolean settled;
    private boolean done;

    EpochLog(Members members, Replication replication, Counters counters) {
        this.members = members;
        this.replication = replication;
        this.counters = counters;
    }

    void turn(long now) {
        if (!epoch.equals(members.epoch())) {
            learned(now);
        }
        if (!settled && members.homeSettled() && members.gateSettled()) {
            settled = true;
            settledNanos = now;
        }
        if (settled && !done && replication.doneVersion() >= 0) {
            done = true;
            LOG.info(
                    "epoch {}: settled after {} ms, all copies are made after {} ms; told {} to"
                            + " homes, {} in full, made {} anew",
                    epoch,
                    (settledNanos - learnedNanos) / 1_000_000,
                    (now - learnedNanos) / 1_000_000,
                    counters.handedOver - handedOver,
                    counters.handedOverInFull - handedOverInFull,
                    counters.copied - copied);
        }
    }

    private void learned(long now) {
        epoch = members.epoch();
        learnedNanos = now;
        handedOver = counters.handedOver;
        handedOverInFull = counters.handedOverInFull;
        copied = counters.copied;
        settled = false;
        done = false;
        LOG.info(
                "epoch {}: live {}, away {}",
                epoch,
                nodes(Member.Status.LIVE),
                nodes(Member.Status.AWAY));
    }

    private List<NodeId> nodes(Member.Status status) {
        return members.notDead().stream()
                .filter(member -> member.status() == status)
                .map(Member::node)
                .sorted()
                .toList();
    }
}
