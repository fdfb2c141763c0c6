package io.sallyport.flowlogs.export;

import io.sallyport.flowlogs.Limits;
import io.sallyport.flowlogs.format.DefaultFormat;
import io.sallyport.flowlogs.meter.FlowRing;
import io.sallyport.flowlogs.record.FlowRecord;
import io.sallyport.flowlogs.window.FlowWindows;
import io.sallyport.flowlogs.window.Watched;
import io.sallyport.ids.FlowLogId;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One turn of the report: ring to windows, closed windows to the spool, ended periods sealed. Gaps
 * that something else noticed (a kill, a dropped file) are told with the next closed window.
 *
 * <p>Time is an argument; one thread.
 */
final class Reporter {

    private final ExportSettings settings;
    private final FlowRing ring;
    private final Spool spool;
    private final Gaps gaps;
    private final FlowWindows windows;
    private List<Subscription> subscriptions = List.of();

    /**
     * @param former what the former process left, if there was one
     */
    Reporter(
            ExportSettings settings,
            FlowRing ring,
            Spool spool,
            Gaps gaps,
            Optional<Progress> former,
            long nowMillis) {
        this.settings = settings;
        this.ring = ring;
        this.spool = spool;
        this.gaps = gaps;
        this.windows = new FlowWindows(settings.window(), Limits.FLOWS_MAX, nowMillis);
        former.ifPresent(it -> inherit(it, nowMillis / 1000));
    }

    private void inherit(Progress former, long nowSeconds) {
        former.gaps()
                .forEach((flowLog, gap) -> {
                    gap.ifPresent(it -> gaps.lost(flowLog, it));
                    if (!former.clean() && former.toldUntilSeconds() <= nowSeconds) {
                        gaps.lost(flowLog, new Gap(former.toldUntilSeconds(), nowSeconds));
                    }
                });
    }

    void subscriptions(List<Subscription> next, long nowMillis) throws IOException {
        subscriptions = List.copyOf(next);
        Map<Integer, Watched> watched = new HashMap<>();
        for (Subscription subscription : subscriptions) {
            watched.put(
                    subscription.gateway(),
                    new Watched(subscription.account(), subscription.networkInterface()));
        }
        windows.watch(watched, nowMillis);
        progress(false).write(settings.spool());
    }

    /**
     * @throws IOException where the progress could not be written; all else went on
     */
    void turn(long nowMillis) throws IOException {
        drain(nowMillis);
        long before = windows.toldUntilMillis();
        windows.close(nowMillis - Limits.WINDOW_GRACE.toMillis(), this::tell);
        if (windows.toldUntilMillis() != before) {
            settle(windows.toldUntilMillis() / 1000, false);
        }
    }

    /** Tells all that is known, as far as it goes; the last turn. */
    void finish(long nowMillis) throws IOException {
        int drained;
        do {
            drained = drain(nowMillis);
        } while (drained > 0);
        windows.flush(nowMillis, this::tell);
        settle(Long.MAX_VALUE, true);
    }

    private int drain(long nowMillis) {
        int drained = ring.drain(windows, Limits.DRAIN_MAX);
        ring.drainLosses(mark -> windows.lost(mark, nowMillis));
        return drained;
    }

    private void settle(long sealUntilSeconds, boolean clean) throws IOException {
        for (Subscription subscription : subscriptions) {
            gaps.take(subscription.flowLog()).ifPresent(gap -> tell(subscription, gap));
        }
        spool.sync();
        spool.sealUntil(sealUntilSeconds);
        progress(clean).write(settings.spool());
    }

    private void tell(int gateway, FlowRecord record) {
        String line = DefaultFormat.line(record);
        for (Subscription subscription : subscriptions) {
            if (subscription.gateway() == gateway && subscription.kind().wants(record)) {
                spool.append(subscription, record.endSeconds(), line);
            }
        }
    }

    private void tell(Subscription subscription, Gap gap) {
        FlowRecord record =
                new FlowRecord.SkipData(
                        subscription.account(),
                        subscription.networkInterface(),
                        gap.startSeconds(),
                        gap.endSeconds());
        spool.append(subscription, record.endSeconds(), DefaultFormat.line(record));
    }

    private Progress progress(boolean clean) {
        Map<FlowLogId, Optional<Gap>> all = gaps.all();
        for (Subscription subscription : subscriptions) {
            all.putIfAbsent(subscription.flowLog(), Optional.empty());
        }
        return new Progress(clean, windows.toldUntilMillis() / 1000, all);
    }
}
