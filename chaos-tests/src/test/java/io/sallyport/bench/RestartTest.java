package io.sallyport.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.bench.Rig.Streamed;
import io.sallyport.bench.SallyportForwarding.Way;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A node that is alone, as an operator has it: real processes, restarted by SIGTERM under packets
 * of connections that are known.
 */
@Tag("privileged")
@Tag("bpf")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RestartTest {

    private static final int FRAMES = 4;
    private static final List<Way> HOOKS = List.of(Way.TCX, Way.XDP);

    @TempDir static Path directory = Path.of("");
    private final List<SallyportForwarding> nodes = new ArrayList<>();
    private final List<Rig> rigs = new ArrayList<>();

    @BeforeAll
    void start() {
        Path home = Path.of("..").toAbsolutePath().normalize();
        // Side by side: each waits for its own processes.
        HOOKS.forEach(way -> nodes.add(new SallyportForwarding(way, home, directory, 32_768)));
        nodes.forEach(node -> {
            node.awaitReady();
            rigs.add(new Rig(node));
        });
    }

    @AfterAll
    void stop() {
        rigs.forEach(Rig::close);
        nodes.forEach(SallyportForwarding::close);
    }

    @Order(1)
    @ParameterizedTest
    @EnumSource(
            value = FrameKind.class,
            names = {"UDP_V4", "UDP_V6"})
    void aRestartBySigtermLosesNoPacketOfAKnownConnection(FrameKind kind) {
        Flows flows = new Flows(kind, 10, 1_000, 4, 25);
        for (Rig rig : rigs) {
            SoloNode node = rig.forwarding().node().orElseThrow();
            rig.establish(flows);
            long gateway = node.gateway();
            Streamed streamed =
                    rig.stream(
                            flows,
                            FRAMES,
                            () -> {
                                node.signalGateway("TERM");
                                node.awaitOther(gateway);
                            });
            assertThat(streamed.sent()).as(rig.forwarding().name()).isPositive();
            assertThat(streamed.lost())
                    .as("lost of %,d, %s", streamed.sent(), rig.forwarding().name())
                    .isZero();
            assertThat(log(rig, "state/logs/gateway.log"))
                    .contains("stays a member", "goes on with ");
            assertThat(log(rig, "solo.log")).contains("gateway ended with 0 ");
        }
    }

    @Test
    @Order(2)
    void aProgramThatIsSwappedLosesNone() {
        Flows flows = new Flows(FrameKind.UDP_V4, 10, 1_000, 4, 25);
        for (Rig rig : rigs) {
            rig.establish(flows);
            Streamed streamed =
                    rig.stream(
                            flows,
                            FRAMES,
                            () -> {
                                for (int i = 0; i < 20; i++) {
                                    ProgramSwap.inside(rig.forwarding());
                                }
                            });
            assertThat(streamed.lost())
                    .as("lost of %,d, %s", streamed.sent(), rig.forwarding().name())
                    .isZero();
        }
    }

    /** The second node is dead at that moment: it cannot say anything itself. */
    @Test
    @Order(3)
    void anEndForGoodLeavesNothingOnTheBox() throws IOException {
        for (Rig rig : rigs) {
            SoloNode node = rig.forwarding().node().orElseThrow();
            Testbed testbed = rig.forwarding().testbed();
            Process witness = witness(node.gateway());
            Path pins = Path.of("/proc/" + witness.pid() + "/root/sys/fs/bpf/sallyport");
            try {
                assertThat(pins.resolve("solo")).isNotEmptyDirectory();
                if (rig.forwarding().isXdp()) {
                    node.signalGateway("KILL");
                }
                node.stop();
                assertThat(pins.resolve("solo")).doesNotExist();
            } finally {
                witness.destroyForcibly();
            }
            assertThat(testbed.run(Testbed.Room.GATEWAY, "nft", "list", "tables"))
                    .doesNotContain("sallyport");
            assertThat(
                            testbed.run(
                                    Testbed.Room.GATEWAY,
                                    "ip",
                                    "link",
                                    "show",
                                    "dev",
                                    Testbed.INSIDE))
                    .doesNotContain("prog/xdp");
        }
    }

    /** Sees the same mounts as that process, and does nothing. */
    private static Process witness(long process) throws IOException {
        Process witness =
                new ProcessBuilder(
                                "nsenter", "--mount=/proc/" + process + "/ns/mnt", "sleep", "600")
                        .start();
        await().until(() ->
                Files.readString(Path.of("/proc/" + witness.pid() + "/comm")).startsWith("sleep"));
        return witness;
    }

    private static String log(Rig rig, String file) {
        Path of = directory.resolve(rig.forwarding().isXdp() ? "xdp" : "tcx");
        try {
            return Files.readString(of.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
