package io.sallyport.flowlogs.s3;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The keys of a process's configuration that are about S3. All are looked at, those too that have
 * no effect where nothing is to be signed with: what is wrong is told at the start, not by the
 * first delivery.
 */
public final class S3Keys {

    private static final String ENDPOINT = "s3.endpoint";
    private static final String REGION = "s3.region";
    private static final String CREDENTIALS = "s3.credentials";
    private static final String ACCESS_KEY = "s3.access.key";
    private static final String SECRET_KEY = "s3.secret.key";
    private static final String FILE = "s3.credentials.file";
    private static final String PROFILE = "s3.credentials.profile";
    private static final String PATH_STYLE = "s3.path.style";
    private static final String ENCRYPTION = "s3.encryption";
    private static final String ENCRYPTION_KEY = "s3.encryption.key";
    private static final String AUTHORITIES = "s3.authorities";
    private static final String LOCAL_ALLOWED = "s3.local.allowed";

    /** All of them. */
    public static final List<String> ALL =
            List.of(
                    ENDPOINT,
                    REGION,
                    CREDENTIALS,
                    ACCESS_KEY,
                    SECRET_KEY,
                    FILE,
                    PROFILE,
                    PATH_STYLE,
                    ENCRYPTION,
                    ENCRYPTION_KEY,
                    AUTHORITIES,
                    LOCAL_ALLOWED);

    /** What AWS's tools take keys from. */
    private static final String ENVIRONMENT_ACCESS_KEY = "AWS_ACCESS_KEY_ID";

    private static final String ENVIRONMENT_SECRET_KEY = "AWS_SECRET_ACCESS_KEY";
    private static final String ENVIRONMENT_TOKEN = "AWS_SESSION_TOKEN";

    /** In the place of a value that may hold a secret. */
    private static final String HIDDEN = "...";

    private final Function<String, Optional<String>> value;
    private final Function<String, Optional<String>> environment;

    private S3Keys(
            Function<String, Optional<String>> value,
            Function<String, Optional<String>> environment) {
        this.value = value;
        this.environment = environment;
    }

    /**
     * @param value what the configuration says of a key, without blanks around it
     * @param environment the process's variables
     * @param region where {@code s3.region} is not said
     * @return empty where there is nothing to sign with: S3 is not used
     * @throws S3KeyException for the first key that is wrong; files that are named are read
     */
    public static Optional<S3Settings> read(
            Function<String, Optional<String>> value,
            Function<String, Optional<String>> environment,
            String region) {
        // All are asked for, so that a reader that counts which are known hears of each.
        Map<String, Optional<String>> said = new HashMap<>();
        ALL.forEach(key -> said.put(key, value.apply(key)));
        return new S3Keys(key -> said.getOrDefault(key, Optional.empty()), environment)
                .settings(region);
    }

    private Optional<S3Settings> settings(String region) {
        Optional<URI> endpoint = value.apply(ENDPOINT).map(S3Keys::endpoint);
        String signedRegion =
                matching(REGION, "[a-z0-9-]{1,63}", "1 to 63 of a-z, 0-9 and -").orElse(region);
        boolean pathStyle = flag(PATH_STYLE, true);
        if (!pathStyle && endpoint.map(URI::getHost).filter(Addresses::isLiteral).isPresent()) {
            throw refused(
                    PATH_STYLE,
                    "true, where " + ENDPOINT + " is an address: no bucket can be before it");
        }
        S3Encryption encryption = encryption();
        List<Path> authorities = authorities(endpoint);
        boolean localAllowed = flag(LOCAL_ALLOWED, false);
        return credentials()
                .map(it ->
                        new S3Settings(
                                endpoint,
                                signedRegion,
                                it,
                                pathStyle,
                                encryption,
                                authorities,
                                localAllowed));
    }

    private static URI endpoint(String text) {
        String allowed = "http:// or https://, a host, and a port if it is not the usual one";
        try {
            URI url = URI.create(text);
            if (url.getHost() != null
                    && String.valueOf(url.getScheme()).matches("https?")
                    && url.getRawUserInfo() == null
                    && url.getRawQuery() == null
                    && url.getRawFragment() == null) {
                return url;
            }
        } catch (IllegalArgumentException e) {
            // Said below, without what stands there if it may be a password.
        }
        throw new S3KeyException(ENDPOINT, text.contains("@") ? HIDDEN : text, allowed);
    }

    private Optional<S3Credentials> credentials() {
        String where =
                matching(CREDENTIALS, "keys|file|environment", "keys (default), file, environment")
                        .orElse("keys");
        for (String key : List.of(ACCESS_KEY, SECRET_KEY)) {
            onlyWith(key, where.equals("keys"), CREDENTIALS + "=keys");
        }
        for (String key : List.of(FILE, PROFILE)) {
            onlyWith(key, where.equals("file"), CREDENTIALS + "=file");
        }
        return switch (where) {
            case "file" -> Optional.of(inFile());
            case "environment" -> Optional.of(inEnvironment());
            default -> keys();
        };
    }

