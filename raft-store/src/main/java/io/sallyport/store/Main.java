package io.sallyport.store;

import io.sallyport.store.config.ConfigException;
import io.sallyport.store.config.StoreConfig;
import io.sallyport.store.operator.CertificatesCommand;
import io.sallyport.store.operator.ChangeCommands;
import io.sallyport.store.operator.FenceCommand;
import io.sallyport.store.operator.StatusCommand;
import io.sallyport.store.raft.DiskException;
import io.sallyport.store.raft.PortBusyException;
import io.sallyport.store.raft.RaftSettings;
import io.sallyport.store.trust.TrustException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The store process. */
@Command(
        name = "store",
        mixinStandardHelpOptions = true,
        description = "Keeps what must be agreed: the catalog, the members, the leases of ports.",
        subcommands = {
            StatusCommand.class,
            ChangeCommands.Add.class,
            ChangeCommands.Remove.class,
            ChangeCommands.Replace.class,
            FenceCommand.class,
            CertificatesCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:stopped by SIGTERM",
            "1:the state on disk is not sound, or the log cannot be applied",
            "2:a key of the configuration is unknown, missing or not allowed",
            "3:a port is taken",
            "5:the disk does not take what must be written"
        })
public final class Main implements Callable<Integer> {

    private static final int FAILED = 1;
    private static final int BAD_CONFIG = 2;
    private static final int PORT_BUSY = 3;
    private static final int DISK_FAILED = 5;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(names = "--config", paramLabel = "FILE", description = "a .properties file")
    private Optional<Path> file = Optional.empty();

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "a value over the file's; may be repeated")
    private List<String> settings = List.of();

    /** Held, since a level is forgotten with a logger that nobody holds. */
    private static final Logger SHADED_GRPC = Logger.getLogger("org.apache.ratis.thirdparty");

    private Main() {}

    /** Starts a store and runs it until it is told to stop. */
    public static void main(String[] arguments) {
        // Named here, since this module is also a library of processes with a log of their own.
        System.setProperty("logback.configurationFile", "store-logback.xml");
        SHADED_GRPC.setLevel(Level.WARNING);
        System.exit(
                new CommandLine(new Main())
                        .setExecutionExceptionHandler(Main::explain)
                        .execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        try {
            StoreConfig config = StoreConfig.read(configured(), settings);
            try (StoreServer server = new StoreServer(config, RaftSettings.Cut.USUAL, Main::die)) {
                Runtime.getRuntime()
                        .addShutdownHook(new Thread(() -> shutDown(stop, stopped), "shutdown"));
                System.out.println(
                        "ready store "
                                + config.storeId()
                                + " front="
                                + config.front()
                                + " management="
                                + config.management());
                stop.await();
            }
            return 0;
        } catch (ConfigException | TrustException e) {
            System.err.println(e.getMessage());
            return BAD_CONFIG;
        } catch (PortBusyException e) {
            System.err.println(e.getMessage());
            return PORT_BUSY;
        } catch (IOException e) {
            System.err.println("the store cannot run: " + causes(e));
            return FAILED;
        } finally {
            stopped.countDown();
        }
    }

    private Path configured() {
        return file.orElseThrow(() ->
                new CommandLine.ParameterException(
                        spec.commandLine(), "Missing required option: '--config=FILE'"));
    }

    /** What went wrong with an operator's word, in one line. */
    private static int explain(
            Exception failure, CommandLine command, CommandLine.ParseResult unused)
            throws Exception {
        if (failure instanceof CommandLine.ParameterException wrong) {
            throw wrong;
        }
        boolean usage =
                failure instanceof IllegalArgumentException
                        || failure instanceof ConfigException
                        || failure instanceof TrustException;
        if (!usage && !(failure instanceof IOException)) {
            throw failure;
        }
        System.err.println(failure.getMessage());
        return usage ? BAD_CONFIG : FAILED;
    }

    private static String causes(Throwable failure) {
        Throwable cause = failure.getCause();
        return cause == null ? failure.toString() : failure + ": " + causes(cause);
    }

    /** The JVM waits for this hook, and this hook for the server to close. */
    private static void shutDown(CountDownLatch stop, CountDownLatch stopped) {
        stop.countDown();
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Better stopped than wrong; nothing is closed, so that nothing wrong is written. */
    private static void die(Throwable cause) {
        boolean disk = cause instanceof DiskException;
        System.err.println("the store cannot go on: " + (disk ? cause.getMessage() : cause));
        Runtime.getRuntime().halt(disk ? DISK_FAILED : FAILED);
    }
}
