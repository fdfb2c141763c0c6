package io.sallyport.gateway;

import io.sallyport.gateway.announce.ExaBgpLines;
import io.sallyport.gateway.announce.ExaBgpLines.Session;
import io.sallyport.gateway.announce.RouteTable;
import io.sallyport.gateway.config.ConfigException;
import io.sallyport.gateway.config.GatewayConfig;
import io.sallyport.gateway.io.HostRoutes.HostRoute;
import io.sallyport.gateway.io.NetlinkEvents;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Prints what the node beside it announces; with {@code --exabgp} it goes on and tells ExaBGP,
 * whose child it is, of each change, until ExaBGP closes its pipe.
 */
@Command(
        name = "routes",
        description = "The routes that this box's node announces.",
        mixinStandardHelpOptions = true)
final class RoutesCommand implements Callable<Integer> {

    /** Changes are told of at once; this is for one whose event was lost. */
    private static final int LOOK_MILLIS = 500;

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "the node's")
    private Path file = Path.of("gateway.properties");

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "wins over the file")
    private List<String> settings = List.of();

    @Option(names = "--exabgp", description = "goes on, in ExaBGP's API text")
    private boolean exabgp;

    @Option(
            names = "--outside",
            paramLabel = "NEIGHBOUR=NEXT_HOP",
            description = "a session of ExaBGP's that gets the EIPs")
    private Map<IpAddress, IpAddress> outside = Map.of();

    @Option(
            names = "--underlay",
            paramLabel = "NEIGHBOUR=NEXT_HOP",
            description = "a session of ExaBGP's that gets the tunnel's address")
    private Map<IpAddress, IpAddress> underlay = Map.of();

    @Override
    public Integer call() {
        GatewayConfig config;
        try {
            config = GatewayConfig.read(file, settings);
        } catch (ConfigException e) {
            System.err.println(e.getMessage());
            return StartFailure.CONFIGURATION;
        }
        if (config.announce().table() == 0) {
            System.err.println("announce.table is 0: this node announces no routes");
            return StartFailure.CONFIGURATION;
        }
        try (RouteTable table = RouteTable.kernel(config.announce().table())) {
            if (exabgp) {
                follow(table, config);
            } else {
                table.list().stream()
                        .sorted(Comparator.comparing(HostRoute::address))
                        .forEach(route ->
                                System.out.println(route.address() + " metric " + route.metric()));
            }
            return 0;
        }
    }

    private void follow(RouteTable table, GatewayConfig config) {
        ExaBgpLines lines =
                new ExaBgpLines(
                        sessions(outside),
                        sessions(underlay),
                        config.tunnel().map(Endpoint::address));
        Thread.ofPlatform().name("exabgp").daemon().start(RoutesCommand::endWithExaBgp);
        PrintStream out = System.out;
        // Opened before the first look: what changes after it is heard of.
        try (NetlinkEvents events = new NetlinkEvents(LOOK_MILLIS)) {
            while (!out.checkError()) {
                lines.tell(table.list()).forEach(out::println);
                events.await();
            }
        }
    }

    /** Its answers are not needed; that there are no more means that it is gone. */
    private static void endWithExaBgp() {
        byte[] ignored = new byte[1024];
        try {
            while (System.in.read(ignored) >= 0) {
                // Read on: a full pipe would stop it.
            }
        } catch (IOException e) {
            System.err.println("ExaBGP's pipe: " + e.getMessage());
        }
        Runtime.getRuntime().halt(0);
    }

    private static List<Session> sessions(Map<IpAddress, IpAddress> given) {
        return given.entrySet().stream()
                .map(entry -> new Session(entry.getKey(), entry.getValue()))
                .toList();
    }
}
