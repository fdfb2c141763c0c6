package io.sallyport.gateway.io;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.sallyport.gateway.wire.Octets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * A network device as it was when asked. By ioctl, since {@code java.net.NetworkInterface} sees
 * only devices that have an address, which an outside device need not have.
 *
 * <pre>
 * struct ifreq  0 name 16 | 16 index, mtu 4 or address family 2 | 18 MAC 6
 * </pre>
 */
record Device(String name, int index, long mac, int mtu) {

    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM = 2;
    private static final int SIOCGIFINDEX = 0x8933;
    private static final int SIOCGIFHWADDR = 0x8927;
    private static final int SIOCGIFMTU = 0x8921;
    private static final int NAME_MAX = 15;
    private static final int REQUEST_BYTES = 40;
    private static final int VALUE = 16;

    /**
     * @throws UncheckedIOException naming a device that is not there
     */
    static Device find(String name) {
        Libc libc = new Libc();
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        if (bytes.length == 0 || bytes.length > NAME_MAX) {
            throw missing(name);
        }
        int socket = Sockets.open(libc, AF_INET, SOCK_DGRAM, "a socket");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = arena.allocate(REQUEST_BYTES, 8);
            MemorySegment.copy(MemorySegment.ofArray(bytes), 0, request, 0, bytes.length);
            if (libc.control(socket, SIOCGIFINDEX, request.address()) < 0) {
                throw missing(name);
            }
            int index = request.get(JAVA_INT, VALUE);
            String what = "ask the device " + name;
            Sockets.check(libc.control(socket, SIOCGIFMTU, request.address()), what);
            int mtu = request.get(JAVA_INT, VALUE);
            Sockets.check(libc.control(socket, SIOCGIFHWADDR, request.address()), what);
            return new Device(name, index, Octets.u48(request, VALUE + 2), mtu);
        } finally {
            libc.close(socket);
        }
    }

    private static UncheckedIOException missing(String name) {
        return new UncheckedIOException(new IOException("there is no network device " + name));
    }
}
