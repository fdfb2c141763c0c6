package io.sallyport.flowlogs.window;

import io.sallyport.flowlogs.Limits;
import io.sallyport.flowlogs.meter.FlowRing;
import io.sallyport.flowlogs.meter.FlowSample;
import io.sallyport.flowlogs.record.FlowRecord;
import io.sallyport.flowlogs.record.Watched;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Aggregation windows, aligned to the Unix epoch. A counter belongs to the window of its last
 * packet; one that comes after that window was told goes into the oldest open one, so sums are
 * never short. What could not be kept marks its interface's window with SKIPDATA; an interface
 * without a counter in a window gets NODATA, from the moment on that it is watched.
 *
 * <p>Time is an argument; one thread.
 */
public final class FlowWindows implements Consumer<FlowSample> {

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

    /** Writes all that is known of the open windows, for {@link #restore} of a next life. */
    public void save(DataOutput out) throws IOException {
        out.writeLong(windowMillis);
        out.writeLong(openMillis);
        out.writeInt(watched.size());
        for (Map.Entry<Integer, Since> entry : watched.entrySet()) {
            out.writeInt(entry.getKey());
            out.writeUTF(entry.getValue().watched.gateway().value());
            out.writeLong(entry.getValue().millis);
        }
        out.writeInt(windows.size());
        for (Map.Entry<Long, Map<Integer, Tally>> window : windows.entrySet()) {
            out.writeLong(window.getKey());
            out.writeInt(window.getValue().size());
            for (Map.Entry<Integer, Tally> tally : window.getValue().entrySet()) {
                out.writeInt(tally.getKey());
                tally.getValue().save(out);
            }
        }
    }

    /**
     * Goes on where {@link #save} was called in a former life; before any counter, after {@link
     * #watch}. What is not watched any more is left out.
     *
     * @return this life's gateway index by the former one's
     * @throws IOException where it is not of windows like these; nothing has changed
     */
    public Map<Integer, Integer> restore(DataInput in) throws IOException {
        if (in.readLong() != windowMillis) {
            throw new IOException("windows of another length");
        }
        long open = in.readLong();
        Map<String, Integer> indexes = new HashMap<>();
        watched.forEach((index, since) -> indexes.put(since.watched.gateway().value(), index));
        Map<Integer, Integer> now = new HashMap<>();
        Map<Integer, Since> since = new TreeMap<>(watched);
        for (int i = in.readInt(); i > 0; i--) {
            int former = in.readInt();
            Integer index = indexes.get(in.readUTF());
            long millis = in.readLong();
            if (index != null) {
                now.put(former, index);
                since.computeIfPresent(index, (_, it) -> new Since(it.watched, millis));
            }
        }
        TreeMap<Long, Map<Integer, Tally>> restored = new TreeMap<>();
        int restoredFlows = 0;
        for (int i = in.readInt(); i > 0; i--) {
            Map<Integer, Tally> tallies = new HashMap<>();
            restored.put(in.readLong(), tallies);
            for (int j = in.readInt(); j > 0; j--) {
                Integer index = now.get(in.readInt());
                Tally tally = Tally.load(in);
                if (index != null) {
                    tallies.put(index, tally);
                    restoredFlows += tally.size();
                }
            }
        }
        openMillis = open;
        watched = since;
        windows.putAll(restored);
        flows = restoredFlows;
        return now;
    }

    @Override
    public void accept(FlowSample sample) {
        if (!watched.containsKey(sample.gateway)) {
            return;
        }
        Tally tally = tally(startOf(sample.lastMillis), sample.gateway);
        Tally.Flow flow = Tally.Flow.of(sample);
        if (!tally.knows(flow)) {
            if (flows >= flowsMax) {
                overflowed++;
                tally.skip();
                return;
            }
            flows++;
        }
        tally.add(flow, sample);
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

    /** Counters of that time may be lost, of any gateway: all windows that it touches. */
    public void skip(long sinceMillis, long untilMillis) {
        long first = startOf(Math.max(sinceMillis, openMillis));
        for (long start = first; start <= untilMillis; start += windowMillis) {
            for (int gateway : watched.keySet()) {
                tally(start, gateway).skip();
            }
        }
    }

    /** Whether a window ended between the two. */
    public boolean isEnded(long beforeMillis, long nowMillis) {
        return startOf(beforeMillis) != startOf(nowMillis);
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
