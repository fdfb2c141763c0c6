package io.sallyport.gateway;

import io.sallyport.gateway.config.ConfigException;
import io.sallyport.gateway.config.GatewayConfig;
import io.sallyport.gateway.config.HeapNeed;
import io.sallyport.ids.Incarnation;
import io.sallyport.net.IpAddress;
import io.sallyport.store.client.StoreClients;
import io.sallyport.store.trust.MemberName;
import io.sallyport.store.trust.Role;
import io.sallyport.store.trust.Trust;
import io.sallyport.store.trust.TrustException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The gateway process. Prints one line that starts with {@code ready} once it carries packets; goes
 * on until SIGTERM. Exit codes: 0 stopped, 1 failed, 2 bad usage or configuration, 3 an address is
 * taken, 4 fenced: to be started again.
 */
@Command(
        name = "gateway",
        description = "One gateway node.",
        mixinStandardHelpOptions = true,
        subcommands = {
            KernelCommand.class,
            ExplainCommand.class,
            LeaveCommand.class,
            RoutesCommand.class
        },
        version = "Sallyport 0.1.0-SNAPSHOT")
public final class Main implements Callable<Integer> {

    @Option(names = "--config", paramLabel = "FILE", description = "properties; required")
    private @Nullable Path file;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "wins over the file")
    private List<String> settings = List.of();

    /** This process has decided by itself to end, so that a shutdown is no signal's. */
    private static volatile boolean ends;

    private Main() {}

    public static void main(String[] arguments) {
        // Its own name: a store's settings may lie on the same class path.
        if (System.getProperty("logback.configurationFile") == null) {
            System.setProperty("logback.configurationFile", "logback-gateway.xml");
        }
        int code =
                new CommandLine(new Main())
                        .registerConverter(IpAddress.class, IpAddress::parse)
                        .execute(arguments);
        ends = true;
        System.exit(code);
    }

    @Override
    public Integer call() throws InterruptedException {
        try {
            if (file == null) {
                throw new CommandLine.ParameterException(
                        spec.commandLine(), "Missing required option: '--config=FILE'");
            }
            GatewayConfig config = GatewayConfig.read(file, settings);
            HeapNeed.check(config.connectionsMax(), Runtime.getRuntime().maxMemory())
                    .ifPresent(LoggerFactory.getLogger(Main.class)::warn);
            Trust trust = trust(config);
            GatewayNode node =
                    new GatewayNode(config, trust, StoreClients.connect(config.stores(), trust));
            // SIGTERM and every other end of the process pass here; a second close does nothing.
            Runtime.getRuntime()
                    .addShutdownHook(Thread.ofPlatform().unstarted(() -> shutDown(node)));
            return run(config, node);
        } catch (ConfigException | TrustException e) {
            System.err.println(e.getMessage());
            return StartFailure.CONFIGURATION;
        } catch (StartFailure e) {
            System.err.println(e.getMessage());
            return e.exitCode();
        }
    }

    /** To stop when it is told to is no failure: without the halt the JVM's code would be 143. */
    private static void shutDown(GatewayNode node) {
        boolean signalled = !ends;
        node.close();
        if (signalled) {
            Runtime.getRuntime().halt(0);
        }
    }

    /**
     * What a node proves itself with.
     *
     * @throws TrustException where it cannot
     */
    static Trust trust(GatewayConfig config) {
        return Trust.open(
                new MemberName(config.clusterId(), Role.NODE, config.nodeId().value()),
                config.tls());
    }

    private static int run(GatewayConfig config, GatewayNode node) throws InterruptedException {
        try {
            Incarnation incarnation = node.start();
            System.out.println(
                    "ready gateway "
                            + config.nodeId()
                            + " incarnation="
                            + incarnation
                            + " management="
                            + config.management());
            StartFailure end = node.ended().join();
            System.err.println(end.getMessage());
            return end.exitCode();
        } finally {
            node.close();
        }
    }
}
