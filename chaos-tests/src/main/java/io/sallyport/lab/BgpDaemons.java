package io.sallyport.lab;

import io.sallyport.lab.Installation.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The BGP daemons of a lab: BIRD on the router, and beside each node what its routing says. Their
 * configurations are those that docs/operations/bgp.md offers, with other nodes' numbers in place
 * of the first's.
 */
final class BgpDaemons {

    /**
     * One to be started.
     *
     * @param name begins with what it is and ends with its host's
     */
    record Daemon(String name, Host host, List<String> command) {
        Daemon {
            command = List.copyOf(command);
        }
    }

    /**
     * BFD counts in milliseconds: on a full box it goes first, where that is permitted, or it lies.
     */
    private static final List<String> FIRST =
            List.of("sh", "-c", "chrt -r -p 20 $$ 2>/dev/null; exec \"$@\"", "sh");

    private static final String EACH_NODE = "# For each node:\n";

    private final Installation installation;
    private final Topology topology;
    private final Routing routing;
    private final Path directory;

    BgpDaemons(Installation installation, Topology topology, Routing routing, Path directory) {
        this.installation = installation;
        this.topology = topology;
        this.routing = routing;
        this.directory = directory;
    }

    /** The kernel's table that the node's speaker reads. */
    static int table(Routing.Speaker speaker) {
        return switch (speaker) {
            case BIRD, EXABGP -> 83;
            case FRR -> 254;
        };
    }

    /** The host of a daemon or a guard; others are named after theirs. */
    static String hostOf(String process) {
        return process.replaceFirst("^(bgp|bfd|zebra|guard)-", "");
    }

    /** Whether a process says that it is ready, as ours do. */
    static boolean says(String process) {
        return !process.matches("(bgp|bfd|zebra)-.*") && !process.equals("s3");
    }

    /** Writes all configurations. In the order in which they are to be started. */
    List<Daemon> all() {
        List<Daemon> all = new ArrayList<>();
        all.add(router());
        for (int n = 1; n <= topology.gateways(); n++) {
            Host node = topology.gateway(n);
            switch (routing.speaker(n)) {
                case BIRD -> all.add(bird(node, "bgp-" + node.name(), sample("bird-node.conf", n)));
                case FRR -> all.addAll(frr(node));
                case EXABGP -> all.add(exabgp(node));
            }
        }
        return all;
    }

    private Daemon router() {
        String sample = read("bird-router.conf");
        int each = sample.indexOf(EACH_NODE);
        StringBuilder config = new StringBuilder(sample.substring(0, each));
        for (int n = 1; n <= topology.gateways(); n++) {
            config.append(
                    numbered(sample.substring(each + EACH_NODE.length()), n)
                            .replace("outside_1", "outside_" + n)
                            .replace("underlay_1", "underlay_" + n));
        }
        return bird(topology.router(), "bgp-router", config.toString());
    }

    private Daemon bird(Host host, String name, String config) {
        Path file = write(host, "bird.conf", config);
        String control = file.resolveSibling("bird.ctl").toString();
        List<String> command = new ArrayList<>(FIRST);
        command.addAll(List.of("bird", "-f", "-c", file.toString(), "-s", control));
        return new Daemon(name, host, command);
    }

    private List<Daemon> frr(Host node) {
        // It gives up root's rights, and then reads its file and makes its sockets.
        Path own = Lab.inMemory(node).resolve("frr");
        Path file = write(own.resolve("frr.conf"), sample("frr-node.conf", node.number()));
        Shell.run("chown", "-R", "frr:frr", own.toString()).orFail();
        return List.of(
                frr(node, "zebra", "zebra", file),
                frr(node, "bfd", "bfdd", file),
                frr(node, "bgp", "bgpd", file));
    }

    private static Daemon frr(Host node, String name, String program, Path config) {
        List<String> command = new ArrayList<>(program.equals("bfdd") ? FIRST : List.of());
        command.add("/usr/lib/frr/" + program);
        command.addAll(List.of("-f", config.toString(), "-A", "::1"));
        command.addAll(List.of("-z", config.resolveSibling("zserv.api").toString()));
        command.addAll(List.of("-i", config.resolveSibling(program + ".pid").toString()));
        command.addAll(List.of("--vty_socket", String.valueOf(config.getParent())));
        if (program.equals("bfdd")) {
            command.addAll(List.of("--bfdctl", config.resolveSibling("bfdd.sock").toString()));
        }
        return new Daemon(name + "-" + node.name(), node, command);
    }

    private Daemon exabgp(Host node) {
        Path script = directory.resolve(node.name()).resolve("routes.sh");
        String command =
                installation.command(Role.ROUTES).stream()
                        .map(word -> "'" + word + "'")
                        .collect(Collectors.joining(" "));
        write(node, "routes.sh", "#!/bin/sh\nexec " + command + " \"$@\"\n");
        executable(script);
        Path properties = directory.resolve(node.name()).resolve(node.name() + ".properties");
        Path file =
                write(
                        node,
                        "exabgp.conf",
                        sample("exabgp-node.conf", node.number())
                                .replace("/opt/sallyport/sallyport gateway", script.toString())
                                .replace(
                                        "/etc/sallyport/gateway.properties",
                                        properties.toString()));
        return new Daemon(
                "bgp-" + node.name(),
                node,
                List.of(
                        "env",
                        "exabgp.daemon.user=root",
                        "exabgp.daemon.drop=false",
                        "exabgp.log.destination=stderr",
                        "exabgp.api.cli=false",
                        "exabgp.api.ack=false",
                        "exabgp",
                        file.toString()));
    }

    private String sample(String name, int n) {
        return numbered(read(name), n);
    }

    /** The samples are those of the first node. */
    private String numbered(String sample, int n) {
        Host first = topology.gateway(1);
        Host node = topology.gateway(n);
        String text = sample;
        for (int link = 0; link < 2; link++) {
            text =
                    text.replace(
                            net(first.links().get(link).ipv6()),
                            net(node.links().get(link).ipv6()));
        }
        // A router id looks like an address, and is none.
        return text.replace("100.64.1.2", "100.64." + n + ".2");
    }

    private static String net(String address) {
        return address.substring(0, address.lastIndexOf(':') + 1);
    }

    private String read(String name) {
        try {
            return Files.readString(
                    installation.home().resolve("docs/operations/bgp").resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path write(Host host, String name, String text) {
        return write(directory.resolve(host.name()).resolve(name), text);
    }

    private static Path write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void executable(Path file) {
        try {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
