package io.sallyport.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sallyport in a lab of its own, which is known by its commands and by what {@code lab status
 * --json} says. Faults are done here: a JVM that starts for one would be a fault of its own.
 */
final class LabBoxes implements Boxes {

    static final String NAME = "sallyport";

    private static final int NODES = 3;

    /** Two with the tenant's addresses; the last one belongs to another tenant. */
    private static final int CLIENTS = 3;

    private static final String SERVER = "server-1";
    private static final Duration SETTLED = Duration.ofSeconds(90);
    private static final long LOOK_MILLIS = 50;
    private static final long FENCED_MILLIS = 500;

    private final Path home;
    private final String id = "sv" + ProcessHandle.current().pid() % 1_000_000;
    private final Path directory;
    private final Thread atExit = new Thread(this::down, "lab down");
    private JsonNode status;

    /**
     * @param directory for its files
     * @param connections that each node has to have room for
     */
    LabBoxes(Path home, Path directory, int connections, String routing) {
        this.home = home;
        this.directory = directory;
        Runtime.getRuntime().addShutdownHook(atExit);
        lab(
                "up",
                "--gateways",
                Integer.toString(NODES),
                "--clients",
                Integer.toString(CLIENTS),
                "--servers",
                "1",
                "--flow-log-seconds",
                "60",
                "--routing",
                routing,
                "--set",
                "gateway.connections.max=" + Math.max(65_536, 2 * connections),
                // The idle ones are to be idle for the benchmark's whole time.
                "--set",
                "gateway.timeout.tcp.established.seconds=7200");
        status = status();
        awaitSettled();
    }

