package io.sallyport.lab;

import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What the router's kernel knows: over which nodes it spreads an address. */
final class RouterRoutes {

    private static final Pattern DEVICE = Pattern.compile("dev gw-(\\d+)-[uo]\\b");

    private final Topology topology;

    RouterRoutes(Topology topology) {
        this.topology = topology;
    }

    /** The numbers of the nodes over which it spreads packets to an address. */
    Set<Integer> nodes(String address) {
        String family = address.contains(":") ? "-6" : "-4";
        String routes =
                Shell.run(topology.router().inside("ip", family, "route", "show", address))
                        .orFail();
        return DEVICE.matcher(routes)
                .results()
                .map(match -> Integer.valueOf(match.group(1)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * Waits until the tunnels' address leads to every node.
     *
     * @throws LabFailure telling to which it does
     */
    void await(Duration within) {
        Set<Integer> all =
                IntStream.rangeClosed(1, topology.gateways())
                        .boxed()
                        .collect(Collectors.toCollection(TreeSet::new));
        await(topology.underlay().tunnelAddress, all, within);
    }

    /** Waits until an address leads to these nodes and no others. */
    void await(String address, Set<Integer> nodes, Duration within) {
        long deadline = System.nanoTime() + within.toNanos();
        Set<Integer> seen = nodes(address);
        while (!seen.equals(nodes)) {
            if (System.nanoTime() > deadline) {
                throw new LabFailure(
                        "the router has routes for %s to the nodes %s, not %s, after %d s"
                                .formatted(address, seen, nodes, within.toSeconds()));
            }
            Processes.pause(Duration.ofMillis(25));
            seen = nodes(address);
        }
    }
}
