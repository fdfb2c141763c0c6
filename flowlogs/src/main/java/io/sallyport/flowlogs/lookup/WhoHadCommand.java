package io.sallyport.flowlogs.lookup;

import io.sallyport.flowlogs.Limits;
import io.sallyport.flowlogs.export.Destination;
import io.sallyport.flowlogs.export.FileFormat;
import io.sallyport.flowlogs.s3.BriefS3;
import io.sallyport.flowlogs.s3.S3Credentials;
import io.sallyport.flowlogs.s3.S3Encryption;
import io.sallyport.flowlogs.s3.S3Failure;
import io.sallyport.flowlogs.s3.S3Settings;
import io.sallyport.ids.FlowLogId;
import io.sallyport.ids.TenantId;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * {@code ./sallyport logs who-had}: asks a bucket, or a directory that one was copied to. Keys are
 * taken from the environment, as AWS's tools do. Ends with 0 where somebody had it, 1 where nobody
 * is known or nothing could be read, 2 for what cannot be understood. Options are read here and not
 * by picocli, whose classes are of a version that no JVM keeps ready: they alone took 0.3 s of
 * processor time, as much as the rest of a start.
 */
public final class WhoHadCommand {

    private static final int FOUND = 0;
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private static final int PORT_MAX = 65_535;
    private static final int DELIVERY_SECONDS_MAX = 3600;
    private static final String REMOTE = "IP or IP:PORT";
    private static final String AUTHORITIES = "--authorities";

