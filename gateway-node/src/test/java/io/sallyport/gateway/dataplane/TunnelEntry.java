package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.kernel.BpfMap;
import io.sallyport.gateway.kernel.ElfObject;
import io.sallyport.gateway.kernel.Link;
import io.sallyport.gateway.kernel.Program;
import io.sallyport.gateway.kernel.ProgramType;
import io.sallyport.gateway.kernel.TestRun;
import io.sallyport.net.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The tunnel's program of an opened kernel path, by hand: a frame is in no tunnel there, so a
 * program before it ({@code tunnel.c}) says that it came from {@link Rig#HOST} in {@link Rig#VPC}.
 */
final class TunnelEntry implements AutoCloseable {

    static final Endpoint LOCAL = Endpoint.parse("10.255.0.1:4789");
    static final Path PINS =
            Path.of("/sys/fs/bpf/sallyport-test-golden-" + ProcessHandle.current().pid());

    private final ElfObject object = ElfObject.resource(TunnelEntry.class, "/kernel/tunnel.o");
    private final BpfMap next = BpfMap.create(Objects.requireNonNull(object.maps().get("next")));
    private final Program program;

    TunnelEntry() {
        program = Program.load(object, "from_host", ProgramType.TC, Map.of("next", next));
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

    /** The frame as the underlay carries it to the node's end. */
    static byte[] underlay(byte[] frame) {
        byte[] vxlan = new byte[8 + frame.length];
        vxlan[0] = 8;
        Naive.put32(vxlan, 4, Rig.VPC << 8);
        System.arraycopy(frame, 0, vxlan, 8, frame.length);
        byte[] packet = Naive.udp(Rig.HOST, 49_999, LOCAL.address(), LOCAL.port(), vxlan);
        Naive.put16(packet, 26, 0);
        return Naive.frame(Rig.INSIDE_MAC, Rig.ROUTER_MAC, packet);
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
