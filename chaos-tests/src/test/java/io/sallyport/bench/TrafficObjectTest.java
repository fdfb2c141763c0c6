package io.sallyport.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sallyport.gateway.kernel.BpfMap;
import io.sallyport.gateway.kernel.ElfObject;
import io.sallyport.gateway.kernel.MapSpec;
import io.sallyport.gateway.kernel.Program;
import io.sallyport.gateway.kernel.ProgramType;
import io.sallyport.gateway.kernel.TestRun;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The bench's programs: the committed object, what it agrees on with Java, and its frames. */
class TrafficObjectTest {

    private static final String CLANG = "14.0.6";
    private static final int XDP_PASS = 2;

    @Test
    void mapsAreAsLargeAsJavaSays() {
        Map<String, MapSpec> maps = TrafficObject.read().maps();
        assertThat(Objects.requireNonNull(maps.get("plan")).valueBytes())
                .isEqualTo(TrafficLayout.PLAN_BYTES);
        assertThat(Objects.requireNonNull(maps.get("arrivals")).valueBytes())
                .isEqualTo(TrafficLayout.ARRIVALS_BYTES);
    }

    @Test
    void theObjectIsWhatTheSourcesSay(@TempDir Path built) throws Exception {
        assumeTrue(clang().contains("version " + CLANG), "clang " + CLANG + " is not here");
        Path fresh = built.resolve("traffic.o");
        Process build =
                new ProcessBuilder("sh", "src/main/bpf/build.sh", fresh.toString())
                        .redirectErrorStream(true)
                        .start();
        String told = new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(build.waitFor()).as(told).isZero();
        try (InputStream committed =
                Objects.requireNonNull(TrafficObject.class.getResourceAsStream("traffic.o"))) {
            assertThat(Files.readAllBytes(fresh))
                    .as("run chaos-tests/src/main/bpf/build.sh and commit")
                    .isEqualTo(committed.readAllBytes());
        }
    }

    private static String clang() throws InterruptedException {
        try {
            Process asked = new ProcessBuilder("clang", "--version").start();
            String told = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            asked.waitFor();
            return told;
        } catch (IOException e) {
            return "";
        }
    }

    @ParameterizedTest
    @EnumSource(FrameKind.class)
    @Tag("privileged")
    @Tag("bpf")
    void framesWalkTheFlowsAndTheirChecksumsAreRight(FrameKind kind) {
        Flows flows = new Flows(kind, 2, 5_000, 3, 2);
        ElfObject object = TrafficObject.read();
        Set<String> seen = new HashSet<>();
        try (BpfMap plan = TrafficObject.map(object, "plan");
                Program program =
                        Program.load(
                                object, "xdp/generate", ProgramType.XDP, Map.of("plan", plan))) {
            Generator.fill(plan.mapped(), flows);
            for (int i = 0; i < 2 * flows.count(); i++) {
                TestRun run = program.run(new byte[kind.length()], new byte[0], 1);
                assertThat(run.verdict()).isEqualTo(XDP_PASS);
                seen.add(checkedFlow(kind, run.packet()));
            }
        }
        assertThat(seen).hasSize((int) flows.count());
    }

    /** The bytes that tell a flow from others; of a tunnel, those of the packet inside it. */
    private static String checkedFlow(FrameKind kind, byte[] frame) {
        ByteBuffer packet = ByteBuffer.wrap(frame);
        int ip = kind.ip();
        int transport = ip + (kind.isV6() ? 40 : 20);
        int addresses = kind.isV6() ? 32 : 8;
        int length = kind.isV6() ? packet.getShort(ip + 4) : packet.getShort(ip + 2) - 20;
        int protocol = frame[ip + (kind.isV6() ? 6 : 9)];
        if (!kind.isV6()) {
            assertThat(sum(packet, ip, 20)).isEqualTo(0xffff);
        }
        long whole =
                sum(packet, transport - addresses, addresses + length) + (long) protocol + length;
        assertThat(fold(whole)).isEqualTo(0xffff);
        return Arrays.toString(Arrays.copyOfRange(frame, transport - addresses, transport + 4));
    }

    private static int sum(ByteBuffer packet, int from, int length) {
        long sum = 0;
        for (int at = from; at < from + length; at += 2) {
            sum += Short.toUnsignedInt(packet.getShort(at));
        }
        return fold(sum);
    }

    private static int fold(long sum) {
        long folded = sum;
        while (folded > 0xffff) {
            folded = (folded & 0xffff) + (folded >> 16);
        }
        return (int) folded;
    }
}
