package io.sallyport.bench;

import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/** The entry of {@code ./sallyport bench}. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        description = "Benchmarks against rivals, in interleaved rounds.",
        subcommands = {
            AclsBench.class,
            AllocatorBench.class,
            DataplaneBench.class,
            FailoverBench.class,
            ReportCommand.class,
            RestartBench.class,
            RollingBench.class,
            SurvivalBench.class
        })
final class Main {

    private Main() {}

    public static void main(String[] args) {
        // A rival's client that logs at length would lose for that alone.
        System.setProperty(
                "logback.configurationFile",
                home().resolve("chaos-tests/launch/quiet-logback.xml").toString());
        CommandLine commands = new CommandLine(new Main());
        commands.setExecutionExceptionHandler((failure, command, parsed) -> {
            if (failure instanceof BenchFailure) {
                System.err.println("failed: " + failure.getMessage());
                return 1;
            }
            throw failure;
        });
        System.exit(commands.execute(args));
    }

    /** The source tree, as the launcher says; else the working directory. */
    static Path home() {
        return Path.of(System.getProperty("sallyport.home", "")).toAbsolutePath();
    }
}
