package io.sallyport.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;

/** {@code lab up|down|status|kill|stop|pause|resume|restart|cut|heal|exec|obey}. */
@Command(
        name = "lab",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        description = "Real processes in network namespaces on this box.")
final class LabCommands {

    /** Which lab. */
    static final class Place {
        @Option(
                names = "--id",
                defaultValue = "0",
                description = "names it (default ${DEFAULT-VALUE})")
        String id = "0";

        @Option(
                names = "--directory",
                description = "its files (default /tmp/sallyport-lab-UID-ID)")
        @Nullable Path directory;

        Path directory() {
            if (directory != null) {
                return directory.toAbsolutePath();
            }
            // The launcher says who we are outside: inside a user namespace everybody is root.
            String uid = System.getProperty("sallyport.uid", "0");
            return Path.of(System.getProperty("java.io.tmpdir"), "sallyport-lab-" + uid + "-" + id);
        }

        LabState state() {
            return LabState.read(directory());
        }
    }

    @Command(name = "up", description = "Starts a lab; refused while it is up.")
    int up(
            @Mixin Place place,
            @Option(names = "--stores", defaultValue = "3") int stores,
            @Option(names = "--gateways", defaultValue = "3") int gateways,
            @Option(names = "--clients", defaultValue = "3") int clients,
            @Option(names = "--servers", defaultValue = "2") int servers,
            @Option(names = "--flow-log-seconds", defaultValue = "10") int flowLogSeconds,
            @Option(
                            names = "--routing",
                            defaultValue = "probe",
                            description =
                                    "how the router learns who carries: none, probe, or BGP by"
                                            + " bird, frr, exabgp or mixed")
                    Routing routing,
            @Option(
                            names = "--underlay",
                            defaultValue = "dual",
                            description =
                                    "dual, or ipv6: nodes, stores and sessions have IPv6 addresses"
                                            + " only")
                    Underlay underlay,
            @Option(
                            names = "--set",
                            description = "ROLE.KEY=VALUE: more configuration of store or gateway")
                    @Nullable List<String> settings) {
        Lab.Wish wish =
                new Lab.Wish(
                        new Topology(place.id, stores, gateways, clients, servers, underlay),
                        place.directory(),
                        routing,
                        flowLogSeconds,
                        false,
                        settings == null ? List.of() : settings,
                        exchange -> {});
        long start = System.nanoTime();
        LabState state = Lab.up(Installation.find(), wish, line -> said(start, line));
        said(start, "up: " + state.rest() + " (in the lab); status: ./sallyport lab status");
        return 0;
    }

    @Command(name = "down", description = "Ends it: processes, namespaces, links, files.")
    int down(@Mixin Place place) {
        Lab.down(place.id, place.directory());
        System.out.println("down");
        return 0;
    }

    @Command(name = "status", description = "What runs where.")
    int status(
            @Mixin Place place,
            @Option(names = "--json", description = "for scripts") boolean json) {
        LabState state = place.state();
        if (json) {
            System.out.println(
                    LabState.JSON
                            .writerWithDefaultPrettyPrinter()
                            .writeValueAsString(describe(state)));
            return 0;
        }
        System.out.println("lab %s in %s".formatted(state.id(), state.directory()));
        for (Processes.Running process : state.processes()) {
            System.out.println(
                    "  %-10s %-8s pid %-7d %s"
                            .formatted(
                                    process.name(),
                                    process.isAlive() ? "runs" : "dead",
                                    process.pid(),
                                    process.log()));
        }
        for (LabState.Tenant tenant : state.tenants()) {
            System.out.println(
                    "  tenant %s (%s): gateway %s, %s, clients %s"
                            .formatted(
                                    tenant.account(),
                                    tenant.name(),
                                    tenant.gateway(),
                                    tenant.eips().stream().map(LabState.Eip::address).toList(),
                                    tenant.clients()));
        }
        return 0;
    }

