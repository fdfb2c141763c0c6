package io.sallyport.bench;

import io.sallyport.gateway.kernel.BpfMap;
import io.sallyport.gateway.kernel.ElfObject;
import io.sallyport.gateway.kernel.Link;
import io.sallyport.gateway.kernel.Program;
import io.sallyport.gateway.kernel.ProgramType;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Another copy of a node's program, on the same maps, in the place of the one that runs. */
final class ProgramSwap {

    private static final List<String> OF_DEVICE = List.of("device", "punts");

    private ProgramSwap() {}

    /** On the inside device of a node that is pinned; the node does not hear of it. */
    static void inside(Forwarding forwarding) {
        SoloNode node = forwarding.node().orElseThrow();
        String hook = forwarding.isXdp() ? "xdp" : "tcx";
        ElfObject object = ElfObject.resource(Program.class, "/kernel/" + hook + ".o");
        Map<String, BpfMap> maps = new HashMap<>();
        try {
            for (String name : object.maps().keySet()) {
                maps.put(name, map(node, name));
            }
            swap(
                    Program.load(
                            object,
                            hook + "_inside",
                            forwarding.isXdp() ? ProgramType.XDP : ProgramType.TC,
                            maps),
                    node.pin(Testbed.INSIDE + ":ingress"));
        } finally {
            maps.values().forEach(BpfMap::close);
        }
    }

    private static BpfMap map(SoloNode node, String name) {
        Path pin = node.pin(OF_DEVICE.contains(name) ? Testbed.INSIDE + ":" + name : name);
        return BpfMap.pinned(pin).orElseThrow(() -> new BenchFailure("no map at " + pin));
    }

    private static void swap(Program fresh, Path pin) {
        try (fresh;
                Link link =
                        Link.pinned(pin)
                                .orElseThrow(() -> new BenchFailure("no program at " + pin))) {
            link.update(fresh);
        }
    }
}
