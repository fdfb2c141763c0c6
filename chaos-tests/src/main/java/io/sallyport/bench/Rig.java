package io.sallyport.bench;

import io.sallyport.bench.Testbed.Room;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Generators, sinks, and the clocks of those who work between them. Whoever forwards in the
 * generator's own thread is measured by that thread's processor time; a node's processes are added.
 * Where there are several testbeds each has its share of the flows, and all count together.
 */
final class Rig implements AutoCloseable {

    private static final long ENDLESS = Long.MAX_VALUE;

    /** Generators of a testbed, each on its own. */
    private static final int CORES = Testbed.IDLE_DEVICES;

    /** Frames at a time; where another thread forwards, few, and only so many on their way. */
    private static final int CHUNK = 4096;

    private static final int CHUNK_AWAITED = 256;
    private static final int WINDOW = 2048;

    /**
     * Until there is room on the way again: hundreds of packets' time, since each look costs the
     * core that who forwards could use.
     */
    private static final long LOOK_NANOS = 250_000;

    /** What has not arrived after so long without any arrival is lost. */
    private static final long LOST_NANOS = Duration.ofMillis(100).toNanos();

    /** What a busy node forwards after so long is rare. */
    private static final long LATE_NANOS = Duration.ofSeconds(1).toNanos();

    /**
     * What came of a load.
     *
     * @param wallNanos until the last one that arrived
     * @param kernelNanos processor time of the generators' threads and of the kernel's
     * @param nodeNanos of the nodes' whole processes and their store's
     */
    record Run(long sent, long arrived, long wallNanos, long kernelNanos, long nodeNanos) {

        double perSecond() {
            return arrived * 1e9 / wallNanos;
        }

        double perCoreSecond() {
            return arrived * 1e9 / (kernelNanos + nodeNanos);
        }

        /** Where the node's process has no part in it, however busy it is for itself. */
        double perKernelSecond() {
            return arrived * 1e9 / kernelNanos;
        }
    }

    private final Forwarding forwarding;
    private final List<Resident> senders = new ArrayList<>();
    private final List<Generator> generators = new ArrayList<>();
    private final List<Resident> receivers = new ArrayList<>();
    private final List<Sink> sinks = new ArrayList<>();
    private final List<Path> packetThreads = ProcessTime.packetThreads();

    Rig(Forwarding forwarding) {
        this.forwarding = forwarding;
        forwarding.testbeds().forEach(this::equip);
    }

    private void equip(Testbed testbed) {
        boolean xdp = forwarding.isXdp();
        Resident receiver = new Resident("sink", testbed.file(Room.SERVER), 0);
        receivers.add(receiver);
        sinks.add(receiver.ask(() -> new Sink(Testbed.SERVER_DEVICE, xdp)));
        for (int core = 0; core < CORES; core++) {
            Resident sender =
                    new Resident(
                            "generator-" + core,
                            testbed.file(xdp ? Room.CLIENT : Room.GATEWAY),
                            core % Runtime.getRuntime().availableProcessors());
            senders.add(sender);
            int idle = Testbed.IDLE_DEVICE + core;
            generators.add(
                    sender.ask(() ->
                            new Generator(
                                    xdp ? Testbed.CLIENT_DEVICE : Testbed.INSIDE_DEVICE,
                                    xdp,
                                    idle)));
        }
    }

    Forwarding forwarding() {
        return forwarding;
    }

    /** The first testbed's. */
    Sink sink() {
        return sinks.getFirst();
    }

    private long arrivals() {
        return sinks.stream().mapToLong(Sink::packets).sum();
    }

    /** How many generators there are, all cores and testbeds together. */
    int generators() {
        return generators.size();
    }

    /** Walks the flows again and again for so long. */
    Run load(Flows flows, Duration time) {
        return load(List.of(flows), time);
    }

    /** The same for as many as there are testbeds, side by side on one core. */
    Run load(List<Flows> each, Duration time) {
        Run run = run(each, CORES, ENDLESS, time.toNanos(), !forwarding.isInPlace());
        if (run.arrived() == 0) {
            throw new BenchFailure(forwarding.name() + " forwards nothing");
        }
        return run;
    }

    /** Walks them once, at the speed at which first packets are forwarded. */
    Run open(Flows flows) {
        return open(List.of(flows));
    }

