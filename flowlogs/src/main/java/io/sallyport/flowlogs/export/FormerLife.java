package io.sallyport.flowlogs.export;

import io.sallyport.flowlogs.Limits;
import io.sallyport.flowlogs.meter.FlowRing;
import io.sallyport.flowlogs.meter.FlowSample;
import io.sallyport.ids.FlowLogId;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a process that was killed had counted and not told, for the one that comes after it: from
 * its journal, and from the ring where that outlived it. What is gone is marked as SKIPDATA.
 *
 * @param boot the box's boot id now
 * @param former what it last wrote of itself
 * @param formerHead entries of the ring before this one have its gateway indexes
 * @param all the windows that go on with it
 */
record FormerLife(
        ExportSettings settings,
        String boot,
        Progress former,
        FlowRing ring,
        long formerHead,
        EachLength all,
        Gaps gaps) {

    private static final Logger LOG = LoggerFactory.getLogger(FormerLife.class);

    /** Of each flow log all that was not told until now. */
    static void lost(Progress former, Gaps gaps, long nowSeconds) {
        former.told()
                .forEach((flowLog, told) -> {
                    if (told.untilSeconds() <= nowSeconds) {
                        gaps.lost(flowLog, new Gap(told.untilSeconds(), nowSeconds));
                    }
                });
    }

    /**
     * What was counted and not told in a life that was killed.
     *
     * @return how many entries of the ring are in the windows by now, or lost and marked
     */
    int resume(List<Subscription> subscriptions, long nowMillis) {
        long number = former.ledger().map(Progress.Ledger::journal).orElse(0L);
        try {
            FormerJournal left = FormerJournal.read(settings.spool(), number);
            Map<Integer, Integer> indexes = left.restore(all.windows());
            boolean sameRing = left.ring() == ring.id();
            Consumer<FlowSample> sink = renumbered(indexes);
            long next = left.replay(sameRing ? ring.tail() : Long.MAX_VALUE, sink);
            if (!sameRing) {
                lostWithItsRing(left, nowMillis);
                return waiting();
            }
            if (next < ring.tail()) {
                all.skip(0, nowMillis); // the disk had no room for a journal
            }
            ring.drainLosses(mark -> lost(mark, indexes, nowMillis));
            takeLeft(Math.max(next, ring.tail()), sink);
        } catch (IOException e) {
            LOG.warn("what a killed process had counted cannot be read: {}", e.toString());
            if (former.ledger().map(Progress.Ledger::boot).equals(Optional.of(boot))) {
                lost(former, gaps, nowMillis / 1000);
            } else {
                lostWithItsBox(subscriptions, nowMillis / 1000);
            }
        }
        return waiting();
    }

    /** Entries of the former life's in the ring. */
    private int waiting() {
        return (int) Math.max(0, formerHead - ring.tail());
    }

    /** Of those, the ones from that position on. */
    private void takeLeft(long position, Consumer<FlowSample> sink) {
        int known = (int) (position - ring.tail());
        if (waiting() > known) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment entries =
                        arena.allocate((long) waiting() * FlowRing.ENTRY_BYTES, Long.BYTES);
                int copied = ring.copy(entries);
                FlowRing.decode(
                        entries.asSlice((long) known * FlowRing.ENTRY_BYTES), copied - known, sink);
            }
        }
    }

    /**
     * The counters that had not come to the journal are gone: in a process's death those of its
     * last moment and of the kernel path that it left, in a box's all that no disk had, of the
     * windows that were open when it was last seen alive.
     */
    private void lostWithItsRing(FormerJournal left, long nowMillis) {
        long alive = left.aliveMillis();
        if (left.boot().equals(boot)) {
            all.skip(
                    alive - Limits.WINDOW_GRACE.toMillis(),
                    Math.min(nowMillis, alive + Limits.AFTERLIFE.toMillis()));
        } else {
            all.windows()
                    .values()
                    .forEach(one -> one.skip(0, Math.max(alive, one.toldUntilMillis())));
        }
    }

    /** It did not live to see the end of its open windows: no disk had heard of it. */
    private void lostWithItsBox(List<Subscription> subscriptions, long nowSeconds) {
        Map<FlowLogId, Long> lengths = new HashMap<>();
        for (Subscription one : subscriptions) {
            lengths.put(one.flowLog(), settings.window().toSeconds() * one.minutes());
        }
        former.told()
                .forEach((flowLog, told) -> {
                    long start = told.untilSeconds();
                    long length = lengths.getOrDefault(flowLog, settings.window().toSeconds());
                    if (start <= nowSeconds) {
                        gaps.lost(
                                flowLog, new Gap(start, Math.min(nowSeconds, start + length - 1)));
                    }
                });
    }

    private void lost(int mark, Map<Integer, Integer> indexes, long nowMillis) {
        indexes.forEach((former, index) -> {
            if (former % FlowRing.LOSS_MARKS == mark) {
                all.lost(index % FlowRing.LOSS_MARKS, nowMillis);
            }
        });
    }

    /** Gateways have other indexes in this life; one that nobody reads about has none. */
    private Consumer<FlowSample> renumbered(Map<Integer, Integer> indexes) {
        return sample -> {
            Integer index = indexes.get(sample.gateway);
            if (index != null) {
                sample.gateway = index;
                all.accept(sample);
            }
        };
    }
}
