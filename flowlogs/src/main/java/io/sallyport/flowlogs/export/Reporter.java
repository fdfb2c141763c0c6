package io.sallyport.flowlogs.export;

import io.sallyport.flowlogs.Limits;
import io.sallyport.flowlogs.format.Origin;
import io.sallyport.flowlogs.meter.FlowRing;
import io.sallyport.flowlogs.record.FlowRecord;
import io.sallyport.flowlogs.record.Watched;
import io.sallyport.flowlogs.window.FlowWindows;
import io.sallyport.ids.FlowLogId;
import java.io.IOException;
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

/**
 * One turn of the report: ring to windows, closed windows to the spool, ended periods sealed. Gaps
 * that something else noticed (a kill, a dropped file) are told with the next closed window.
 *
 * <p>Time is an argument; one thread.
 */
final class Reporter {

    private static final List<Integer> MINUTES = List.of(1, 10);

    private final ExportSettings settings;
    private final FlowRing ring;
    private final Spool spool;
    private final Gaps gaps;
    private final Witnesses witnesses;
    private final Origin origin;

    /** This node's windows without a packet, of which the others are to be asked. */
    private final List<Silence> silences = new ArrayList<>();

    /** Windows in which no node saw a packet, and of which this node is to say so. */
    private final Queue<Silence> agreed = new ConcurrentLinkedQueue<>();

    private long sealedSeconds;

    /** By minutes. */
    private final Map<Integer, FlowWindows> windows = new TreeMap<>();

    private List<Subscription> subscriptions = List.of();

    /** By minutes and gateway. */
    private Map<Integer, Map<Integer, List<Subscription>>> readers = Map.of();

    /**
     * @param former what the former process left, if there was one
     */
    Reporter(
            ExportSettings settings,
            FlowRing ring,
            Spool spool,
            Gaps gaps,
            Witnesses witnesses,
            Optional<Progress> former,
            long nowMillis) {
        this.settings = settings;
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
        former.ifPresent(it -> inherit(it, nowMillis / 1000));
    }

    private void inherit(Progress former, long nowSeconds) {
        former.told()
                .forEach((flowLog, told) -> {
                    told.gap().ifPresent(it -> gaps.lost(flowLog, it));
                    if (!former.clean() && told.untilSeconds() <= nowSeconds) {
                        gaps.lost(flowLog, new Gap(told.untilSeconds(), nowSeconds));
                    }
                });
    }

    void subscriptions(List<Subscription> next, long nowMillis) throws IOException {
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
        progress(false).write(settings.spool());
    }

    private Map<Integer, List<Subscription>> readers(int minutes) {
        return readers.getOrDefault(minutes, Map.of());
    }

    /**
     * @throws IOException where the progress could not be written; all else went on
     */
    void turn(long nowMillis) throws IOException {
        drain(nowMillis);
        boolean told = false;
        for (Map.Entry<Integer, FlowWindows> each : windows.entrySet()) {
            FlowWindows one = each.getValue();
            long before = one.toldUntilMillis();
            one.close(nowMillis - Limits.WINDOW_GRACE.toMillis(), teller(each.getKey()));
            told |= one.toldUntilMillis() != before;
        }
        told |= tellSilence();
        if (told) {
            settle(false);
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
        int drained;
        do {
            drained = drain(nowMillis);
        } while (drained > 0);
        windows.forEach((minutes, one) -> one.flush(nowMillis, teller(minutes)));
        tellSilence();
        settle(true);
        spool.sealUntil(Long.MAX_VALUE);
    }

    private int drain(long nowMillis) {
        int drained = ring.drain(this::count, Limits.DRAIN_MAX);
        ring.drainLosses(mark -> windows.values().forEach(one -> one.lost(mark, nowMillis)));
        return drained;
    }

    private void count(
            int gateway,
            int legs,
            int protocol,
            long clientHigh,
            long clientLow,
            int clientPort,
            long eipHigh,
            long eipLow,
            int natPort,
            long remoteHigh,
            long remoteLow,
            int remotePort,
            long packets,
            long bytes,
            long firstMillis,
            long lastMillis,
            int tcpFlags,
            boolean accepted,
            int reason,
            long openedMillis,
            int ended) {
        for (FlowWindows one : windows.values()) {
            one.accept(
                    gateway,
                    legs,
                    protocol,
                    clientHigh,
                    clientLow,
                    clientPort,
                    eipHigh,
                    eipLow,
                    natPort,
                    remoteHigh,
                    remoteLow,
                    remotePort,
                    packets,
                    bytes,
                    firstMillis,
                    lastMillis,
                    tcpFlags,
                    accepted,
                    reason,
                    openedMillis,
                    ended);
        }
    }

    private void settle(boolean clean) throws IOException {
        subscriptions.stream()
                .map(Subscription::flowLog)
                .distinct()
                .forEach(flowLog -> gaps.take(flowLog).ifPresent(gap -> tell(flowLog, gap)));
        spool.sync();
        progress(clean).write(settings.spool());
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

    private Progress progress(boolean clean) {
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
        return new Progress(clean, others, all);
    }
}