    private Run open(List<Flows> each) {
        return run(each, CORES, each.getFirst().count(), ENDLESS, isAwaited());
    }

    /**
     * Walks each once, as far as it comes in that time.
     *
     * @param each of as many generators: two are of one testbed, each on its own core
     */
    Run open(List<Flows> each, Duration time) {
        return run(each, 1, each.getFirst().count(), time.toNanos(), isAwaited());
    }

    private boolean isAwaited() {
        return !forwarding.processes().isEmpty();
    }

    /**
     * Walks them until each one's packet has arrived.
     *
     * @throws BenchFailure where that does not become true
     */
    void establish(Flows flows) {
        establish(List.of(flows));
    }

    /** The same for as many as there are testbeds. */
    void establish(List<Flows> each) {
        long wanted = each.stream().mapToLong(Flows::count).sum();
        long arrived = 0;
        for (int walk = 0; walk < 20; walk++) {
            awaitSilence();
            arrived = open(each).arrived();
            if (arrived >= wanted) {
                if (walk > 0) {
                    // First packets of the walks before may still come, and count as others.
                    awaitSilence(LATE_NANOS);
                }
                return;
            }
        }
        throw new BenchFailure(
                "%s forwards %,d of %,d flows".formatted(forwarding.name(), arrived, wanted));
    }

    /** What a node held back of an earlier load must not count as of the next. */
    void awaitSilence() {
        awaitSilence(LOST_NANOS);
    }

    private void awaitSilence(long nanos) {
        long seen;
        long until;
        do {
            seen = arrivals();
            until = System.nanoTime() + nanos;
            while (System.nanoTime() < until && arrivals() == seen) {
                LockSupport.parkNanos(LOST_NANOS);
            }
        } while (arrivals() != seen);
    }

    /** Sends one frame every {@code gap}, and keeps how long each was on its way. */
    void trickle(Flows flows, int count, Duration gap) {
        sink().time();
        senders.getFirst()
                .run(() -> {
                    Generator generator = generators.getFirst();
                    generator.flows(flows);
                    for (int i = 0; i < count; i++) {
                        generator.run(1);
                        LockSupport.parkNanos(gap.toNanos());
                    }
                });
        LockSupport.parkNanos(LOST_NANOS);
        sink().timeNoMore();
    }

    /**
     * What became of a stream.
     *
     * @param longestNanos the longest time in which none arrived, as a thread saw it that looked
     *     every millisecond where it could
     */
    record Streamed(long sent, long arrived, long longestNanos) {

        long lost() {
            return sent - arrived;
        }
    }

    /**
     * Sends some frames every millisecond while something is done.
     *
     * @param frames at a time
     */
    Streamed stream(Flows flows, int frames, Runnable meanwhile) {
        awaitSilence();
        long before = arrivals();
        AtomicBoolean stopped = new AtomicBoolean();
        Future<Long> stream = senders.getFirst().start(() -> stream(flows, frames, stopped::get));
        Future<Long> silence = receivers.getFirst().start(() -> longestSilence(stopped::get));
        try {
            meanwhile.run();
        } finally {
            stopped.set(true);
        }
        long sent = Resident.result(stream);
        long longest = Resident.result(silence);
        awaitSilence(LATE_NANOS);
        return new Streamed(sent, arrivals() - before, longest);
    }

    private long stream(Flows flows, int frames, BooleanSupplier stopped) {
        Generator generator = generators.getFirst();
        generator.flows(flows);
        long sent = 0;
        while (!stopped.getAsBoolean()) {
            generator.run(frames);
            sent += frames;
            LockSupport.parkNanos(1_000_000);
        }
        return sent;
    }

    private long longestSilence(BooleanSupplier stopped) {
        long longest = 0;
        long seen = arrivals();
        long seenAt = System.nanoTime();
        while (!stopped.getAsBoolean()) {
            LockSupport.parkNanos(1_000_000);
            long now = System.nanoTime();
            longest = Math.max(longest, now - seenAt);
            if (arrivals() != seen) {
                seen = arrivals();
                seenAt = now;
            }
        }
        return longest;
    }

