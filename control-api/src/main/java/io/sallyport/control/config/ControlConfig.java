package io.sallyport.control.config;

import io.sallyport.flowlogs.s3.S3KeyException;
import io.sallyport.flowlogs.s3.S3Keys;
import io.sallyport.flowlogs.s3.S3Settings;
import io.sallyport.net.Endpoint;
import io.sallyport.store.trust.TlsFiles;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What the control process is told at its start.
 *
 * @param listen where REST is served; port 0 takes a free one
 * @param stores the stores' fronts by store id
 * @param operatorKey the operator's bearer key, 16 to 256 printable characters
 * @param ec2Key what tenants' secret access keys follow from, 32 to 256 printable characters, the
 *     same in all control processes of an installation; empty: no EC2 Query is spoken
 * @param callsPerSecond how often one key may call this process, 1 to 1,000,000; five seconds'
 *     worth of it at once
 * @param region the name that flow logs and clients see
 * @param clusterId what all processes of one installation share
 * @param id this process's name in its certificate; several may bear it
 * @param tls what it proves itself to stores with; empty: plain text
 * @param apiTls REST speaks TLS with these; empty: plain HTTP
 * @param flowLogs how the buckets of flow logs are reached; empty: they are not looked at
 */
public record ControlConfig(
        Endpoint listen,
        Map<String, Endpoint> stores,
        String operatorKey,
        Optional<String> ec2Key,
        int callsPerSecond,
        String region,
        String clusterId,
        String id,
        Optional<TlsFiles> tls,
        Optional<ApiTls> apiTls,
        Optional<FlowLogs> flowLogs) {

    private static final String REGION = "us-east-1";

    /** Their values are not shown. */
    private static final Set<String> SECRETS = Set.of("operator.key", "ec2.key");

    /** All keys that there are. */
    public static final List<String> KEYS =
            Stream.concat(
                            Stream.of(
                                    "listen",
                                    "stores",
                                    "operator.key",
                                    "ec2.key",
                                    "calls.per.second",
                                    "region",
                                    "cluster.id",
                                    "control.id",
                                    "api.certificate",
                                    "api.key",
                                    "flowlogs.delivery.seconds"),
                            Stream.concat(S3Keys.ALL.stream(), TlsFiles.KEYS.stream()))
                    .toList();

    /** Certificate and private key that users of the API are shown, PEM. */
    public record ApiTls(Path certificate, Path key) {}

    /**
     * As the nodes have it.
     *
     * @param delivery how often they write objects
     */
    public record FlowLogs(S3Settings s3, Duration delivery) {}

    public ControlConfig {
        stores = Map.copyOf(stores);
    }

    /**
     * @param file a properties file
     * @param overrides {@code key=value} each, after the file
     * @throws ConfigException naming key, value and what is allowed
     */
    public static ControlConfig read(Path file, List<String> overrides) {
        Properties read = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            read.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigException(
                    "config: --config=" + file + ": a readable .properties file", e);
        }
        Map<String, String> values = new TreeMap<>();
        read.stringPropertyNames().forEach(key -> values.put(key, read.getProperty(key).strip()));
        for (String override : overrides) {
            int equals = override.indexOf('=');
            if (equals < 1) {
                throw new ConfigException("--set", override, "key=value");
            }
            values.put(
                    override.substring(0, equals).strip(), override.substring(equals + 1).strip());
        }
        return of(values);
    }

    static ControlConfig of(Map<String, String> values) {
        for (Map.Entry<String, String> entry : values.entrySet()) {
            if (!KEYS.contains(entry.getKey())) {
                // What stands there is not shown: it may be a secret.
                throw new ConfigException(
                        entry.getKey(), "...", "an unknown key; known are " + KEYS);
            }
        }
        return new ControlConfig(
                listen(values),
                stores(values),
                matching(values, "operator.key", "[!-~]{16,256}", "16 to 256 visible characters"),
                text(values, "ec2.key")
                        .map(key ->
                                matching(
                                        values,
                                        "ec2.key",
                                        "[!-~]{32,256}",
                                        "32 to 256 visible characters")),
                Integer.parseInt(
                        matching(
                                withDefault(values, "calls.per.second", "200"),
                                "calls.per.second",
                                "[1-9][0-9]{0,5}|1000000",
                                "1 to 1000000")),
                matching(
                        withDefault(values, "region", REGION),
                        "region",
                        "[a-z0-9-]{1,63}",
                        "1 to 63 of a-z, 0-9 and -"),
                matching(
                        values,
                        "cluster.id",
                        "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?",
                        "1 to 63 of a-z, 0-9 and -"),
                matching(
                        withDefault(values, "control.id", "control"),
                        "control.id",
                        "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?",
                        "1 to 63 of a-z, 0-9 and -"),
                TlsFiles.read(key -> text(values, key)),
                apiTls(values),
                flowLogs(values));
    }

    private static Optional<FlowLogs> flowLogs(Map<String, String> values) {
        String delivery =
                matching(
                        withDefault(values, "flowlogs.delivery.seconds", "300"),
                        "flowlogs.delivery.seconds",
                        "[1-9][0-9]{0,2}|[12][0-9]{3}|3[0-5][0-9]{2}|3600",
                        "1 to 3600");
        return s3(values).map(it -> new FlowLogs(it, Duration.ofSeconds(Long.parseLong(delivery))));
    }

    private static Optional<S3Settings> s3(Map<String, String> values) {
        try {
            return S3Keys.read(
                    key -> text(values, key),
                    name -> Optional.ofNullable(System.getenv(name)),
                    text(values, "region").orElse(REGION));
        } catch (S3KeyException e) {
            throw new ConfigException(e.key(), e.value(), e.allowed());
        }
    }

    private static Optional<String> text(Map<String, String> values, String key) {
        return Optional.ofNullable(values.get(key)).filter(value -> !value.isEmpty());
    }

    private static Optional<ApiTls> apiTls(Map<String, String> values) {
        Optional<Path> certificate = text(values, "api.certificate").map(Path::of);
        Optional<Path> key = text(values, "api.key").map(Path::of);
        if (certificate.isPresent() != key.isPresent()) {
            throw new ConfigException(
                    "api.certificate",
                    certificate.map(Path::toString).orElse(""),
                    "together with api.key, or neither");
        }
        readable("api.certificate", certificate);
        readable("api.key", key);
        return certificate.flatMap(file -> key.map(secret -> new ApiTls(file, secret)));
    }

    private static void readable(String key, Optional<Path> file) {
        if (file.isPresent() && !Files.isReadable(file.get())) {
            throw new ConfigException(key, file.get().toString(), "a PEM file that can be read");
        }
    }

    private static Map<String, String> withDefault(
            Map<String, String> values, String key, String value) {
        return values.containsKey(key) ? values : Map.of(key, value);
    }

    private static Endpoint listen(Map<String, String> values) {
        String text = matching(values, "listen", ".+", "address:port");
        try {
            return Endpoint.parse(text);
        } catch (IllegalArgumentException e) {
            throw new ConfigException("listen", text, "address:port, such as 127.0.0.1:8080");
        }
    }

    private static Map<String, Endpoint> stores(Map<String, String> values) {
        String allowed = "id=address:port, separated by commas";
        String text = matching(values, "stores", ".+", allowed);
        Map<String, Endpoint> stores = new LinkedHashMap<>();
        for (String item : text.split(",", -1)) {
            int equals = item.indexOf('=');
            try {
                String id = item.substring(0, Math.max(equals, 0)).strip();
                Endpoint front = Endpoint.parse(item.substring(equals + 1).strip());
                if (id.isEmpty() || front.port() == 0 || stores.put(id, front) != null) {
                    throw new ConfigException("stores", text, allowed + ", each id once");
                }
            } catch (IllegalArgumentException e) {
                throw new ConfigException("stores", text, allowed);
            }
        }
        return stores;
    }

    private static String matching(
            Map<String, String> values, String key, String pattern, String allowed) {
        String value = values.get(key);
        if (value == null) {
            throw new ConfigException(key, "", "is missing; allowed is " + allowed);
        }
        if (!value.matches(pattern)) {
            throw new ConfigException(key, SECRETS.contains(key) ? "..." : value, allowed);
        }
        return value;
    }
}
