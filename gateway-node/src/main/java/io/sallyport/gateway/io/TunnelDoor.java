package io.sallyport.gateway.io;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.sallyport.gateway.wire.Headers;
import io.sallyport.gateway.wire.HotPath;
import io.sallyport.gateway.wire.Octets;
import io.sallyport.net.Endpoint;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * VXLAN as a UDP socket at the anycast tunnel address: all VPCs share it, the kernel routes what
 * goes back. A datagram that is no VXLAN shows as a frame of length 0.
 */
public final class TunnelDoor implements PacketDoor {

    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCK_DGRAM = 2;
    private static final int SO_NO_CHECK = 11;
    private static final int IPPROTO_IP = 0;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IP_MTU_DISCOVER = 10;
    private static final int IPV6_MTU_DISCOVER = 23;
    private static final int IPV6_ONLY = 26;
    private static final int PMTUDISC_DONT = 0;

    private static final int BATCH = 64;
    private static final int SEND_BATCH = 256;

    /** Clients have an MTU of at most 9,000; longer datagrams are cut and dropped. */
    private static final int BUFFER = 10 * 1024;

    private final Arena arena = Arena.ofShared();
    private final Libc libc = new Libc();
    private final boolean v4;
    private final int port;
    private final int socket;
    private final int nameLength;
    private final MemorySegment buffers = arena.allocate((long) BATCH * BUFFER, 4096);
    private final MessageBatch receiving;
    private final SendQueue queue;

    /**
     * @param local the tunnel address, on this machine, and its UDP port, which clients' hosts
     *     listen on too
     * @throws java.io.UncheckedIOException where it cannot be bound
     */
    public TunnelDoor(Endpoint local) {
        v4 = local.address().isV4();
        port = local.port();
        nameLength = v4 ? 16 : 28;
        socket = Sockets.open(libc, v4 ? AF_INET : AF_INET6, SOCK_DGRAM, "the tunnel socket");
        try {
            if (v4) {
                Sockets.set(libc, socket, Sockets.SOL_SOCKET, SO_NO_CHECK, 1, "drop checksums");
                // What the underlay cannot carry whole is fragmented rather than lost.
                Sockets.set(libc, socket, IPPROTO_IP, IP_MTU_DISCOVER, PMTUDISC_DONT, "allow it");
            } else {
                Sockets.set(libc, socket, IPPROTO_IPV6, IPV6_ONLY, 1, "use IPv6 only");
                Sockets.set(
                        libc, socket, IPPROTO_IPV6, IPV6_MTU_DISCOVER, PMTUDISC_DONT, "allow it");
            }
            Sockets.buffers(libc, socket);
            try (Arena here = Arena.ofConfined()) {
                MemorySegment name = here.allocate(MessageBatch.NAME, 8);
                name(name, 0, local.address().high(), local.address().low());
                Sockets.check(
                        libc.bind(socket, name.address(), nameLength),
                        "bind the tunnel socket to " + local);
            }
        } catch (RuntimeException e) {
            libc.close(socket);
            arena.close();
            throw e;
        }
        receiving = new MessageBatch(arena, BATCH, nameLength);
        for (int i = 0; i < BATCH; i++) {
            receiving.piece(
                    i, buffers.address() + offset(i) - Headers.VXLAN, BUFFER - Frame.HEADROOM);
        }
        queue = new SendQueue(libc, socket, arena, SEND_BATCH, nameLength);
    }

    private static long offset(int index) {
        return (long) index * BUFFER + Frame.HEADROOM;
    }

    /**
     * sockaddr_in: family 2, port 2, address 4; sockaddr_in6: family 2, port 2, flow 4, address 16.
     */
    private void name(MemorySegment memory, long at, long high, long low) {
        memory.set(JAVA_SHORT, at, (short) (v4 ? AF_INET : AF_INET6));
        Octets.put16(memory, at + 2, port);
        if (v4) {
            Octets.put32(memory, at + 4, (int) low);
        } else {
            memory.set(JAVA_INT, at + 4, 0);
            Octets.put64(memory, at + 8, high);
            Octets.put64(memory, at + 16, low);
            memory.set(JAVA_INT, at + 24, 0);
        }
    }

    @Override
    public String name() {
        return "tunnel";
    }

    @Override
    public int descriptor() {
        return socket;
    }

    @Override
    public long mac() {
        return 0;
    }

    @Override
    public int mtu() {
        return BUFFER - Frame.HEADROOM - Headers.ETHERNET;
    }

    @Override
    public boolean isTunnel() {
        return true;
    }

    @Override
    @HotPath
    public int receive() {
        int count = libc.receive(socket, receiving.address(0), BATCH, MessageBatch.DONT_WAIT);
        if (count <= 0) {
            return 0;
        }
        receiving.again(count);
        return count;
    }

    @Override
    @HotPath
    public void frame(int index, Frame frame) {
        long at = offset(index);
        int length = receiving.length(index) - Headers.VXLAN;
        frame.plain(buffers, at, 0);
        frame.vni = 0;
        long name = MessageBatch.nameAt(index);
        if (v4) {
            frame.tunnelLow = 0xffff_0000_0000L | Octets.u32(receiving.names, name + 4);
        } else {
            frame.tunnelHigh = Octets.i64(receiving.names, name + 8);
            frame.tunnelLow = Octets.i64(receiving.names, name + 16);
        }
        if (length > 0
                && !receiving.truncated(index)
                && Octets.u8(buffers, at - Headers.VXLAN) == Headers.VXLAN_VALID) {
            frame.length = length;
            frame.vni = Octets.i32(buffers, at - Headers.VXLAN + Headers.VXLAN_VNI) >>> 8;
        }
    }

    @Override
    @HotPath
    public boolean send(Frame frame) {
        if (queue.isFull()) {
            return false;
        }
        long at = frame.at - Headers.VXLAN;
        Octets.put32(frame.memory, at, Headers.VXLAN_VALID << 24);
        Octets.put32(frame.memory, at + Headers.VXLAN_VNI, frame.vni << 8);
        name(
                queue.batch.names,
                MessageBatch.nameAt(queue.next()),
                frame.tunnelHigh,
                frame.tunnelLow);
        queue.add(frame.memory.address() + at, frame.length + (long) Headers.VXLAN);
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
