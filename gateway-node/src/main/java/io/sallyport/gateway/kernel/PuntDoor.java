package io.sallyport.gateway.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.sallyport.gateway.io.AfPacketDoor;
import io.sallyport.gateway.io.Frame;
import io.sallyport.gateway.io.PacketDoor;
import io.sallyport.gateway.wire.HotPath;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A device whose packets the kernel path sees first: here come those that it does not handle, by
 * the device's ring, and here goes what Java sends, by a packet socket that receives nothing.
 */
@HotPath
public final class PuntDoor implements PacketDoor {

    private static final int BATCH = 64;

    /** A frame of 64 KB with its headers. */
    private static final int LARGEST = 66 * 1024;

    /** Most batches are small packets; a batch of large ones is a shorter one. */
    private static final int BUFFER = 8 * LARGEST;

    /**
     * Longer than a restart may take, so that what came up meanwhile is late and not lost; what is
     * older came up in another life than the last.
     */
    private static final long STALE_NANOS = 15_000_000_000L;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(BUFFER, 64);
    private final long[] begins = new long[BATCH];
    private final int[] lengths = new int[BATCH];
    private final int[] gsoSizes = new int[BATCH];
    private final AfPacketDoor sender;
    private final BpfMap punts;
    private final Ring ring;
    private final int hopNumber;
    private final boolean tunnel;

    /** Of frames through a tunnel. */
    private final int[] networks = new int[BATCH];

    private final long[] endsHigh = new long[BATCH];
    private final long[] endsLow = new long[BATCH];

    PuntDoor(AfPacketDoor sender, BpfMap punts, int hopNumber, boolean tunnel) {
        this.sender = sender;
        this.punts = punts;
        this.hopNumber = hopNumber;
        this.tunnel = tunnel;
        ring = new Ring(punts);
    }

    @Override
    public String name() {
        return sender.name();
    }

    /** A ring is readable while it holds a record. */
    @Override
    public int descriptor() {
        return punts.descriptor();
    }

    @Override
    public long mac() {
        return tunnel ? 0 : sender.mac();
    }

    @Override
    public int mtu() {
        return sender.mtu();
    }

    @Override
    public boolean isTunnel() {
        return tunnel;
    }

    @Override
    public int hopNumber() {
        return hopNumber;
    }

    /**
     * Copied out: the ring is read-only, and its room is given back before the packets are done.
     */
    @Override
    public int receive() {
        int count = 0;
        long used = 0;
        long now = System.nanoTime();
        boolean any = false;
        while (count < BATCH && used + Frame.HEADROOM + LARGEST <= BUFFER) {
            long at = ring.next();
            if (at < 0) {
                break;
            }
            any = true;
            int captured = ring.memory.get(JAVA_INT, at + MapLayout.PUNT_CAPTURED);
            if (now - ring.memory.get(JAVA_LONG, at + MapLayout.PUNT_TIME) < STALE_NANOS) {
                begins[count] = used + Frame.HEADROOM;
                lengths[count] = captured;
                networks[count] = ring.memory.get(JAVA_INT, at + MapLayout.PUNT_VNI);
                endsHigh[count] = ring.memory.get(JAVA_LONG, at + MapLayout.PUNT_TUNNEL);
                endsLow[count] = ring.memory.get(JAVA_LONG, at + MapLayout.PUNT_TUNNEL + 8);
                gsoSizes[count] =
                        ring.memory.get(JAVA_SHORT, at + MapLayout.PUNT_GSO_SIZE) & 0xffff;
                MemorySegment.copy(
                        ring.memory, at + MapLayout.PUNT_DATA, buffer, begins[count], captured);
                used += Frame.HEADROOM + captured + 63L & ~63L;
                count++;
            }
        }
        if (any) {
            ring.release();
        }
        return count;
    }

    @Override
    public void frame(int index, Frame frame) {
        frame.plain(buffer, begins[index], lengths[index]);
        Offloads.find(frame, gsoSizes[index]);
        frame.vni = networks[index];
        frame.tunnelHigh = endsHigh[index];
        frame.tunnelLow = endsLow[index];
    }

    @Override
    public boolean send(Frame frame) {
        return sender.send(frame);
    }

    @Override
    public void flush(Losses losses) {
        sender.flush(losses);
    }

    @Override
    public void close() {
        sender.close();
        arena.close();
    }
}
