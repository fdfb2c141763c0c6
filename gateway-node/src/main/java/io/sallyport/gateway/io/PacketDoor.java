package io.sallyport.gateway.io;

import io.sallyport.gateway.wire.HotPath;

/**
 * Where packets come in and go out, in batches. One thread. A batch's memory is the caller's to
 * rewrite until the next {@link #receive}; what was given to {@link #send} must stay as it is until
 * {@link #flush}.
 */
@HotPath
public interface PacketDoor extends AutoCloseable {

    /** What a lost packet was lost to. */
    interface Losses {
        void refused(int packets);

        void queueFull(int packets);
    }

    String name();

    /** For poll(2); -1: always ask. */
    int descriptor();

    /** This device's MAC; 0 on a tunnel. */
    long mac();

    /** Longest IP packet that the device takes, in bytes. */
    int mtu();

    /** Whether frames are VXLAN payloads with another end each. */
    boolean isTunnel();

    /** The kernel path's number for sending to clients on this device; 0: there is no such path. */
    default int hopNumber() {
        return 0;
    }

    /** Takes the next batch without waiting; how many frames it has. */
    int receive();

    /** The i-th frame of the batch. */
    void frame(int index, Frame frame);

    /** Queues it; false: the queue is full, flush first. */
    boolean send(Frame frame);

    void flush(Losses losses);

    /** Throws nothing. */
    @Override
    void close();
}
