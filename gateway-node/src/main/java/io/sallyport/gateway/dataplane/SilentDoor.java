package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.io.Frame;
import io.sallyport.gateway.io.PacketDoor;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** Looks like a real door; nothing comes in, and what is sent is only remembered. */
final class SilentDoor implements PacketDoor {

    /** A frame that would have left. */
    record Sent(SilentDoor door, byte[] bytes) {}

    private final PacketDoor real;
    final List<Sent> sent = new ArrayList<>();

    SilentDoor(PacketDoor real) {
        this.real = real;
    }

    @Override
    public String name() {
        return real.name();
    }

    @Override
    public int descriptor() {
        return -1;
    }

    @Override
    public long mac() {
        return real.mac();
    }

    @Override
    public int mtu() {
        return real.mtu();
    }

    @Override
    public boolean isTunnel() {
        return real.isTunnel();
    }

    @Override
    public int receive() {
        return 0;
    }

    @Override
    public void frame(int index, Frame frame) {
        throw new IllegalStateException("nothing is received here");
    }

    @Override
    public boolean send(Frame frame) {
        byte[] bytes = frame.memory.asSlice(frame.at, frame.length).toArray(ValueLayout.JAVA_BYTE);
        return sent.add(new Sent(this, bytes));
    }

    @Override
    public void flush(Losses losses) {}

    @Override
    public void close() {}
}