    private static final Set<String> FLAGS = Set.of("--hive", "--per-hour", "--virtual-host");
    private static final Set<String> VALUES =
            Set.of(
                    "--eip",
                    "--port",
                    "--at",
                    "--within",
                    "--remote",
                    "--protocol",
                    "--account",
                    "--flow-log",
                    "--bucket",
                    "--prefix",
                    "--endpoint",
                    AUTHORITIES,
                    "--region",
                    "--delivery-seconds",
                    "--directory",
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
            command.take(arguments);
            return command.ask();
        } catch (NotUnderstood e) {
            err.println("who-had: " + e.getMessage());
            return USAGE;
        } catch (IOException | S3Failure e) {
            err.println("who-had: " + e.getMessage());
            return FAILED;
        }
    }

    /** An option's value that is none. */
    private static final class NotUnderstood extends RuntimeException {
        private static final long serialVersionUID = 1;

        NotUnderstood(String option, String value, String allowed) {
            super(option + " " + value + ": " + allowed);
        }
    }

    private void take(List<String> arguments) {
        for (int i = 0; i < arguments.size(); i++) {
            String name = arguments.get(i);
            if (FLAGS.contains(name)) {
                options.put(name, "");
            } else if (!VALUES.contains(name)) {
                throw new NotUnderstood(name, "is not known", "./sallyport logs who-had --help");
            } else if (i + 1 == arguments.size()) {
                throw new NotUnderstood(name, "lacks its value", "./sallyport logs who-had --help");
            } else {
                options.put(name, arguments.get(++i));
            }
        }
    }

    private Optional<String> option(String name) {
        return Optional.ofNullable(options.get(name));
    }

    private Optional<String> matching(String name, String pattern, String allowed) {
        Optional<String> value = option(name);
        if (value.filter(it -> !it.matches(pattern)).isPresent()) {
            throw new NotUnderstood(name, value.orElse(""), allowed);
        }
        return value;
    }

    private <T> T needed(String name, Function<String, T> reader, String allowed) {
        return read(
                name,
                option(name).orElseThrow(() -> new NotUnderstood(name, "is missing", allowed)),
                reader,
                allowed);
    }

    private static <T> T read(
            String option, String value, Function<String, T> reader, String allowed) {
        try {
            return reader.apply(value);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new NotUnderstood(option, value, allowed);
        }
    }

    /** In that range, both ends included. */
    private int number(String option, String fallback, int least, int most) {
        String value = option(option).orElse(fallback);
        String allowed = "a number from " + least + " to " + most;
        int number =
                value.isEmpty()
                        ? needed(option, Integer::valueOf, allowed)
                        : read(option, value, Integer::valueOf, allowed);
        if (number < least || number > most) {
            throw new NotUnderstood(option, value, allowed);
        }
        return number;
    }

    private static Path directory(String option, String path) {
        if (!Files.isDirectory(Path.of(path))) {
            throw new NotUnderstood(option, path, "a directory that is there");
        }
        return Path.of(path);
    }

    private int ask() throws IOException, S3Failure {
        Question question = question();
        TenantId account = needed("--account", TenantId::new, "an account's 12 digits");
        FlowLogId flowLog =
                needed("--flow-log", FlowLogId::new, "a flow log such as fl-0123456789abcdef0");
        String region =
                matching("--region", "[a-z0-9-]{1,63}", "1 to 63 of a-z, 0-9 and -")
                        .orElse("us-east-1");
        Destination where =
                new Destination(
                        matching("--bucket", "[A-Za-z0-9._-]{1,255}", "the name of a bucket")
                                .orElse(""),
                        option("--prefix").orElse(""),
                        FileFormat.PARQUET,
                        options.containsKey("--hive"),
                        options.containsKey("--per-hour"));
        Duration delivery =
                Duration.ofSeconds(number("--delivery-seconds", "300", 1, DELIVERY_SECONDS_MAX));
        List<Path> spools =
                option("--spool").stream()
                        .flatMap(it -> Stream.of(it.split(File.pathSeparator)))
                        .map(it -> directory("--spool", it))
                        .toList();
        Optional<Path> copy = option("--directory").map(it -> directory("--directory", it));
        if (copy.isEmpty() && !options.containsKey("--bucket")) {
            copy = spools.stream().findFirst(); // where no delivered object is
            if (copy.isEmpty()) {
                throw new NotUnderstood(
                        "--bucket, --directory, --spool",
                        "are missing",
                        "one of them says where records are");
            }
        }
        if (copy.isPresent()) {
            return tell(
                    Archive.in(copy.get(), account, region, flowLog, where, delivery)
                            .with(spools)
                            .whoHad(question));
        }
        return tell(
                Archive.in(bucket(region), account, region, flowLog, where, delivery)
                        .with(spools)
                        .whoHad(question));
    }

    private Question question() {
        Optional<Endpoint> both =
                option("--remote")
                        .filter(it -> it.matches(".*(\\]|\\..*):[0-9]+"))
                        .map(it -> read("--remote", it, Endpoint::parse, REMOTE));
        Optional<IpAddress> remote =
                both.map(Endpoint::address)
                        .or(() ->
                                option("--remote")
                                        .map(it -> read("--remote", it, IpAddress::parse, REMOTE)));
        return new Question(
                needed("--eip", IpAddress::parse, "an IP address"),
                number("--port", "", 0, PORT_MAX),
                option("--protocol").map(WhoHadCommand::protocol),
                remote,
                both.map(it -> OptionalInt.of(it.port())).orElse(OptionalInt.empty()),
                needed("--at", Instant::parse, "a time such as 2026-11-22T00:30:00Z"),
                Duration.ofSeconds(
                        number("--within", "1", 0, (int) Limits.WITHIN_MAX.toSeconds())));
    }

    private static Protocol protocol(String text) {
        return switch (text) {
            case "tcp" -> Protocol.TCP;
            case "udp" -> Protocol.UDP;
            case "icmp" -> Protocol.ICMP;
            case "icmpv6" -> Protocol.ICMPV6;
            default -> throw new NotUnderstood("--protocol", text, "tcp, udp, icmp or icmpv6");
        };
    }

    private BriefS3 bucket(String region) {
        S3Settings settings = settings(region);
        try {
            return new BriefS3(settings);
        } catch (IOException e) {
            // Of a file that is not there the message is only its name.
            String reason =
                    e instanceof NoSuchFileException
                            ? "there is no " + e.getMessage()
                            : e.getMessage();
            throw new NotUnderstood(
                    AUTHORITIES,
                    option(AUTHORITIES).orElse(""),
                    "PEM files with certificates, comma between (" + reason + ")");
        }
    }

    /** Those who vouch for the endpoint; empty: the JDK's. */
    private List<Path> authorities(Optional<URI> endpoint) {
        Optional<String> files = option(AUTHORITIES);
        if (files.isPresent() && endpoint.filter(it -> it.getScheme().equals("http")).isPresent()) {
            throw new NotUnderstood(AUTHORITIES, files.get(), "only where --endpoint is https");
        }
        return files.stream().flatMap(it -> Stream.of(it.split(","))).map(Path::of).toList();
    }

    private S3Settings settings(String region) {
        Optional<URI> endpoint =
                option("--endpoint")
                        .map(it ->
                                read(
                                        "--endpoint",
                                        it,
                                        WhoHadCommand::http,
                                        "a URL of http(s), without a path"));
        return new S3Settings(
                endpoint,
                region,
                new S3Credentials.Keys(
                        variable("AWS_ACCESS_KEY_ID"),
                        variable("AWS_SECRET_ACCESS_KEY"),
                        Optional.ofNullable(environment.get("AWS_SESSION_TOKEN"))
                                .filter(it -> !it.isBlank())),
                !options.containsKey("--virtual-host"),
                new S3Encryption.None(),
                authorities(endpoint),
                true);
    }

    private static URI http(String text) {
        URI uri = URI.create(text);
        if (uri.getHost() == null
                || uri.getPort() > PORT_MAX
                || !String.valueOf(uri.getScheme()).matches("https?")
                || !uri.getPath().matches("/?")) {
            throw new IllegalArgumentException(text);
        }
        return uri;
    }

    private String variable(String name) {
        String value = environment.get(name);
        if (value == null) {
            throw new NotUnderstood(name, "is missing", "the environment has the bucket's keys");
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
