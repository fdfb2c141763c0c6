package io.sallyport.bench;

import io.sallyport.gateway.kernel.BpfMap;
import io.sallyport.gateway.kernel.ElfObject;
import io.sallyport.gateway.kernel.Link;
import io.sallyport.gateway.kernel.Program;
import io.sallyport.gateway.kernel.ProgramType;
import io.sallyport.gateway.kernel.TestRun;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Line 1 too: what the node's own program on the inside device takes for a packet of a known
 * connection, without any device around it. It is run by hand, from behind a program that puts the
 * next flow's frame into the buffer; the same with an empty program in its place is subtracted.
 */
final class ProgramLine implements DataplaneLine {

    private static final int REDIRECT_TCX = 7;
    private static final int REDIRECT_XDP = 4;

    private final List<Flows> all;

    /**
     * @param connections how many at a time
     */
    ProgramLine(List<Integer> connections) {
        all =
                connections.stream()
                        .map(count -> Flows.established(FrameKind.UDP_V4, count))
                        .toList();
    }

    @Override
    public int number() {
        return 1;
    }

    @Override
    public String title() {
        return "the program alone";
    }

    @Override
    public void measure(Rounds rounds) {
        rounds.eachOnce(
                0,
                rig -> {
                    if (hasProgram(rig)) {
                        all.forEach(rig::establish);
                    }
                });
        int repeat = rounds.quick() ? 200_000 : 2_000_000;
        for (Flows flows : all) {
            rounds.each(rig -> {
                if (hasProgram(rig)) {
                    rounds.less(
                            "1 the program alone, %,d connection%s"
                                    .formatted(flows.count(), flows.count() == 1 ? "" : "s"),
                            "ns",
                            rig,
                            nanos(rig.forwarding(), flows, repeat));
                }
            });
        }
    }

    private static boolean hasProgram(Rig rig) {
        return rig.forwarding().isInPlace() && rig.forwarding().node().isPresent();
    }

    private static double nanos(Forwarding forwarding, Flows flows, int repeat) {
        boolean xdp = forwarding.isXdp();
        ProgramType type = xdp ? ProgramType.XDP : ProgramType.TC;
        String kind = xdp ? "xdp/" : "tc/";
        ElfObject object = TrafficObject.read();
        try (BpfMap plan = TrafficObject.map(object, "plan");
                BpfMap measured = TrafficObject.map(object, "measured");
                Program around =
                        Program.load(
                                object,
                                kind + "measure",
                                type,
                                Map.of("plan", plan, "measured", measured));
                Program empty = Program.load(object, kind + "empty", type, Map.of());
                Program inside = inside(forwarding)) {
            Generator.fill(plan.mapped(), flows);
            byte[] frame = new byte[flows.kind().length()];
            inside.put(measured, 0);
            TestRun run = around.run(frame, new byte[0], repeat);
            if (run.verdict() != (xdp ? REDIRECT_XDP : REDIRECT_TCX)) {
                throw new BenchFailure(
                        "%s: the program run by hand says %d to a known connection's packet"
                                .formatted(forwarding.name(), run.verdict()));
            }
            empty.put(measured, 0);
            return run.nanos() - around.run(frame, new byte[0], repeat).nanos();
        }
    }

    /** What runs on the inside device. */
    private static Program inside(Forwarding forwarding) {
        Path pin = forwarding.node().orElseThrow().pin("lan:ingress");
        try (Link link =
                Link.pinned(pin).orElseThrow(() -> new BenchFailure("no program at " + pin))) {
            return Program.of(link);
        }
    }
}
