package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.io.Frame;
import io.sallyport.gateway.io.PacketDoor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** A door to nowhere: frames are put in by hand, what is sent is kept (or only counted). */
final class MemoryDoor implements PacketDoor {

    /** A frame that was sent, with what its door would have done. */
    record Sent(byte[] bytes, int offloadFlags, int gsoType, int gsoSize, int vni, long tunnelLow) {

        /** From the IP header on. */
        byte[] ip() {
            return java.util.Arrays.copyOfRange(bytes, 14, bytes.length);
        }
    }

    private final String name;
    private final long mac;
    private final boolean tunnel;
    private final MemorySegment memory = Arena.ofAuto().allocate(70_000, 64);
    private final Frame frame = new Frame();
    final List<Sent> sent = new ArrayList<>();
    boolean keeps = true;
    long count;
    int mtu = 1500;
    int hopNumber;

    MemoryDoor(String name, long mac, boolean tunnel) {
        this.name = name;
        this.mac = mac;
        this.tunnel = tunnel;
    }

    /** The frame as if received; valid until the next call. */
    Frame frame(byte[] bytes) {
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, Frame.HEADROOM, bytes.length);
        frame.plain(memory, Frame.HEADROOM, bytes.length);
        return frame;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int descriptor() {
        return -1;
    }

    @Override
    public long mac() {
        return mac;
    }

    @Override
    public int mtu() {
        return mtu;
    }

    @Override
    public boolean isTunnel() {
        return tunnel;
    }

    @Override
    public int hopNumber() {
        return hopNumber;
    }

    @Override
    public int receive() {
        return 0;
    }

    @Override
    public void frame(int index, Frame into) {
        throw new IllegalStateException("nothing was received");
    }

    @Override
    public boolean send(Frame out) {
        count++;
        if (keeps) {
            sent.add(
                    new Sent(
                            out.memory.asSlice(out.at, out.length).toArray(ValueLayout.JAVA_BYTE),
                            out.offloadFlags,
                            out.gsoType,
                            out.gsoSize,
                            out.vni,
                            out.tunnelLow));
        }
        return true;
    }

    @Override
    public void flush(Losses losses) {}

    @Override
    public void close() {}
}
