package io.sallyport.flowlogs.lookup;

import io.sallyport.flowlogs.export.Destination;
import io.sallyport.flowlogs.export.FileFormat;
import io.sallyport.flowlogs.s3.S3Failure;
import io.sallyport.flowlogs.s3.S3Settings;
import io.sallyport.flowlogs.s3.S3Store;
import io.sallyport.ids.FlowLogId;
import io.sallyport.ids.TenantId;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * {@code ./sallyport logs who-had}: asks a bucket, or a directory that one was copied to. Keys are
 * taken from the environment, as AWS's tools do. Ends with 0 where somebody had it, 1 where nobody
 * is known or nothing could be read, 2 for what cannot be understood.
 */
public final class WhoHadCommand {

    private static final int FOUND = 0;
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private static final Set<String> FLAGS = Set.of("--hive", "--per-hour", "--virtual-host");
    private static final Set<String> VALUES =
            Set.of(
                    "--eip",
                    "--port",
                    "--at",
                    "--remote",
                    "--protocol",
                    "--account",
                    "--flow-log",
                    "--bucket",
                    "--prefix",
                    "--endpoint",
                    "--region",
                    "--directory",
                    "--delivery-seconds",
                    "--within",
                    "--spool");

    private final Map<String, String> options = new HashMap<>();
    private final Map<String, String> environment;
    private final PrintStream out;

    private WhoHadCommand(Map<String, String> environment, PrintStream out) {
        this.environment = environment;
        this.out = out;
    }

    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments), System.getenv(), System.out, System.err));
    }

    static int run(
            List<String> arguments,
            Map<String, String> environment,
            PrintStream out,
            PrintStream err) {
        WhoHadCommand command = new WhoHadCommand(environment, out);
        try {
            command.read(arguments);
            return command.ask();
        } catch (IllegalArgumentException | DateTimeParseException e) {
            err.println("who-had: " + e.getMessage());
            return USAGE;
        } catch (IOException | S3Failure e) {
            err.println("who-had: " + e.getMessage());
            return FAILED;
        }
    }

    private void read(List<String> arguments) {
        for (int i = 0; i < arguments.size(); i++) {
            String name = arguments.get(i);
            if (FLAGS.contains(name)) {
                options.put(name, "");
            } else if (VALUES.contains(name) && i + 1 < arguments.size()) {
                options.put(name, arguments.get(++i));
            } else {
                throw new IllegalArgumentException(name + " is not known, or lacks its value");
            }
        }
    }

    private String needed(String name) {
        String value = options.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return value;
    }

    private Optional<String> option(String name) {
        return Optional.ofNullable(options.get(name));
    }

    private int ask() throws IOException, S3Failure {
        Question question = question();
        TenantId account = new TenantId(needed("--account"));
        FlowLogId flowLog = new FlowLogId(needed("--flow-log"));
        String region = option("--region").orElse("us-east-1");
        Destination where =
                new Destination(
                        option("--bucket").orElse(""),
                        option("--prefix").orElse(""),
                        FileFormat.PARQUET,
                        options.containsKey("--hive"),
                        options.containsKey("--per-hour"));
        Duration delivery =
                Duration.ofSeconds(Long.parseLong(option("--delivery-seconds").orElse("300")));
        List<Path> spools =
                option("--spool").stream()
                        .flatMap(it -> Stream.of(it.split(File.pathSeparator)))
                        .map(Path::of)
                        .toList();
        Optional<Path> directory = option("--directory").map(Path::of);
        if (directory.isEmpty() && !options.containsKey("--bucket")) {
            directory = spools.stream().findFirst(); // where no delivered object is
        }
        if (directory.isPresent()) {
            return tell(
                    Archive.in(directory.get(), account, region, flowLog, where, delivery)
                            .with(spools)
                            .whoHad(question));
        }
        needed("--bucket");
        try (S3Store store = new S3Store(settings(region))) {
            return tell(
                    Archive.in(store, account, region, flowLog, where, delivery)
                            .with(spools)
                            .whoHad(question));
        }
    }

    private Question question() {
        Optional<Endpoint> both =
                option("--remote")
                        .filter(it -> it.matches(".*(\\]|\\..*):[0-9]+"))
                        .map(Endpoint::parse);
        Optional<IpAddress> remote =
                both.map(Endpoint::address).or(() -> option("--remote").map(IpAddress::parse));
        return new Question(
                IpAddress.parse(needed("--eip")),
                port(needed("--port")),
                option("--protocol").map(WhoHadCommand::protocol),
                remote,
                both.map(it -> OptionalInt.of(it.port())).orElse(OptionalInt.empty()),
                Instant.parse(needed("--at")),
                option("--within").map(WhoHadCommand::seconds).orElse(Question.A_SECOND));
    }

    private static Duration seconds(String text) {
        if (!text.matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException("--within " + text + ": seconds");
        }
        return Duration.ofSeconds(Integer.parseInt(text));
    }

    private static int port(String text) {
        int port = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : -1;
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("--port " + text + ": 0 to 65535");
        }
        return port;
    }

    private static Protocol protocol(String text) {
        return switch (text) {
            case "tcp" -> Protocol.TCP;
            case "udp" -> Protocol.UDP;
            case "icmp" -> Protocol.ICMP;
            case "icmpv6" -> Protocol.ICMPV6;
            default ->
                    throw new IllegalArgumentException(
                            "--protocol " + text + ": tcp, udp, icmp or icmpv6");
        };
    }

    private S3Settings settings(String region) {
        return new S3Settings(
                option("--endpoint").map(URI::create),
                region,
                variable("AWS_ACCESS_KEY_ID"),
                variable("AWS_SECRET_ACCESS_KEY"),
                !options.containsKey("--virtual-host"),
                true);
    }

    private String variable(String name) {
        String value = environment.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is not in the environment");
        }
        return value;
    }

    private int tell(Answer answer) {
        for (Answer.Holder holder : answer.holders()) {
            out.println(
                    "%s %s towards %s, %s, %s: %s to %s, ended %s (%s)"
                            .formatted(
                                    holder.protocol(),
                                    holder.client(),
                                    holder.remote(),
                                    holder.vpc(),
                                    holder.gateway(),
                                    holder.from(),
                                    holder.until(),
                                    holder.ended().text(),
                                    holder.certainty()));
        }
        for (Answer.Gap gap : answer.gaps()) {
            out.println(
                    "records are missing: %s on %s, %s to %s"
                            .formatted(gap.gateway(), gap.node(), gap.from(), gap.until()));
        }
        if (answer.holders().isEmpty()) {
            out.println("nobody is known to have had it (" + answer.objects() + " objects read)");
            return FAILED;
        }
        return FOUND;
    }
}
