package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.io.Frame;
import io.sallyport.gateway.io.PacketDoor;
import io.sallyport.gateway.wire.HotPath;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way out of the pipeline: the doors, and memory for packets that were made here (answers,
 * segments, packets that waited). What was queued stays as it is until {@link #flush}.
 */
@HotPath
final class Outbox implements PacketDoor.Losses, AutoCloseable {

    private static final int MADE_BYTES = 1 << 20;

    private final Arena arena = Arena.ofShared();
    private final Counters counters;
    private final PacketDoor[] doors;
    final PacketDoor outside;
    private final @Nullable PacketDoor tunnel;

    /** Where packets that are made here are written. */
    final MemorySegment made = arena.allocate(MADE_BYTES, 64);

    private int used;

    /** The outside door first. */
    Outbox(List<PacketDoor> doors, Counters counters) {
        this.counters = counters;
        this.doors = doors.toArray(PacketDoor[]::new);
        outside = doors.getFirst();
        tunnel = doors.stream().filter(PacketDoor::isTunnel).findFirst().orElse(null);
    }

    /** The outside one first. */
    List<PacketDoor> doors() {
        return List.of(doors);
    }

    /**
     * Room for a frame of so many bytes, headroom before it.
     *
     * @return where in {@link #made} it begins; valid until the next flush
     */
    int take(int bytes) {
        int needed = Frame.HEADROOM + bytes + 63 & ~63;
        if (used + needed > MADE_BYTES) {
            flush();
        }
        int at = used + Frame.HEADROOM;
        used += needed;
        return at;
    }

    /** The door to a client; null: there is none. */
    @Nullable PacketDoor inside(long tunnelHigh, long tunnelLow, long gatewayMac, CompiledVpc vpc) {
        if ((tunnelHigh | tunnelLow) != 0) {
            return tunnel;
        }
        PacketDoor first = null;
        for (PacketDoor door : doors) {
            if (door != outside && !door.isTunnel() && vpc.interfaces.contains(door.name())) {
                if (door.mac() == gatewayMac) {
                    return door;
                }
                first = first == null ? door : first;
            }
        }
        return first;
    }

    void send(PacketDoor door, Frame frame) {
        if (!door.send(frame)) {
            door.flush(this);
            if (!door.send(frame)) {
                queueFull(1);
            }
        }
    }

    void flush() {
        for (PacketDoor door : doors) {
            door.flush(this);
        }
        used = 0;
    }

    @Override
    public void refused(int packets) {
        counters.drop(DropReason.SEND_FAILED, packets);
    }

    @Override
    public void queueFull(int packets) {
        counters.drop(DropReason.SEND_QUEUE_FULL, packets);
    }

    @Override
    public void close() {
        arena.close();
    }
}