    /** What a generated frame costs that goes nowhere. */
    Run alone(Flows flows, Duration time) {
        return senders.getFirst()
                .ask(() -> {
                    Generator generator = generators.getFirst();
                    generator.flows(flows);
                    generator.drop(true);
                    long began = System.nanoTime();
                    long processor = processorNanos();
                    long sent = 0;
                    while (System.nanoTime() - began < time.toNanos()) {
                        generator.run(CHUNK);
                        sent += CHUNK;
                    }
                    long used = processorNanos() - processor;
                    generator.drop(false);
                    return new Run(sent, sent, System.nanoTime() - began, used, 0);
                });
    }

    /**
     * @param stride which generators: every one, or each testbed's first
     */
    private Run run(List<Flows> each, int stride, long packets, long nanos, boolean awaited) {
        AtomicLong sent = new AtomicLong();
        AtomicLong lost = new AtomicLong();
        long before = arrivals();
        long kernel = kernelNanos();
        long node = nodeNanos();
        long began = System.nanoTime();
        List<Future<long[]>> walks = new ArrayList<>();
        for (int i = 0; i < each.size(); i++) {
            Walk walk =
                    new Walk(
                            generators.get(i * stride),
                            each.get(i),
                            packets,
                            nanos,
                            awaited,
                            before,
                            sent,
                            lost);
            walks.add(senders.get(i * stride).start(walk::run));
        }
        long last = began;
        long used = 0;
        for (Future<long[]> walk : walks) {
            long[] times = Resident.result(walk);
            used += times[0];
            last = Math.max(last, times[1]);
        }
        long arrived = arrivals() - before;
        return new Run(
                sent.get(),
                arrived,
                last - began,
                used + kernelNanos() - kernel,
                nodeNanos() - node);
    }

    /** One thread's share of a load. */
    private final class Walk {
        private final Generator generator;
        private final Flows flows;
        private final long packets;
        private final long nanos;
        private final boolean awaited;
        private final long before;
        private final AtomicLong sent;
        private final AtomicLong lost;
        private long seen;
        private long seenAt = System.nanoTime();
        private long silentSince = seenAt;

        Walk(
                Generator generator,
                Flows flows,
                long packets,
                long nanos,
                boolean awaited,
                long before,
                AtomicLong sent,
                AtomicLong lost) {
            this.generator = generator;
            this.flows = flows;
            this.packets = packets;
            this.nanos = nanos;
            this.awaited = awaited;
            this.before = before;
            this.sent = sent;
            this.lost = lost;
        }

        /** Processor time, and when the last one arrived. */
        long[] run() {
            long processor = processorNanos();
            long started = System.nanoTime();
            generator.flows(flows);
            long mine = 0;
            while (mine < packets && System.nanoTime() - started < nanos) {
                int chunk = (int) Math.min(awaited ? CHUNK_AWAITED : CHUNK, packets - mine);
                if (awaited && underWay() + chunk > WINDOW) {
                    LockSupport.parkNanos(LOOK_NANOS);
                } else {
                    generator.run(chunk);
                    mine += chunk;
                    sent.addAndGet(chunk);
                }
            }
            while (underWay() > 0) {
                LockSupport.parkNanos(50_000);
            }
            return new long[] {processorNanos() - processor, seenAt};
        }

        /** Frames that may still arrive. */
        private long underWay() {
            long arrived = arrivals() - before;
            long now = System.nanoTime();
            if (arrived != seen) {
                seen = arrived;
                seenAt = now;
                silentSince = now;
            }
            long open = sent.get() - lost.get() - arrived;
            if (open > 0 && now - silentSince > LOST_NANOS) {
                lost.addAndGet(open);
                silentSince = now;
                return 0;
            }
            return open;
        }
    }

    private static long processorNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private long kernelNanos() {
        return packetThreads.stream().mapToLong(ProcessTime::running).sum();
    }

    private long nodeNanos() {
        return forwarding.processes().stream().mapToLong(ProcessTime::of).sum();
    }

    @Override
    public void close() {
        for (int i = 0; i < senders.size(); i++) {
            senders.get(i).run(generators.get(i)::close);
            senders.get(i).close();
        }
        for (int i = 0; i < receivers.size(); i++) {
            receivers.get(i).run(sinks.get(i)::close);
            receivers.get(i).close();
        }
    }
}
