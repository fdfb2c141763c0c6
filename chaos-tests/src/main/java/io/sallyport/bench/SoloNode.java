package io.sallyport.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** {@code ./sallyport solo} in a testbed's gateway, started as anybody would, and asked by REST. */
final class SoloNode implements AutoCloseable {

    private static final String NAME = "solo";

    /** Generous: several start side by side, on two cores that others may be using. */
    private static final Duration READY = Duration.ofSeconds(300);

    private static final Duration APPLIED = Duration.ofSeconds(60);
    private static final int MANAGEMENT_LINE = 4;

    /** Half-open connections go soon, so that rounds of new ones begin with room. */
    static final Map<String, String> SETTINGS =
            Map.of(
                    "timeout.tcp.halfopen.seconds", "5",
                    "timeout.udp.seconds", "3600",
                    "quota.client.cold.per.second", "0",
                    "quota.tenant.cold.per.second", "0");

    private final Testbed testbed;
    private final Path state;
    private final Children children;
    private final Process solo;

    /**
     * @param settings of the gateway process
     */
    SoloNode(Testbed testbed, Path home, Path directory, Map<String, String> settings) {
        this.testbed = testbed;
        state = directory.resolve("state");
        children = new Children(directory);
        solo = children.start(NAME, command(home, settings));
    }

    /**
     * What goes before the command of a node in a testbed. It has a file system for pinned objects
     * of its own: nodes of other testbeds have others.
     */
    static List<String> room(Testbed testbed) {
        return testbed.inside(
                Testbed.Room.GATEWAY,
                List.of(
                        "unshare",
                        "--mount",
                        "sh",
                        "-c",
                        "mount -t bpf bpf /sys/fs/bpf && exec \"$@\"",
                        "sh"));
    }

    private List<String> command(Path home, Map<String, String> settings) {
        Path launch = home.resolve("chaos-tests/launch");
        List<String> command = new ArrayList<>(room(testbed));
        command.addAll(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "@" + launch.resolve("common.args"),
                        "@" + launch.resolve("tool.args"),
                        "-Dsallyport.home=" + home,
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.sallyport.solo.Main",
                        "--inside",
                        Testbed.INSIDE,
                        "--outside",
                        Testbed.OUTSIDE,
                        "--eip",
                        Testbed.EIP + "," + Testbed.EIP_V6,
                        "--state",
                        state.toString()));
        Map<String, String> all = new LinkedHashMap<>(SETTINGS);
        all.putAll(settings);
        all.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
        return command;
    }

    void awaitReady() {
        children.awaitLine(NAME, "ready solo", READY);
    }

    /** The gateway process. */
    long gateway() {
        return process(Part.GATEWAY);
    }

    /** What answers its requests for ports. */
    long store() {
        return process(Part.STORE);
    }

    private long process(Part part) {
        return read("processes").stream()
                .map(line -> line.split(" "))
                .filter(words -> words[0].equals(part.label()))
                .mapToLong(words -> Long.parseLong(words[1]))
                .findFirst()
                .orElseThrow(() -> new BenchFailure("no process of the " + part.label()));
    }

    /** Sends a signal to the gateway process: TERM, KILL; what died is started again at once. */
    void signalGateway(String signal) {
        Tool.run("kill", "-s", signal, Long.toString(gateway()));
    }

    /** Whether whoever dies is started again. */
    void supervise(boolean on) {
        Tool.run("kill", "-s", on ? "CONT" : "STOP", Long.toString(solo.pid()));
    }

    /** Waits until another gateway process than that forwards. */
    void awaitOther(long gateway) {
        children.awaitTrue(
                "the gateway does not come back", () -> gateway() != gateway && healthy(), READY);
    }

    private boolean healthy() {
        try {
            management("/health");
            return true;
        } catch (BenchFailure e) {
            return false; // Not there yet, or not forwarding yet.
        }
    }

    /** What the gateway pinned under that name, which only its own processes see otherwise. */
    Path pin(String name) {
        Path node = Path.of("/proc/" + gateway() + "/root/sys/fs/bpf/sallyport/solo");
        try (Stream<Path> layouts = Files.list(node)) {
            return layouts.findFirst()
                    .orElseThrow(() -> new BenchFailure("nothing is pinned in " + node))
                    .resolve(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> read(String file) {
        try {
            return Files.readAllLines(state.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the gateway's management address says. */
    String management(String path) {
        String port = read("ports").get(MANAGEMENT_LINE);
        return testbed.run(Testbed.Room.GATEWAY, "curl", "-sSf", "http://127.0.0.1:" + port + path);
    }

    /**
     * A call of the REST API with the tenant's key.
     *
     * @param body JSON; empty: none
     * @throws BenchFailure where it is refused
     */
    JsonNode rest(String method, String path, String body) {
        return rest("tenant.key", method, path, body);
    }

    private JsonNode rest(String key, String method, String path, String body) {
        return new Rest(
                        testbed.inside(Testbed.Room.GATEWAY, List.of()),
                        "http://127.0.0.1:8080",
                        state)
                .call(read(key).getFirst(), method, path, body);
    }

    /** The gateway's path; there is one. */
    String gatewayPath() {
        return "/v1/gateways/"
                + rest("GET", "/v1/gateways", "").path("items").path(0).path("id").asString();
    }

    /** The VPC is behind the testbed's tunnel from now on. */
    void attachTunnel() {
        String vpc = rest("GET", "/v1/vpcs", "").path("items").path(0).path("id").asString();
        rest(
                "operator.key",
                "PUT",
                "/v1/vpcs/" + vpc + "/attachment",
                "{\"vxlan\":{\"vni\":%d,\"endpoints\":[\"%s/32\"]}}"
                        .formatted(Testbed.VNI, Testbed.CLIENT));
        awaitApplied();
    }

    /** Waits until the node obeys what was said of its gateway. */
    void awaitApplied() {
        awaitApplied(gatewayPath());
    }

    /** Waits until it obeys what was said of the thing with that path. */
    void awaitApplied(String path) {
        children.awaitTrue(
                "the node has not applied what was changed of " + path,
                () -> rest("GET", path, "").path("state").asString("").equals("available"),
                APPLIED);
    }

    /** As an operator stops it. */
    void stop() {
        solo.destroy();
        children.awaitTrue("solo does not end", () -> !solo.isAlive(), APPLIED);
    }

    @Override
    public void close() {
        children.close();
    }
}