    private String lab(String verb, String... words) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-Dsallyport.home=" + home,
                                "-Dsallyport.uid=" + System.getProperty("sallyport.uid", "0"),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "io.sallyport.lab.Main",
                                "lab",
                                verb,
                                "--id",
                                id,
                                "--directory",
                                directory.toString()));
        command.addAll(List.of(words));
        try {
            return Tool.run(command, "");
        } catch (BenchFailure e) {
            // The class path is nobody's business.
            String said = String.valueOf(e.getMessage());
            throw new BenchFailure("lab " + verb + said.substring(said.indexOf("` ended") + 1), e);
        }
    }

    private JsonNode status() {
        return JsonMapper.shared().readTree(lab("status", "--json"));
    }

    private JsonNode host(String name) {
        return status.path("hosts").path(name);
    }

    private List<String> inside(String name) {
        return List.of("nsenter", "--net=/run/netns/" + host(name).path("namespace").asString());
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<List<String>> clients() {
        return IntStream.range(1, CLIENTS).mapToObj(n -> inside("client-" + n)).toList();
    }

    @Override
    public List<String> server() {
        return inside(SERVER);
    }

    @Override
    public String serverAddress() {
        return host(SERVER).path("address").asString();
    }

    private static String node(int n) {
        return "gw-" + (1 + n % NODES);
    }

    @Override
    public String victim(int n) {
        return node(n);
    }

    @Override
    public Optional<String> second(String victim) {
        return Optional.of(node(Integer.parseInt(victim.substring(3))));
    }

    /** The first one, whose clients these are. */
    JsonNode tenant() {
        return status.path("state").path("tenants").path(0);
    }

    /** The API, called by the box that serves it. */
    Rest rest() {
        return new Rest(inside("control"), status.path("state").path("rest").asString(), directory);
    }

    /** Of a box: its gateway first, then the guard and the daemons beside it. */
    private List<JsonNode> processes(String box) {
        return StreamSupport.stream(status.path("state").path("processes").spliterator(), false)
                .filter(process -> process.path("name").asString().matches("(.*-)?" + box))
                .toList();
    }

    private Stream<String> pids(String box, Death death) {
        return processes(box).stream()
                .filter(process ->
                        death == Death.BOX_GONE || process.path("name").asString().equals(box))
                .map(process -> process.path("pid").asString());
    }

    @Override
    public void die(String box, Death death) {
        String signal = death == Death.STOPPED ? "STOP" : "KILL";
        String pids = String.join(" ", pids(box, death).toList());
        StringBuilder script = new StringBuilder("kill -s " + signal + " " + pids);
        if (death == Death.BOX_GONE) {
            devices(box).forEach(device -> script.append("; ip link set " + device + " down"));
        }
        Tool.run(router("sh", "-c", script.toString()), "");
    }

    /** Its links' other ends. */
    private List<String> devices(String box) {
        return StreamSupport.stream(host(box).path("links").spliterator(), false)
                .map(link -> link.path("routerDevice").asString())
                .toList();
    }

    private List<String> router(String... command) {
        return Stream.concat(inside("router").stream(), Stream.of(command)).toList();
    }

    @Override
    public void comeBack(List<String> dead, Death death) {
        switch (death) {
            case BOX_GONE -> {
                Tool.batch(
                        router("ip", "-batch", "-"),
                        dead.stream()
                                .flatMap(box -> devices(box).stream())
                                .map(device -> "link set " + device + " up")
                                .toList());
                restart(
                        dead.stream()
                                .flatMap(box -> processes(box).stream())
                                .map(process -> process.path("name").asString())
                                .toList());
            }
            case KILLED -> restart(dead);
            case STOPPED -> dead.forEach(this::wake);
        }
        awaitSettled();
    }

    private void wake(String box) {
        long pid = gateway(box);
        Tool.run("kill", "-s", "CONT", Long.toString(pid));
        // Past its horizon it is fenced, and ends.
        pause(FENCED_MILLIS);
        if (!isRunning(pid)) {
            restart(List.of(box));
        }
    }

    private long gateway(String box) {
        return Long.parseLong(pids(box, Death.KILLED).findFirst().orElseThrow());
    }

    /** Stops a node as an operator does, and starts it again. */
    void restartPolitely(String box) {
        long pid = gateway(box);
        Tool.run("kill", "-s", "TERM", Long.toString(pid));
        await(box + " does not end", () -> !isRunning(pid));
        restart(List.of(box));
        awaitSettled();
    }

    /** What has ended and is not reaped yet does not run. */
    private static boolean isRunning(long pid) {
        String stat = Tool.said(List.of("cat", "/proc/" + pid + "/stat"));
        return stat.contains(")") && stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
    }

    private void restart(List<String> processes) {
        lab("restart", processes.toArray(String[]::new));
        status = status();
    }

    /** Until all nodes are members of one settled epoch, and the router has routes to all. */
    private void awaitSettled() {
        await(
                "the nodes are not settled",
                () -> {
                    List<String> epochs =
                            IntStream.range(0, NODES)
                                    .mapToObj(n -> epoch(node(n)))
                                    .distinct()
                                    .toList();
                    return epochs.size() == 1 && !epochs.contains("") && hasAllRoutes();
                });
    }

    /** Empty where the node is not settled or does not carry. */
    private String epoch(String box) {
        String said = asked(box, "/status");
        if (!said.startsWith("{")) {
            return "";
        }
        JsonNode told = JsonMapper.shared().readTree(said);
        boolean settled =
                told.path("settled").asBoolean(false) && told.path("carrying").asBoolean(false);
        return settled ? told.path("epoch").asString("") : "";
    }

    /** What a node's management address says. */
    private String asked(String box, String path) {
        List<String> command = new ArrayList<>(inside(box));
        command.addAll(List.of("curl", "-sS", "--noproxy", "*", "--max-time", "2"));
        command.add(host(box).path("management").asString() + path);
        return Tool.said(command);
    }

    @Override
    public long alarms() {
        return IntStream.range(0, NODES)
                .mapToObj(n -> asked(node(n), "/metrics"))
                .flatMap(String::lines)
                .filter(line -> line.startsWith("sallyport_peers_suspicions_total"))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private boolean hasAllRoutes() {
        String inside = routes(status.path("tunnelAddress").asString());
        String outside = routes(tenant().path("eips").path(0).path("address").asString());
        return IntStream.range(0, NODES)
                .mapToObj(LabBoxes::node)
                .allMatch(node -> inside.contains(node + "-u") && outside.contains(node + "-o"));
    }

    /** Of the router, to an address: by name, or by the prefix that it lies in. */
    private String routes(String address) {
        return Tool.said(router("ip", "route", "show", "match", address));
    }

    private static void await(String what, java.util.function.BooleanSupplier condition) {
        long deadline = System.nanoTime() + SETTLED.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new BenchFailure(what + " after " + SETTLED.toSeconds() + " s");
            }
            pause(LOOK_MILLIS);
        }
    }

    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchFailure("interrupted", e);
        }
    }

    private void down() {
        lab("down");
    }

    @Override
    public void close() {
        down();
        Runtime.getRuntime().removeShutdownHook(atExit);
    }
}
