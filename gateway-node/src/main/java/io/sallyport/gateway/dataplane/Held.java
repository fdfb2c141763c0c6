package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.io.Frame;
import io.sallyport.gateway.io.PacketDoor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A copy of a packet that waits, as it was received. */
final class Held {

    final PacketDoor door;
    private final byte[] bytes;
    private final Frame offloads = new Frame();

    Held(PacketDoor door, Frame frame) {
        this.door = door;
        bytes = frame.memory.asSlice(frame.at, frame.length).toArray(ValueLayout.JAVA_BYTE);
        offloads.offloadsOf(frame);
    }

    int length() {
        return bytes.length;
    }

    /** Into memory that lasts until the next flush. */
    void restore(Outbox outbox, Frame frame) {
        int at = outbox.take(bytes.length);
        MemorySegment.copy(bytes, 0, outbox.made, ValueLayout.JAVA_BYTE, at, bytes.length);
        frame.plain(outbox.made, at, bytes.length);
        frame.offloadsOf(offloads);
    }
}
