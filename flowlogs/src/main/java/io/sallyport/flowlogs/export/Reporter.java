package io.sallyport.flowlogs.export;

import io.sallyport.flowlogs.Limits;
import io.sallyport.flowlogs.format.Origin;
import io.sallyport.flowlogs.meter.FlowRing;
import io.sallyport.flowlogs.record.FlowRecord;
import io.sallyport.flowlogs.record.Watched;
import io.sallyport.flowlogs.window.FlowWindows;
import io.sallyport.ids.FlowLogId;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One turn of the report: ring to windows, closed windows to the spool, ended periods sealed. Gaps
 * that something else noticed (a kill, a dropped file) are told with the next closed window.
 *
 * <p>Time is an argument; one thread.
 */
final class Reporter {

    private static final Logger LOG = LoggerFactory.getLogger(Reporter.class);
    private static final List<Integer> MINUTES = List.of(1, 10);

    private final ExportSettings settings;
    private final String boot;
    private final FlowRing ring;
    private final Spool spool;
    private final Gaps gaps;
    private final Witnesses witnesses;
    private final Origin origin;

    /** This node's windows without a packet, of which the others are to be asked. */
    private final List<Silence> silences = new ArrayList<>();

    /** Windows in which no node saw a packet, and of which this node is to say so. */
    private final Queue<Silence> agreed = new ConcurrentLinkedQueue<>();

    /** Entries on their way from the ring to the journal and the windows. */
    private final MemorySegment batch =
            Arena.ofAuto().allocate((long) Limits.JOURNAL_BATCH * FlowRing.ENTRY_BYTES, Long.BYTES);

    private final Journal journal;

    /** What a killed process left, until it is known who is to read it; then null. */
    private @Nullable Progress unfinished;

    /** Entries of the ring before this one have the killed process's gateway indexes. */
    private final long formerHead;

    private boolean subscribed;
    private long aliveMillis;
    private long sealedSeconds;

    /** By minutes. */
    private final Map<Integer, FlowWindows> windows = new TreeMap<>();

    private final EachLength all = new EachLength(windows);

    private List<Subscription> subscriptions = List.of();

    /** By minutes and gateway. */
    private Map<Integer, Map<Integer, List<Subscription>>> readers = Map.of();

    /**
     * @param boot the box's boot id
     * @param former what the former process left, if there was one
     */
    Reporter(
            ExportSettings settings,
            String boot,
            FlowRing ring,
            Spool spool,
            Gaps gaps,
            Witnesses witnesses,
            Optional<Progress> former,
            long nowMillis) {
        this.settings = settings;
        this.boot = boot;
        this.ring = ring;
        this.spool = spool;
        this.gaps = gaps;
        this.witnesses = witnesses;
        origin = new Origin(settings.region(), settings.node());
        for (int minutes : MINUTES) {
            windows.put(
                    minutes,
                    new FlowWindows(
                            settings.window().multipliedBy(minutes), Limits.FLOWS_MAX, nowMillis));
        }
        formerHead = ring.head();
        Optional<Progress.Ledger> ledger = former.flatMap(Progress::ledger);
        journal =
                new Journal(
                        settings.spool(), boot, ledger.map(Progress.Ledger::journal).orElse(0L));
        former.ifPresent(it -> inherit(it, nowMillis));
        if (unfinished == null) {
            // What waits is of a life that told all, or that nobody read about.
            ring.release((int) (formerHead - ring.tail()));
        }
    }

    private void inherit(Progress former, long nowMillis) {
        former.told()
                .forEach((flowLog, told) -> told.gap().ifPresent(it -> gaps.lost(flowLog, it)));
        if (former.clean()) {
            return;
        }
        if (former.ledger().map(Progress.Ledger::journal).orElse(0L) == 0) {
            FormerLife.lost(former, gaps, nowMillis / 1000);
        } else {
            unfinished = former;
        }
    }

