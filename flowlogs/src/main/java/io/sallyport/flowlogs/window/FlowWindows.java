package io.sallyport.flowlogs.window;

import io.sallyport.flowlogs.Limits;
import io.sallyport.flowlogs.meter.FlowRing;
import io.sallyport.flowlogs.record.FlowRecord;
import io.sallyport.flowlogs.record.Watched;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Aggregation windows, aligned to the Unix epoch. A counter belongs to the window of its last
 * packet; one that comes after that window was told goes into the oldest open one, so sums are
 * never short. What could not be kept marks its interface's window with SKIPDATA; an interface
 * without a counter in a window gets NODATA, from the moment on that it is watched.
 *
 * <p>Time is an argument; one thread.
 */
public final class FlowWindows implements FlowRing.Sink {

    /** Takes what a closed window says. */
    @FunctionalInterface
    public interface Output {
        void accept(int gateway, FlowRecord record);
    }

    private record Since(Watched watched, long millis) {}

    private final long windowMillis;
    private final int flowsMax;

    /** By start; each holds a tally per gateway that had a counter or a loss. */
    private final TreeMap<Long, Map<Integer, Tally>> windows = new TreeMap<>();

    private Map<Integer, Since> watched = new TreeMap<>();
    private long openMillis;
    private int flows;
    private long overflowed;

    /**
     * @param window whole seconds, at least 1
     * @param flowsMax bound of flows in all open windows
     * @param nowMillis Unix time; the first window is the one that holds it
     */
    public FlowWindows(Duration window, int flowsMax, long nowMillis) {
        if (window.toSeconds() < 1 || window.toNanosPart() != 0) {
            throw new IllegalArgumentException("window " + window + " is not whole seconds");
        }
        this.windowMillis = window.toMillis();
        this.flowsMax = flowsMax;
        this.openMillis = startOf(nowMillis);
    }

    /**
     * Swaps what is watched, by gateway index. What stays goes on as if nothing had happened;
     * counters of what is not watched are ignored.
     */
    public void watch(Map<Integer, Watched> interfaces, long nowMillis) {
        Map<Integer, Since> next = new TreeMap<>();
        interfaces.forEach((gateway, now) -> {
            Since before = watched.get(gateway);
            boolean stays = before != null && before.watched.equals(now);
            next.put(gateway, stays ? before : new Since(now, nowMillis));
        });
        watched = next;
    }

    @Override
    public void accept(
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
        if (!watched.containsKey(gateway)) {
            return;
        }
        Tally tally = tally(startOf(lastMillis), gateway);
        Tally.Flow flow =
                new Tally.Flow(
                        clientHigh,
                        clientLow,
                        eipHigh,
                        eipLow,
                        remoteHigh,
                        remoteLow,
                        clientPort,
                        natPort,
                        remotePort,
                        protocol,
                        legs,
                        accepted,
                        reason);
        if (!tally.knows(flow)) {
            if (flows >= flowsMax) {
                overflowed++;
                tally.skip();
                return;
            }
            flows++;
        }
        tally.add(flow, packets, bytes, firstMillis, lastMillis, tcpFlags, openedMillis, ended);
    }

    /**
     * A counter was lost before it came here, at most {@link Limits#COUNTER_AGE} ago.
     *
     * @param mark the gateway's index modulo {@link FlowRing#LOSS_MARKS}
     */
    public void lost(int mark, long nowMillis) {
        for (int gateway : watched.keySet()) {
            if (gateway % FlowRing.LOSS_MARKS == mark) {
                tally(startOf(nowMillis), gateway).skip();
                tally(startOf(nowMillis - Limits.COUNTER_AGE.toMillis()), gateway).skip();
            }
        }
    }

    /** Tells and forgets all windows that ended at or before {@code untilMillis}. */
    public void close(long untilMillis, Output out) {
        while (openMillis + windowMillis <= untilMillis) {
            long silence = (untilMillis - openMillis) / windowMillis;
            boolean manySilent = windows.isEmpty() && silence > Limits.SILENT_WINDOWS_MAX;
            long end = openMillis + (manySilent ? silence * windowMillis : windowMillis);
            tell(end / 1000 - 1, out);
            openMillis = end;
        }
    }

    /** Tells everything, the open windows as if they ended now; nothing may follow. */
    public void flush(long nowMillis, Output out) {
        // The packets' clock may be a moment ahead of ours.
        close(Math.max(nowMillis, windows.isEmpty() ? 0 : windows.lastKey()), out);
        tell(Math.max(nowMillis, openMillis) / 1000, out);
        openMillis += windowMillis;
    }

    private void tell(long endSeconds, Output out) {
        Map<Integer, Tally> tallies =
                windows.isEmpty() || windows.firstKey() != openMillis
                        ? Map.of()
                        : windows.pollFirstEntry().getValue();
        watched.forEach((gateway, since) -> {
            long start = Math.max(openMillis, since.millis) / 1000;
            Tally tally = tallies.getOrDefault(gateway, EMPTY);
            if (start <= endSeconds) {
                tally.tell(since.watched, start, endSeconds, record -> out.accept(gateway, record));
            }
        });
        for (Tally tally : tallies.values()) {
            flows -= tally.size();
        }
    }

    /** Never written to: stands for a window in which an interface had no counter. */
    private static final Tally EMPTY = new Tally();

    private Tally tally(long startMillis, int gateway) {
        return windows.computeIfAbsent(Math.max(startMillis, openMillis), _ -> new HashMap<>())
                .computeIfAbsent(gateway, _ -> new Tally());
    }

    private long startOf(long millis) {
        return Math.floorDiv(millis, windowMillis) * windowMillis;
    }

    /** All windows that end at or before this Unix time in milliseconds have been told. */
    public long toldUntilMillis() {
        return openMillis;
    }

    /** Counters that found no room for their flow. */
    public long overflowed() {
        return overflowed;
    }
}
