package io.sallyport.solo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The box between its clients and an internet, each in a network namespace, all with the kernel's
 * plain stack and its offloads on.
 *
 * <pre>
 *            10.1.0.0/24                198.51.100.0/24              192.0.2.0/24
 *  client .2 ----------- .1 lan box wan .2 ------------ .1 isp .1 ----------------- .10 server
 *                                                          isp --- 1280 bytes --- far --- .10
 *                                                                              192.0.3.0/24
 * </pre>
 *
 * The isp has a route to the clients through the box: what is not translated would get through if
 * the box forwarded it.
 */
final class SoloBox implements AutoCloseable {

    static final List<String> CLIENTS =
            List.of("10.1.0.2", "10.1.0.3", "10.1.0.4", "10.1.0.5", "10.1.0.6", "10.1.0.7");
    static final String SERVER = "192.0.2.10";
    static final String FAR_SERVER = "192.0.3.10";
    static final String SERVER_V6 = "2001:db8:2::10";
    static final String EIP_ON_LINK = "198.51.100.77";
    static final String EIP_ROUTED = "203.0.113.5";
    static final String EIP_V6 = "2001:db8:eee::5";

    private final String id = "spsolo" + ProcessHandle.current().pid();
    private final List<String> namespaces =
            List.of(name("client"), name("box"), name("isp"), name("far"), name("server"));
    private final List<Process> running = new ArrayList<>();

    SoloBox() {
        namespaces.forEach(namespace -> run("ip", "netns", "add", namespace));
        namespaces.forEach(namespace ->
                in(namespace, "sysctl -qw net.ipv4.ip_forward=1")
                        .and("sysctl -qw net.ipv6.conf.all.forwarding=1")
                        .and("sysctl -qw net.ipv6.conf.default.accept_dad=0")
                        .and("ip link set lo up"));
        link("client", "eth0", "box", "lan");
        link("box", "wan", "isp", "box");
        link("isp", "server", "server", "eth0");
        link("isp", "far", "far", "isp");
        link("far", "server", "server", "eth1");
        in(name("client"), "ip addr add fd00:1::2/64 dev eth0")
                .and("ip route add default via 10.1.0.1 dev eth0 onlink");
        CLIENTS.forEach(client -> in(name("client"), "ip addr add " + client + "/24 dev eth0"));
        in(name("box"), "ip addr add 10.1.0.1/24 dev lan")
                .and("ip addr add fd00:1::1/64 dev lan")
                .and("ip addr add 198.51.100.2/24 dev wan")
                .and("ip addr add 2001:db8:51::2/64 dev wan")
                .and("ip route add default via 198.51.100.1")
                .and("ip route add default via 2001:db8:51::1");
        in(name("client"), "ip route add default via fd00:1::1");
        in(name("isp"), "ip addr add 198.51.100.1/24 dev box")
                .and("ip addr add 2001:db8:51::1/64 dev box")
                .and("ip addr add 192.0.2.1/24 dev server")
                .and("ip addr add 2001:db8:2::1/64 dev server")
                .and("ip link set far mtu 1280")
                .and("ip addr add 192.0.4.1/24 dev far")
                .and("ip route add 192.0.3.0/24 via 192.0.4.2")
                .and("ip route add 10.1.0.0/24 via 198.51.100.2")
                .and("ip route add " + EIP_ROUTED + " via 198.51.100.2")
                .and("ip route add " + EIP_V6 + " via 2001:db8:51::2");
        in(name("far"), "ip link set isp mtu 1280")
                .and("ip addr add 192.0.4.2/24 dev isp")
                .and("ip addr add 192.0.3.1/24 dev server")
                .and("ip route add default via 192.0.4.1");
        in(name("server"), "ip addr add 192.0.2.10/24 dev eth0")
                .and("ip addr add 2001:db8:2::10/64 dev eth0")
                .and("ip addr add 192.0.3.10/24 dev eth1")
                .and("ip route add default via 192.0.2.1")
                .and("ip route add default via 2001:db8:2::1")
                .and("ip route add default via 192.0.3.1 table 3")
                .and("ip rule add from 192.0.3.10 table 3");
    }

    private String name(String role) {
        return id + "-" + role;
    }

    private void link(String one, String device, String other, String otherDevice) {
        run(
                "ip",
                "link",
                "add",
                "name",
                device,
                "netns",
                name(one),
                "type",
                "veth",
                "peer",
                "name",
                otherDevice,
                "netns",
                name(other));
        in(name(one), "ip link set " + device + " up");
        in(name(other), "ip link set " + otherDevice + " up");
    }

    private SoloBox in(String namespace, String words) {
        last = namespace;
        run(("ip netns exec " + namespace + " " + words).split(" "));
        return this;
    }

    private String last = "";

    private SoloBox and(String words) {
        return in(last, words);
    }

    /** What a command prints in a namespace; its failure is the test's. */
    String output(String role, String... command) {
        return run(inside(role, command));
    }

    boolean works(String role, String... command) {
        try {
            Process process =
                    new ProcessBuilder(inside(role, command))
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Starts a process that {@link #close} kills. */
    Process start(String role, Path output, String... command) {
        try {
            Process process =
                    new ProcessBuilder(inside(role, command))
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile())
                            .start();
            running.add(process);
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String[] inside(String role, String... command) {
        List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", name(role)));
        whole.addAll(Arrays.asList(command));
        return whole.toArray(String[]::new);
    }

    private static String run(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": " + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Java with this module on the class path. */
    static String[] java(String main, String... arguments) {
        Path home = home();
        Path target = home.resolve("chaos-tests/target");
        try {
            List<String> command =
                    new ArrayList<>(
                            List.of(
                                    Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                    "@" + home.resolve("chaos-tests/launch/common.args"),
                                    "@" + home.resolve("chaos-tests/launch/tool.args"),
                                    "-Dsallyport.home=" + home,
                                    "-cp",
                                    target.resolve("classes")
                                            + ":"
                                            + Files.readString(target.resolve("classpath")).strip(),
                                    main));
            command.addAll(List.of(arguments));
            return command.toArray(String[]::new);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path home() {
        // Surefire runs in the module.
        return Path.of("..").toAbsolutePath().normalize();
    }

    @Override
    public void close() {
        for (Process process : running) {
            process.destroyForcibly();
            try {
                process.waitFor(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        namespaces.forEach(namespace -> run("ip", "netns", "del", namespace));
    }
}
