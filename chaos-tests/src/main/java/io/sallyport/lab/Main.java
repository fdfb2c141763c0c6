package io.sallyport.lab;

import java.io.UncheckedIOException;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/** The entry of {@code ./sallyport lab}, {@code demo}, {@code bench moves|delivery}. */
@Command(
        name = "sallyport",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        subcommands = {LabCommands.class, Demo.class, MovesBench.class, DeliveryBench.class})
final class Main {

    private Main() {}

    public static void main(String[] args) {
        System.exit(commands().execute(args));
    }

    static CommandLine commands() {
        CommandLine commands =
                new CommandLine(new Main()).setCaseInsensitiveEnumValuesAllowed(true);
        // What follows a host's name is a command of its own, options and all.
        named(named(commands, "lab"), "exec").setStopAtPositional(true);
        commands.setExecutionExceptionHandler((failure, command, parsed) -> {
            if (failure instanceof LabFailure || failure instanceof UncheckedIOException) {
                System.err.println("failed: " + failure.getMessage());
                return 1;
            }
            throw failure;
        });
        return commands;
    }

    private static CommandLine named(CommandLine above, String name) {
        return Objects.requireNonNull(above.getSubcommands().get(name), name);
    }
}