    private Optional<S3Credentials> keys() {
        Optional<String> access =
                matching(ACCESS_KEY, "[!-~&&[^/,]]{1,256}", "an access key id, without '/' or ','");
        Optional<String> secret = value.apply(SECRET_KEY);
        if (access.isPresent() != secret.isPresent()) {
            throw access.isPresent()
                    ? refused(ACCESS_KEY, "together with " + SECRET_KEY + ", or neither")
                    : refused(SECRET_KEY, "together with " + ACCESS_KEY + ", or neither");
        }
        return access.flatMap(
                id -> secret.map(it -> new S3Credentials.Keys(id, it, Optional.empty())));
    }

    private S3Credentials inEnvironment() {
        Optional<String> access = variable(ENVIRONMENT_ACCESS_KEY);
        Optional<String> secret = variable(ENVIRONMENT_SECRET_KEY);
        if (access.isEmpty() || secret.isEmpty()) {
            throw refused(
                    CREDENTIALS,
                    (access.isEmpty() ? ENVIRONMENT_ACCESS_KEY : ENVIRONMENT_SECRET_KEY)
                            + " is not in the environment");
        }
        return new S3Credentials.Keys(access.get(), secret.get(), variable(ENVIRONMENT_TOKEN));
    }

    private Optional<String> variable(String name) {
        return environment.apply(name).map(String::strip).filter(it -> !it.isEmpty());
    }

    private S3Credentials inFile() {
        String file =
                value.apply(FILE)
                        .orElseThrow(
                                () -> refused(FILE, "required: a file of AWS's, with access keys"));
        S3Credentials.InFile place =
                new S3Credentials.InFile(Path.of(file), value.apply(PROFILE).orElse("default"));
        try {
            new CredentialsFile(place);
        } catch (IOException e) {
            throw refused(FILE, "a file of AWS's, with access keys (" + told(e) + ")");
        }
        return place;
    }

    private S3Encryption encryption() {
        String kind =
                matching(ENCRYPTION, "none|sse-s3|sse-kms", "none (default), sse-s3, sse-kms")
                        .orElse("none");
        onlyWith(ENCRYPTION_KEY, kind.equals("sse-kms"), ENCRYPTION + "=sse-kms");
        return switch (kind) {
            case "sse-s3" -> new S3Encryption.ByS3();
            case "sse-kms" ->
                    new S3Encryption.ByKms(
                            matching(
                                    ENCRYPTION_KEY,
                                    "[!-~]{1,2048}",
                                    "a KMS key's id, alias or ARN"));
            default -> new S3Encryption.None();
        };
    }

    private List<Path> authorities(Optional<URI> endpoint) {
        List<Path> files =
                value.apply(AUTHORITIES).stream()
                        .flatMap(it -> Arrays.stream(it.split(",", -1)))
                        .map(String::strip)
                        .map(Path::of)
                        .toList();
        if (files.isEmpty()) {
            return files;
        }
        if (endpoint.filter(it -> it.getScheme().equals("http")).isPresent()) {
            throw refused(AUTHORITIES, "only where " + ENDPOINT + " is https");
        }
        try {
            Authorities.read(files);
        } catch (IOException e) {
            throw refused(AUTHORITIES, "PEM files with certificates (" + told(e) + ")");
        }
        return files;
    }

    /** Messages of missing files are only their names. */
    static String told(IOException e) {
        return e.getClass() == IOException.class ? String.valueOf(e.getMessage()) : e.toString();
    }

    private void onlyWith(String key, boolean allowed, String with) {
        if (!allowed && value.apply(key).isPresent()) {
            throw refused(key, "only with " + with);
        }
    }

    private boolean flag(String key, boolean fallback) {
        return matching(key, "true|false", "true or false, default " + fallback)
                .map(Boolean::parseBoolean)
                .orElse(fallback);
    }

    private Optional<String> matching(String key, String pattern, String allowed) {
        Optional<String> text = value.apply(key);
        if (text.filter(it -> !it.matches(pattern)).isPresent()) {
            throw refused(key, allowed);
        }
        return text;
    }

    private S3KeyException refused(String key, String allowed) {
        // A secret that was written where the access key belongs is one too.
        boolean secret = key.equals(SECRET_KEY) || key.equals(ACCESS_KEY);
        String shown = secret ? HIDDEN : value.apply(key).orElse("");
        return new S3KeyException(key, shown, allowed);
    }
}
