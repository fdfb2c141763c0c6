package io.sallyport.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What can be done to a running lab. A fault touches the process or the link that it names, and
 * nothing else: routes are the router's own business.
 */
final class Faults {

    private static final String TABLE = "inet lab_cut";

    private final LabState state;
    private final Topology topology;

    Faults(LabState state) {
        this.state = state;
        this.topology = state.topology();
    }

    /** kill -9, no warning. */
    void kill(List<String> names) {
        end("KILL", names);
    }

    /** SIGTERM, as an operator stops them; returns when they have ended. */
    void stop(List<String> names) {
        end("TERM", names);
    }

    private void end(String signal, List<String> names) {
        Processes.signal(signal, pids(names));
        for (String name : names) {
            Processes.Running process = state.process(name);
            while (process.isAlive()) {
                Processes.pause(java.time.Duration.ofMillis(1));
            }
        }
    }

    void pause(List<String> names) {
        Processes.signal("STOP", pids(names));
    }

    void resume(List<String> names) {
        Processes.signal("CONT", pids(names));
    }

    /** The router drops what these two send each other, both ways; links stay up. */
    void cut(String one, String other) {
        drop(one, other, 100);
        drop(other, one, 100);
    }

    /**
     * The router drops of what the one sends the other; the way back is as it was.
     *
     * @param percent of the packets, by chance, 1 to 100
     */
    void drop(String from, String to, int percent) {
        String some = percent == 100 ? "" : "numgen random mod 100 < " + percent;
        List<String> rules = new ArrayList<>();
        rules.add("add table " + TABLE);
        rules.add("add chain " + TABLE + " forward { type filter hook forward priority 0; }");
        for (String source : addresses(from)) {
            for (String target : addresses(to)) {
                if (source.contains(":") == target.contains(":")) {
                    String family = source.contains(":") ? "ip6" : "ip";
                    rules.add(
                            "add rule %s forward %s saddr %s %s daddr %s %s drop"
                                    .formatted(TABLE, family, source, family, target, some));
                }
            }
        }
        nft(rules);
    }

    /** All its links to the router go down. */
    void cut(String name) {
        links(name, "down");
    }

    /** Every link up, every cut undone. */
    void heal() {
        nft(List.of("add table " + TABLE, "delete table " + TABLE));
        topology.hosts().forEach(host -> links(host.name(), "up"));
        if (state.routing() == Routing.NONE) {
            // A link that was down has lost its routes, and nobody else would bring them back.
            Network.spread(
                    topology,
                    IntStream.rangeClosed(1, topology.gateways())
                            .boxed()
                            .collect(Collectors.toSet()));
        }
    }

    private void links(String name, String way) {
        List<String> lines =
                topology.host(name).links().stream()
                        .map(link -> "link set %s %s".formatted(link.routerDevice(), way))
                        .toList();
        Network.batch(topology.router().inside("ip", "-batch", "-"), lines);
    }

    private void nft(List<String> rules) {
        Shell.run(
                        topology.router().inside("nft", "-f", "-"),
                        String.join("\n", rules).replace(";", "; ") + "\n")
                .orFail();
    }

    private List<String> addresses(String name) {
        return topology.host(name).links().stream()
                .flatMap(link -> Stream.of(link.ipv4(), link.ipv6()))
                .filter(address -> !address.isEmpty())
                .toList();
    }

    private List<Long> pids(List<String> names) {
        return names.stream().map(state::process).map(Processes.Running::pid).toList();
    }
}
