package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.kernel.BpfMap;
import io.sallyport.gateway.kernel.ElfObject;
import io.sallyport.gateway.kernel.Link;
import io.sallyport.gateway.kernel.Program;
import io.sallyport.gateway.kernel.ProgramType;
import io.sallyport.gateway.kernel.TestRun;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The tunnel's program of an opened kernel path, by hand: a frame is in no tunnel there, so a
 * program before it ({@code tunnel.c}) says that it came from the client's host in {@link Rig#VPC}.
 */
final class TunnelEntry implements AutoCloseable {

    /** What carries the tunnels, from the client's host to the node's end. */
    enum Underlay {
        V4(Rig.HOST, "10.255.0.1:4789", 20),
        V6(Rig.HOST6, "[fd55::1]:4789", 40);

        final IpAddress host;
        final Endpoint local;

        /** Octets of all headers outside the client's frame. */
        final int outer;

        private final int udp;

        Underlay(IpAddress host, String local, int ip) {
            this.host = host;
            this.local = Endpoint.parse(local);
            udp = 14 + ip;
            outer = udp + 8 + 8;
        }

        /**
         * Whether a packet is as good with another octet there: of the source MAC, the source port,
         * the UDP checksum; over IPv6, whose header has no sum, of class, label and hop limit too.
         */
        boolean isAlike(int at) {
            int inUdp = at - udp;
            return (at >= 6 && at < 12)
                    || inUdp == 0
                    || inUdp == 1
                    || inUdp == 6
                    || inUdp == 7
                    || (this == V6 && (at == 21 || (at >= 14 && at < 18)));
        }

        /** The frame as the underlay carries it. */
        byte[] carries(byte[] frame) {
            byte[] vxlan = new byte[8 + frame.length];
            vxlan[0] = 8;
            Naive.put32(vxlan, 4, Rig.VPC << 8);
            System.arraycopy(frame, 0, vxlan, 8, frame.length);
            byte[] packet = Naive.udp(host, 49_999, local.address(), local.port(), vxlan);
            if (host.isV4()) {
                Naive.put16(packet, 26, 0);
            }
            return Naive.frame(Rig.INSIDE_MAC, Rig.ROUTER_MAC, packet);
        }
    }

    static final Path PINS =
            Path.of("/sys/fs/bpf/sallyport-test-golden-" + ProcessHandle.current().pid());

    private final ElfObject object = ElfObject.resource(TunnelEntry.class, "/kernel/tunnel.o");
    private final BpfMap next = BpfMap.create(Objects.requireNonNull(object.maps().get("next")));
    private final Program program;

    TunnelEntry(Underlay underlay) {
        String section = "from_host_" + underlay.name().toLowerCase(Locale.ROOT);
        program = Program.load(object, section, ProgramType.TC, Map.of("next", next));
        try (Link link = Link.pinned(pin()).orElseThrow();
                Program tunnel = Program.of(link)) {
            tunnel.put(next, 0);
        }
    }

    private static Path pin() {
        try (Stream<Path> pins = Files.walk(PINS)) {
            List<Path> found = pins.filter(pin -> pin.endsWith("sallyport4789:ingress")).toList();
            return found.getFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    TestRun run(byte[] frame) {
        return program.run(frame, new byte[0], 1);
    }

    @Override
    public void close() {
        program.close();
        next.close();
    }
}