    /** State, and what follows from it. */
    private static Map<String, Object> describe(LabState state) {
        Topology topology = state.topology();
        Map<String, Object> hosts = new LinkedHashMap<>();
        hosts.put("router", Map.of("namespace", topology.router().namespace()));
        for (Host host : topology.hosts()) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("namespace", host.namespace());
            entry.put("role", host.role());
            entry.put("address", host.address());
            entry.put("links", host.links());
            if (host.role() == Host.Role.CLIENT) {
                entry.put("inside", Tenancy.insideAddress(topology, host.number()));
                entry.put("insideV6", Tenancy.insideAddressV6(topology, host.number()));
            }
            if (host.role() == Host.Role.STORE || host.role() == Host.Role.GATEWAY) {
                entry.put("management", "http://" + host.at(Configurations.MANAGEMENT_PORT));
            }
            hosts.put(host.name(), entry);
        }
        Map<String, Boolean> alive = new LinkedHashMap<>();
        state.processes().forEach(process -> alive.put(process.name(), process.isAlive()));
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("state", state);
        all.put("alive", alive);
        all.put("hosts", hosts);
        all.put("ec2", state.rest());
        all.put("tunnelAddress", topology.underlay().tunnelAddress);
        all.put("eipPool", Topology.EIP_POOL);
        return all;
    }

    @Command(name = "kill", description = "kill -9 of processes, and nothing else.")
    int kill(
            @Mixin Place place,
            @Parameters(arity = "1..*", paramLabel = "NAME") List<String> names) {
        new Faults(place.state()).kill(names);
        return 0;
    }

    @Command(name = "pause", description = "SIGSTOP of processes.")
    int pause(
            @Mixin Place place,
            @Parameters(arity = "1..*", paramLabel = "NAME") List<String> names) {
        new Faults(place.state()).pause(names);
        return 0;
    }

    @Command(name = "resume", description = "SIGCONT of processes.")
    int resume(
            @Mixin Place place,
            @Parameters(arity = "1..*", paramLabel = "NAME") List<String> names) {
        new Faults(place.state()).resume(names);
        return 0;
    }

    @Command(name = "stop", description = "SIGTERM of processes; waits until they have ended.")
    int stop(
            @Mixin Place place,
            @Parameters(arity = "1..*", paramLabel = "NAME") List<String> names) {
        new Faults(place.state()).stop(names);
        return 0;
    }

    @Command(name = "restart", description = "Starts processes again that have ended.")
    int restart(
            @Mixin Place place,
            @Parameters(arity = "1..*", paramLabel = "NAME") List<String> names) {
        Lab.restart(place.state(), names);
        return 0;
    }

    @Command(name = "cut", description = "Cuts a host off, or from other hosts.")
    int cut(
            @Mixin Place place,
            @Parameters(paramLabel = "NAME") String name,
            @Option(names = "--from", paramLabel = "OTHER", split = ",")
                    @Nullable List<String> others,
            @Option(
                            names = "--way",
                            paramLabel = "both|to|of",
                            defaultValue = "both",
                            description =
                                    "what is dropped: what it sends to the others (to), what it"
                                            + " hears of them (of), or both")
                    String way,
            @Option(
                            names = "--percent",
                            defaultValue = "100",
                            description = "of the packets, by chance")
                    int percent) {
        if (!List.of("both", "to", "of").contains(way) || percent < 1 || percent > 100) {
            throw new LabFailure(
                    "--way %s --percent %d: both, to or of, and 1 to 100 are allowed"
                            .formatted(way, percent));
        }
        Faults faults = new Faults(place.state());
        if (others == null) {
            faults.cut(name);
            return 0;
        }
        for (String other : others) {
            if (!way.equals("of")) {
                faults.drop(name, other, percent);
            }
            if (!way.equals("to")) {
                faults.drop(other, name, percent);
            }
        }
        return 0;
    }

    @Command(name = "heal", description = "Undoes every cut.")
    int heal(@Mixin Place place) {
        new Faults(place.state()).heal();
        return 0;
    }

    @Command(
            name = "obey",
            description =
                    "Takes commands from standard input, a line each, and ends each answer with"
                            + " \"ended CODE\": so that none waits for a JVM.")
    int obey(@Mixin Place place) throws IOException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.out.println("ready lab");
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            List<String> words = new ArrayList<>(List.of("lab"));
            words.addAll(List.of(line.split(" ")));
            words.addAll(List.of("--id", place.id, "--directory", place.directory().toString()));
            System.out.println("ended " + Main.commands().execute(words.toArray(String[]::new)));
        }
        return 0;
    }

    @Command(name = "exec", description = "Runs a command inside a host's namespace.")
    int exec(
            @Mixin Place place,
            @Parameters(index = "0", paramLabel = "NAME") String name,
            @Parameters(index = "1..*", arity = "1..*", paramLabel = "COMMAND")
                    List<String> command)
            throws IOException, InterruptedException {
        Host host = place.state().topology().host(name);
        return new ProcessBuilder(host.inside(command)).inheritIO().start().waitFor();
    }

    @Command(
            name = "train",
            hidden = true,
            description = "Writes the ahead-of-time caches that make later starts faster.")
    int train(@Mixin Place place) {
        Training.run(Installation.find(), place.id, place.directory(), System.out::println);
        return 0;
    }

    static boolean isOn(String word) {
        return switch (word) {
            case "on" -> true;
            case "off" -> false;
            default -> throw new LabFailure("--probe " + word + ": on or off is allowed");
        };
    }

    static void said(long start, String line) {
        System.out.println("[%5.1f s] %s".formatted((System.nanoTime() - start) / 1e9, line));
    }
}
