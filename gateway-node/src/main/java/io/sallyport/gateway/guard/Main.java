package io.sallyport.gateway.guard;

import io.sallyport.gateway.announce.AnnounceSettings;
import io.sallyport.gateway.announce.RouteTable;
import io.sallyport.gateway.config.ConfigException;
import io.sallyport.gateway.config.GatewayConfig;
import io.sallyport.gateway.io.BootClock;
import io.sallyport.gateway.io.Pulse;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The guard process. Prints one line that starts with {@code ready}; tells what it does on standard
 * error. With a command it starts the node, and SIGTERM stops both. Exit codes: those of the node,
 * 0 or 143 stopped, 1 failed, 2 bad usage or configuration.
 */
@Command(
        name = "guard",
        description = "Takes a dead or hanging node's routes back.",
        mixinStandardHelpOptions = true)
public final class Main implements Callable<Integer> {

    private static final long STOP_SECONDS = 30;

    /** A worker turns every 5 ms, also on a box that is busy. */
    private static final long TURN_MILLIS = 300;

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "the node's")
    private Path file = Path.of("gateway.properties");

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "wins over the file")
    private List<String> settings = List.of();

    @Parameters(
            paramLabel = "COMMAND",
            description = "after --: starts the node; else somebody else does")
    private List<String> command = List.of();

    private final CountDownLatch over = new CountDownLatch(1);

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        try {
            GatewayConfig config = GatewayConfig.read(file, settings);
            int table = config.announce().table();
            if (table == 0) {
                System.err.println(
                        "announce.table=0: this node announces no routes that could be taken back");
                return 2;
            }
            try (Pulse pulse = Pulse.open(config.pulse());
                    RouteTable routes = RouteTable.kernel(table);
                    Guard guard =
                            new Guard(
                                    AnnounceSettings.of(config),
                                    pulse,
                                    routes,
                                    new BootClock(),
                                    Main::told)) {
                return run(config, pulse, guard);
            } finally {
                over.countDown();
            }
        } catch (ConfigException e) {
            System.err.println(e.getMessage());
            return 2;
        } catch (UncheckedIOException e) {
            System.err.println(e.getMessage());
            return 1;
        }
    }

    private int run(GatewayConfig config, Pulse pulse, Guard guard) throws InterruptedException {
        @Nullable NodeProcess node =
                command.isEmpty() ? null : new NodeProcess(command, former(pulse), Main::told);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> end(node, guard)));
        if (node != null) {
            node.ended().whenComplete((exit, failure) -> guard.stop());
            node.start();
        }
        System.out.println("ready guard " + config.nodeId());
        guard.run();
        return node != null && node.ended().isDone() ? node.ended().join() : 0;
    }

    /** A node that a former guard started and that still turns; 0: there is none. */
    private static long former(Pulse pulse) throws InterruptedException {
        long beats = pulse.beats();
        Thread.sleep(TURN_MILLIS);
        return pulse.beats() == beats ? 0 : pulse.process();
    }

    /** SIGTERM, or the end that came by itself: then all of it is done already. */
    private void end(@Nullable NodeProcess node, Guard guard) {
        try {
            if (node != null) {
                node.close();
                node.ended().get(STOP_SECONDS, TimeUnit.SECONDS);
            }
            guard.stop();
            over.await(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            told("the end: " + e);
        }
    }

    private static void told(String line) {
        System.err.println(Instant.now().truncatedTo(ChronoUnit.MILLIS) + " guard: " + line);
    }
}