    /**
     * Swaps what is subscribed; with the first call a killed process's windows go on.
     *
     * @throws IOException where the progress could not be written; all else went on
     */
    void subscriptions(List<Subscription> next, long nowMillis) throws IOException {
        if (subscribed && subscriptions.equals(next)) {
            return;
        }
        subscribed = true;
        subscriptions = List.copyOf(next);
        readers =
                subscriptions.stream()
                        .collect(
                                Collectors.groupingBy(
                                        Subscription::minutes,
                                        Collectors.groupingBy(Subscription::gateway)));
        windows.forEach((minutes, one) -> {
            Map<Integer, Watched> watched = new HashMap<>();
            readers(minutes).forEach((gateway, of) -> watched.put(gateway, of.get(0).watched()));
            one.watch(watched, nowMillis);
        });
        Progress former = unfinished;
        unfinished = null;
        int taken =
                former == null
                        ? 0
                        : new FormerLife(settings, boot, former, ring, formerHead, all, gaps)
                                .resume(subscriptions, nowMillis);
        try {
            settle(false, ring.tail() + taken, nowMillis);
        } finally {
            ring.release(taken);
        }
    }

    private Map<Integer, List<Subscription>> readers(int minutes) {
        return readers.getOrDefault(minutes, Map.of());
    }

    /**
     * @throws IOException where the progress could not be written; all else went on
     */
    void turn(long nowMillis) throws IOException {
        if (unfinished != null) {
            return;
        }
        drain(nowMillis);
        alive(nowMillis);
        boolean told = false;
        for (Map.Entry<Integer, FlowWindows> each : windows.entrySet()) {
            FlowWindows one = each.getValue();
            long before = one.toldUntilMillis();
            one.close(nowMillis - Limits.WINDOW_GRACE.toMillis(), teller(each.getKey()));
            told |= one.toldUntilMillis() != before;
        }
        told |= tellSilence();
        if (told || journal.isLong()) {
            settle(false, ring.tail(), nowMillis);
        }
        long quiet = nowMillis - Limits.WINDOW_GRACE.plus(witnesses.patience()).toMillis();
        if (quiet / 1000 > sealedSeconds) {
            seal(quiet / 1000);
        }
    }

    /** Asks the others, and writes what they have agreed to by now. */
    private boolean tellSilence() {
        if (!silences.isEmpty()) {
            witnesses.ask(List.copyOf(silences), agreed::add);
            silences.clear();
        }
        boolean told = false;
        Silence one = agreed.poll();
        while (one != null) {
            told |= tell(one);
            one = agreed.poll();
        }
        return told;
    }

    private boolean tell(Silence silence) {
        long period = settings.delivery().toSeconds();
        if (Math.floorDiv(silence.endSeconds(), period) * period + period <= sealedSeconds) {
            return false; // its object is written
        }
        boolean told = false;
        for (List<Subscription> of : readers(silence.minutes()).values()) {
            for (Subscription one : of) {
                if (one.watched().gateway().equals(silence.gateway())) {
                    tell(
                            one,
                            new FlowRecord.NoData(
                                    one.watched(), silence.startSeconds(), silence.endSeconds()));
                    told = true;
                }
            }
        }
        return told;
    }

    private void seal(long untilSeconds) {
        Map<FlowLogId, Long> told = toldUntilSeconds();
        long others = toldUntilSeconds(1);
        spool.sealUntil(flowLog -> Math.min(untilSeconds, told.getOrDefault(flowLog, others)));
        sealedSeconds = untilSeconds;
    }

    /** Tells all that is known, as far as it goes; the last turn. */
    void finish(long nowMillis) throws IOException {
        if (unfinished != null) {
            return; // the next process goes on with it
        }
        int drained;
        do {
            drained = drain(nowMillis);
        } while (drained > 0);
        windows.forEach((minutes, one) -> one.flush(nowMillis, teller(minutes)));
        tellSilence();
        settle(true, ring.tail(), nowMillis);
        spool.sealUntil(Long.MAX_VALUE);
    }

    /** First to the journal, then to the windows, then from the ring: a kill leaves each once. */
    private int drain(long nowMillis) {
        int drained = 0;
        int count;
        do {
            count = ring.copy(batch);
            try {
                journal.append(ring.tail(), batch, count);
            } catch (IOException e) {
                withoutJournal(e);
            }
            FlowRing.decode(batch, count, all);
            ring.release(count);
            drained += count;
        } while (count == Limits.JOURNAL_BATCH && drained < Limits.DRAIN_MAX);
        ring.drainLosses(mark -> all.lost(mark, nowMillis));
        return drained;
    }

