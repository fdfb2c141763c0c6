package io.sallyport.gateway.dataplane;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.dataplane.Story.Arrival;
import io.sallyport.gateway.dataplane.Story.Change;
import io.sallyport.gateway.dataplane.TunnelEntry.Underlay;
import io.sallyport.gateway.io.TestNamespace;
import io.sallyport.gateway.kernel.Hook;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One suite of packets for both paths: with a kernel path on either hook, bytes sent, drops and
 * counters are those of the pipeline alone, and each packet goes the way it should.
 */
@Tag("privileged")
@Tag("bpf")
class GoldenTest {

    /** All on one rig, one after the other. */
    private static final List<Map.Entry<String, Consumer<Story>>> SCENES =
            List.of(
                    entry("established", Scenes::established),
                    entry("flags", Scenes::flags),
                    entry("windows", Scenes::windows),
                    entry("hops", Scenes::hops),
                    entry("checksums", Scenes::checksums),
                    entry("padding", Scenes::padding),
                    entry("fragments", Scenes::fragments),
                    entry("options", Scenes::options),
                    entry("damaged", Scenes::damaged),
                    entry("lengths", Scenes::lengths),
                    entry("views", Views::views),
                    entry("horizon", Views::horizon),
                    entry("next hops", Views::nextHops),
                    entry("stopped", Views::stopped),
                    entry("moved", Views::moved),
                    entry("tunnels", Views::tunnels),
                    entry("others", Views::others),
                    entry("neighbours", Views::neighbours),
                    entry("icmp", Views::icmp));

    /** Of these the ways are the same in a tunnel. */
    private static final int OF_TUNNELS = 10;

    /**
     * BPF_PROG_RUN gives the frames in their tunnel to the inside device's program; those that it
     * leaves to the tunnel's, and a program before it the tunnel.
     */
    @ParameterizedTest
    @CsvSource({"TCX, V4", "TCX, V6", "XDP, V4", "XDP, V6"})
    void soTheyDoForClientsBehindATunnel(Hook hook, Underlay underlay) {
        Story story = new Story(Story.Side.TUNNEL);
        SCENES.subList(0, OF_TUNNELS).forEach(scene -> scene.getValue().accept(story));
        try (TestNamespace devices = KernelRig.devices()) {
            int packets =
                    devices.inside(() -> {
                        try (TwoPaths paths =
                                new TwoPaths(hook, 4096, Story.Side.TUNNEL, underlay)) {
                            int live = live(story, paths);
                            assertThat(paths.both.opened).isGreaterThan(100);
                            assertThat(paths.both.unopened).isGreaterThan(100);
                            return live;
                        }
                    });
            System.out.println(
                    hook
                            + " tunnel over "
                            + underlay
                            + ": "
                            + packets
                            + " packets, all as Java alone");
            assertThat(packets).isGreaterThan(500);
        }
    }

    @ParameterizedTest
    @EnumSource
    void kernelAndJavaTogetherDoWhatJavaAloneDoes(Hook hook) {
        Story story = new Story();
        SCENES.forEach(scene -> {
            story.change("scene: " + scene.getKey(), rig -> {});
            scene.getValue().accept(story);
        });
        try (TestNamespace devices = KernelRig.devices()) {
            int packets =
                    devices.inside(() -> {
                        try (TwoPaths paths = new TwoPaths(hook, 4096)) {
                            return live(story, paths);
                        }
                    });
            System.out.println(hook + ": " + packets + " packets, all as Java alone");
            assertThat(packets).isGreaterThan(700);
        }
    }

    /** There are no large receives before the socket buffer; and no buffers of half a header. */
    static boolean exists(byte[] frame, int gsoSize, Hook hook) {
        int least = 14 + (frame[12] == 8 ? 20 : frame[12] == (byte) 0x86 ? 40 : 0);
        return (hook == Hook.XDP || frame.length >= least) && (hook == Hook.TCX || gsoSize == 0);
    }

    private static int live(Story story, TwoPaths paths) {
        int packets = 0;
        String scene = "";
        for (Story.Step step : story.steps) {
            try {
                switch (step) {
                    case Change change -> {
                        scene = change.name().startsWith("scene") ? change.name() : scene;
                        paths.change(change);
                    }
                    case Arrival arrival -> {
                        // Java cuts what is large before it sends it into a tunnel.
                        Hook hook = paths.both.hook;
                        boolean compared =
                                story.inside == Story.Side.PLAIN
                                        || (arrival.gsoSize() == 0
                                                && exists(arrival.frame(), 0, Hook.TCX));
                        if (compared && exists(arrival.frame(), arrival.gsoSize(), hook)) {
                            paths.arrive(arrival.side(), arrival.frame(), arrival.gsoSize());
                            paths.expectWay(arrival);
                            packets++;
                        }
                    }
                }
                paths.compareCounters();
            } catch (RuntimeException | AssertionError e) {
                String frame =
                        step instanceof Arrival arrival
                                ? HexFormat.of().formatHex(arrival.frame())
                                : "";
                throw new AssertionError(scene + ": " + step.name() + " " + frame, e);
            }
        }
        return packets;
    }
}
