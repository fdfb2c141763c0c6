package io.sallyport.gateway.io;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.sallyport.gateway.wire.HotPath;
import io.sallyport.gateway.wire.Octets;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A plain device through a packet socket. PACKET_VNET_HDR tells and takes the kernel's offloads, so
 * that frames of 64 KB and unfinished checksums pass through unharmed; PACKET_IGNORE_OUTGOING keeps
 * our own frames from coming back. No PACKET_QDISC_BYPASS: egress programs must see what we send.
 */
public final class AfPacketDoor implements PacketDoor {

    private static final int AF_PACKET = 17;
    private static final int SOCK_RAW = 3;
    private static final int SOL_PACKET = 263;
    private static final int PACKET_VNET_HDR = 15;
    private static final int PACKET_IGNORE_OUTGOING = 23;
    private static final int SO_MARK = 36;
    private static final int ETH_P_ALL = 3;
    private static final int SOCKADDR_LL = 20;

    /** {@code struct tunnel_end} of the programs. */
    private static final int TUNNEL_END = 24;

    private static final int BATCH = 32;
    private static final int SEND_BATCH = 256;

    /** 64 KB of IP, Ethernet, the offload header; rounded to pages with the headroom. */
    private static final int BUFFER = 17 * 4096;

    private final Arena arena = Arena.ofShared();
    private final Libc libc = new Libc();
    private final Device device;
    private final int socket;
    private final int batch;
    private final MemorySegment buffers;
    private final MessageBatch receiving;
    private final SendQueue queue;

    /** By message, where its frame goes; empty: the device has no tunnels. */
    private final MemorySegment ends;

    /**
     * @throws java.io.UncheckedIOException where there is no such device or no right to open it
     */
    public AfPacketDoor(String name) {
        this(name, BATCH, ETH_P_ALL, 0, false);
    }

    /**
     * One that only sends.
     *
     * @param mark what programs know its packets by (SO_MARK)
     * @throws java.io.UncheckedIOException likewise
     */
    public static AfPacketDoor sender(String name, int mark) {
        return new AfPacketDoor(name, 0, 0, mark, false);
    }

    /**
     * One that only sends, on a device of many tunnels. A packet socket cannot tell such a device
     * where a frame goes: behind each frame follows its tunnel's other end, for a program at the
     * device's egress to take off.
     *
     * <pre>
     * 0 address 16 (two numbers) | 16 network identifier 4 | 20 reserved 4
     * </pre>
     *
     * @throws java.io.UncheckedIOException likewise
     */
    public static AfPacketDoor tunnelSender(String name, int mark) {
        return new AfPacketDoor(name, 0, 0, mark, true);
    }

    private AfPacketDoor(String name, int batch, int protocol, int mark, boolean tunnel) {
        this.batch = batch;
        device = Device.find(name);
        socket = Sockets.open(libc, AF_PACKET, SOCK_RAW, "a packet socket on " + name);
        try {
            Sockets.set(libc, socket, SOL_PACKET, PACKET_VNET_HDR, 1, "ask for offload headers");
            Sockets.set(libc, socket, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1, "ignore own packets");
            Sockets.buffers(libc, socket);
            if (mark != 0) {
                Sockets.set(libc, socket, Sockets.SOL_SOCKET, SO_MARK, mark, "mark packets");
            }
            bind(protocol);
        } catch (RuntimeException e) {
            libc.close(socket);
            arena.close();
            throw e;
        }
        buffers = arena.allocate(Math.max(1L, (long) batch * BUFFER), 4096);
        receiving = new MessageBatch(arena, batch, 0);
        for (int i = 0; i < batch; i++) {
            receiving.piece(
                    i, buffers.address() + offset(i) - VnetHeader.BYTES, BUFFER - Frame.HEADROOM);
        }
        queue = new SendQueue(libc, socket, new MessageBatch(arena, SEND_BATCH, 0, tunnel ? 2 : 1));
        ends = tunnel ? arena.allocate((long) SEND_BATCH * TUNNEL_END, 8) : MemorySegment.NULL;
        for (int i = 0; tunnel && i < SEND_BATCH; i++) {
            long at = (long) i * TUNNEL_END;
            queue.batch.secondPiece(i, ends.address() + at, TUNNEL_END);
        }
    }

    /** Protocol 0: nothing is received. */
    private void bind(int protocol) {
        try (Arena here = Arena.ofConfined()) {
            MemorySegment address = here.allocate(SOCKADDR_LL, 8);
            address.set(JAVA_SHORT, 0, (short) AF_PACKET);
            Octets.put16(address, 2, protocol);
            address.set(JAVA_INT, 4, device.index());
            Sockets.check(
                    libc.bind(socket, address.address(), SOCKADDR_LL),
                    "bind a packet socket to " + device.name());
        }
    }

    private static long offset(int index) {
        return (long) index * BUFFER + Frame.HEADROOM;
    }

    @Override
    public String name() {
        return device.name();
    }

    /** The device's number. */
    public int index() {
        return device.index();
    }

    @Override
    public int descriptor() {
        return socket;
    }

    @Override
    public long mac() {
        return device.mac();
    }

    @Override
    public int mtu() {
        return device.mtu();
    }

    @Override
    public boolean isTunnel() {
        return false;
    }

    @Override
    @HotPath
    public int receive() {
        // A device that went down says so once (ENETDOWN) and is silent until it is up again.
        return Math.max(
                0, libc.receive(socket, receiving.address(0), batch, MessageBatch.DONT_WAIT));
    }

    @Override
    @HotPath
    public void frame(int index, Frame frame) {
        int length = receiving.length(index) - VnetHeader.BYTES;
        frame.plain(buffers, offset(index), receiving.truncated(index) ? 0 : Math.max(0, length));
        if (length >= 0) {
            VnetHeader.read(buffers, offset(index) - VnetHeader.BYTES, frame);
        }
    }

    @Override
    @HotPath
    public boolean send(Frame frame) {
        if (queue.isFull()) {
            return false;
        }
        if (ends.byteSize() != 0) {
            long at = (long) queue.next() * TUNNEL_END;
            ends.set(JAVA_LONG, at, frame.tunnelHigh);
            ends.set(JAVA_LONG, at + 8, frame.tunnelLow);
            ends.set(JAVA_INT, at + 16, frame.vni);
        }
        VnetHeader.write(frame.memory, frame.at - VnetHeader.BYTES, frame);
        queue.add(
                frame.memory.address() + frame.at - VnetHeader.BYTES,
                frame.length + (long) VnetHeader.BYTES);
        return true;
    }

    @Override
    @HotPath
    public void flush(Losses losses) {
        queue.flush(losses);
    }

    @Override
    public void close() {
        libc.close(socket);
        arena.close();
    }
}