    /** Before a window is told, it is on the disk that this box has lived to see its end. */
    private void alive(long nowMillis) {
        boolean ended =
                windows.values().stream().anyMatch(one -> one.isEnded(aliveMillis, nowMillis));
        try {
            journal.alive(nowMillis, ended);
        } catch (IOException e) {
            withoutJournal(e);
        }
        aliveMillis = nowMillis;
    }

    /** Until the next windows are told; a kill before that is told as SKIPDATA. */
    private void withoutJournal(IOException failure) {
        LOG.error("the journal of open windows cannot be written: {}", failure.toString());
        try {
            journal.close();
        } catch (IOException e) {
            LOG.debug("nor closed", e);
        }
    }

    /**
     * What is told so far is told: a kill from now on leaves the windows that are open, and what
     * comes from that position of the ring on.
     */
    private void settle(boolean clean, long position, long nowMillis) throws IOException {
        subscriptions.stream()
                .map(Subscription::flowLog)
                .distinct()
                .forEach(flowLog -> gaps.take(flowLog).ifPresent(gap -> tell(flowLog, gap)));
        spool.sync();
        try {
            begin(clean, position, nowMillis);
            progress(clean, spool.ledger(boot, journal.isOpen() ? journal.number() : 0))
                    .write(settings.spool());
            journal.forgetOthers();
        } finally {
            // A disk that takes no progress must not keep what it has from being delivered.
            spool.told();
        }
    }

    private void begin(boolean clean, long position, long nowMillis) throws IOException {
        if (clean || subscriptions.isEmpty()) {
            journal.close();
            return;
        }
        try {
            journal.begin(ring.id(), position, nowMillis, windows);
        } catch (IOException e) {
            withoutJournal(e);
        }
    }

    private FlowWindows.Output teller(int minutes) {
        Map<Integer, List<Subscription>> of = readers(minutes);
        return (gateway, record) -> {
            if (record instanceof FlowRecord.NoData silent) {
                silences.add(
                        new Silence(
                                minutes,
                                silent.at().gateway(),
                                silent.startSeconds(),
                                silent.endSeconds()));
            } else {
                of.getOrDefault(gateway, List.of()).forEach(one -> tell(one, record));
            }
        };
    }

    private void tell(Subscription subscription, FlowRecord record) {
        if (subscription.kind().wants(record)) {
            subscription
                    .format()
                    .lines(
                            record,
                            origin,
                            line -> spool.append(subscription, record.endSeconds(), line));
        }
    }

    /** Of every interface that the flow log is about: nobody knows whose records they were. */
    private void tell(FlowLogId flowLog, Gap gap) {
        for (Subscription subscription : subscriptions) {
            if (subscription.flowLog().equals(flowLog)) {
                tell(
                        subscription,
                        new FlowRecord.SkipData(
                                subscription.watched(), gap.startSeconds(), gap.endSeconds()));
            }
        }
    }

    private long toldUntilSeconds(int minutes) {
        return Objects.requireNonNull(windows.get(minutes)).toldUntilMillis() / 1000;
    }

    private Map<FlowLogId, Long> toldUntilSeconds() {
        Map<FlowLogId, Long> until = new HashMap<>();
        for (Subscription subscription : subscriptions) {
            until.put(subscription.flowLog(), toldUntilSeconds(subscription.minutes()));
        }
        return until;
    }

    private Progress progress(boolean clean, Progress.Ledger ledger) {
        long others = toldUntilSeconds(1);
        Map<FlowLogId, Progress.Told> all = new HashMap<>();
        gaps.all().forEach((flowLog, gap) -> all.put(flowLog, new Progress.Told(others, gap)));
        toldUntilSeconds()
                .forEach((flowLog, until) ->
                        all.compute(
                                flowLog,
                                (_, told) ->
                                        new Progress.Told(
                                                until,
                                                told == null ? Optional.empty() : told.gap())));
        return new Progress(clean, others, all, Optional.of(ledger));
    }
}
