package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.connections.Keeping;
import io.sallyport.gateway.io.Frame;
import io.sallyport.gateway.io.PacketDoor;
import io.sallyport.gateway.io.Pulse;
import io.sallyport.gateway.io.Waker;
import io.sallyport.gateway.kernel.FastPath;
import io.sallyport.gateway.wire.HotPath;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The node's one packet thread: what others asked of it, the keepers' frames and timers, packets
 * that waited, the doors in turn, the meter; then sleep until a packet or a call, 5 ms at most.
 */
final class Worker implements Runnable {

    private static final int SLEEP_MILLIS = 5;
    private static final int MAIL_PER_TURN = 256;

    private final Keeping keeping;
    private final Pipeline pipeline;
    private final Carrier carrier;
    private final @Nullable FastPath kernel;
    private final @Nullable KernelCounters kernelCounters;
    private final Outbox outbox;
    private final Meter meter;
    private final Waker waker;
    private final PacketDoor[] doors;
    private final ConcurrentLinkedQueue<Runnable> mail;
    private final Pulse pulse;
    private final Frame frame = new Frame();

    /**
     * A former life's connections are still forwarded by its right, and this one has none yet: what
     * comes up meanwhile waits where it is.
     */
    private boolean inheriting;

    private long actsUntil;
    private volatile boolean running = true;
    private volatile long lastTurn = System.nanoTime();

    Worker(
            Keeping keeping,
            Pipeline pipeline,
            Carrier carrier,
            Outbox outbox,
            Meter meter,
            Waker waker,
            List<PacketDoor> doors,
            ConcurrentLinkedQueue<Runnable> mail,
            @Nullable FastPath kernel,
            Pulse pulse,
            Counters counters) {
        this.keeping = keeping;
        this.pipeline = pipeline;
        this.carrier = carrier;
        this.kernel = kernel;
        inheriting = kernel != null && kernel.isInherited();
        kernelCounters = kernel == null ? null : new KernelCounters(kernel, counters);
        this.outbox = outbox;
        this.meter = meter;
        this.waker = waker;
        this.doors = doors.toArray(PacketDoor[]::new);
        this.mail = mail;
        this.pulse = pulse;
    }

    @Override
    public void run() {
        while (running) {
            if (turn() == 0) {
                // Whoever came since found nobody asleep and called nobody: look once more.
                waker.drowse();
                if (turn() == 0 && running) {
                    waker.sleep(SLEEP_MILLIS);
                } else {
                    waker.stay();
                }
            }
        }
        meter.finish(System.nanoTime(), pipeline.view);
        if (kernelCounters != null) {
            kernelCounters.turn();
        }
    }

    /** How much was done. */
    @HotPath
    private int turn() {
        long now = System.nanoTime();
        lastTurn = now;
        begin(now);
        pulse.beat(actsUntil);
        int work = mail();
        work += keeping.turn(now);
        work += pipeline.turn();
        for (PacketDoor door : doors) {
            work += inheriting ? 0 : packets(door);
        }
        carrier.turn(now);
        if (meter.turn(now, pipeline.view)) {
            work++;
            if (kernelCounters != null) {
                kernelCounters.turn();
            }
        }
        outbox.flush();
        return work;
    }

    @HotPath
    private void begin(long now) {
        boolean acting = keeping.acting(now);
        pipeline.begin(now, acting);
        inheriting &= !acting;
        actsUntil = keeping.actsUntilBootNanos();
        if (kernel != null && !inheriting) {
            kernel.actUntil(actsUntil);
        }
    }

    /** Each batch with its own look at the clock and the right to act, and sent before the next. */
    @HotPath
    private int packets(PacketDoor door) {
        int count = door.receive();
        if (count > 0) {
            long now = System.nanoTime();
            begin(now);
            for (int i = 0; i < count; i++) {
                door.frame(i, frame);
                pipeline.handle(door, frame);
            }
            outbox.flush();
        }
        return count;
    }

    private int mail() {
        int done = 0;
        for (Runnable task = mail.poll(); task != null; task = mail.poll()) {
            task.run();
            if (++done == MAIL_PER_TURN) {
                break;
            }
        }
        return done;
    }

    long lastTurn() {
        return lastTurn;
    }

    void stop() {
        running = false;
        waker.wake();
    }
}
