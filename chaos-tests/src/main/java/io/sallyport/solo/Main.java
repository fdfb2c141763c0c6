package io.sallyport.solo;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Turns this box into a NAT gateway. Prints one line that starts with {@code ready} and goes on
 * until SIGTERM or Ctrl-C, which stop all it started.
 */
@Command(
        name = "solo",
        description = "This Linux box as a NAT gateway between two interfaces.",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        version = "Sallyport 0.1.0-SNAPSHOT",
        footer = {
            "",
            "The clients' default route is this box's address on the inside interface. The EIPs are",
            "routed to this box or lie on the outside subnet; they are not configured on it.",
            "Started again with the same --state it goes on with its gateway and its EIPs, and with",
            "no connection: what was known ends with solo.",
            "Exit codes: 1 failed, 2 usage or an EIP that is configured on an interface, 3 a port is",
            "taken, 69 nftables is missing, 77 not permitted."
        })
public final class Main implements Callable<Integer> {

    @Option(
            names = "--inside",
            required = true,
            split = ",",
            paramLabel = "IF",
            description = "interfaces with the clients")
    private List<String> inside = List.of();

    @Option(
            names = "--outside",
            required = true,
            paramLabel = "IF",
            description = "the interface towards the internet")
    private String outside = "";

    @Option(
            names = "--eip",
            required = true,
            split = ",",
            paramLabel = "ADDRESS",
            description = "public addresses, IPv4 and IPv6")
    private List<InetAddress> eips = List.of();

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "what is kept (default: ${DEFAULT-VALUE})")
    private Path state = Path.of("/var/lib/sallyport/solo");

    @Option(
            names = "--vpc",
            split = ",",
            paramLabel = "CIDR",
            description = "where clients' addresses lie (default: the inside interfaces' subnets)")
    private List<String> vpc = List.of();

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description = "REST (default: ${DEFAULT-VALUE})")
    private String listen = "127.0.0.1:8080";

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "a key of the gateway process, for example s3.endpoint")
    private Map<String, String> settings = new LinkedHashMap<>();

    private Main() {}

    public static void main(String[] arguments) {
        CommandLine line = new CommandLine(new Main());
        line.registerConverter(InetAddress.class, InetAddress::ofLiteral);
        System.exit(line.execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        try {
            Box.check(inside, outside, eips);
            List<Box.Subnet> connected = Box.connected(inside);
            List<String> prefixes = vpc.isEmpty() ? prefixes(connected) : vpc;
            try (StateDirectory directory = StateDirectory.open(state)) {
                run(directory, prefixes, privateAddress(connected, prefixes.getFirst()));
            }
            return 0;
        } catch (SoloFailure e) {
            System.err.println("solo: " + e.getMessage());
            return e.exitCode();
        }
    }

    private void run(
            StateDirectory directory, List<String> prefixes, Optional<String> privateAddress)
            throws InterruptedException {
        new Certificates(directory).make(home());
        Configurations configurations = new Configurations(directory);
        try (Supervisor supervisor =
                new Supervisor(
                        directory,
                        home(),
                        Map.of(
                                Role.STORE, configurations.store(),
                                Role.GATEWAY, configurations.gateway(inside, outside, settings),
                                Role.CONTROL, configurations.control(listen)))) {
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(supervisor::close));
            supervisor.start();
            String rest = "http://" + listen;
            new Provisioning(directory, new Api(rest, directory.operatorKey()))
                    .provision(inside, prefixes, privateAddress, eips);
            System.out.println(
                    "ready solo eip="
                            + eips.stream().map(Box::text).collect(Collectors.joining(","))
                            + " rest="
                            + rest
                            + " key="
                            + directory.resolve("tenant.key")
                            + " aws="
                            + directory.resolve(Provisioning.CREDENTIALS));
            // Until a signal; the shutdown hook stops the processes.
            new CountDownLatch(1).await();
        }
    }

    /** IPv4 first, since the gateway's subnet is the first; else the same order at every start. */
    private static List<String> prefixes(List<Box.Subnet> connected) {
        List<String> prefixes =
                connected.stream()
                        .sorted(
                                Comparator.comparing(
                                        subnet -> subnet.address() instanceof Inet6Address))
                        .map(Box.Subnet::network)
                        .distinct()
                        .toList();
        if (prefixes.isEmpty()) {
            throw new SoloFailure(
                    SoloFailure.USAGE,
                    "the inside interfaces have no address; give them one, or say with --vpc where"
                            + " the clients' addresses lie");
        }
        return prefixes;
    }

    /** The box's own address there, so that no client's is taken for the gateway. */
    private static Optional<String> privateAddress(List<Box.Subnet> connected, String prefix) {
        return connected.stream()
                .filter(subnet -> subnet.network().equals(prefix))
                .map(subnet -> Box.text(subnet.address()))
                .findFirst();
    }

    private static Path home() {
        String given = System.getProperty("sallyport.home", System.getenv("SALLYPORT_HOME"));
        if (given == null) {
            throw new SoloFailure(
                    SoloFailure.USAGE, "SALLYPORT_HOME is not set; start solo by ./sallyport solo");
        }
        return Path.of(given);
    }
}
