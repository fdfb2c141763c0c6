package io.sallyport.store.trust;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Where a process finds what it proves itself with, all PEM.
 *
 * @param certificate its own, and after it those that lead to an authority, if any
 * @param key its private key, PKCS#8, not encrypted
 * @param authorities whose certificates are believed; each file holds one or more, and during a
 *     change of authority both are named
 */
public record TlsFiles(Path certificate, Path key, List<Path> authorities) {

    public static final String SWITCH = "tls";
    public static final String CERTIFICATE = "tls.certificate";
    public static final String KEY = "tls.key";
    public static final String AUTHORITIES = "tls.authorities";

    /** All keys of a configuration that are about certificates. */
    public static final List<String> KEYS = List.of(SWITCH, CERTIFICATE, KEY, AUTHORITIES);

    public TlsFiles {
        authorities = List.copyOf(authorities);
        if (authorities.isEmpty()) {
            throw new IllegalArgumentException("nobody's certificates are believed");
        }
    }

    /**
     * Reads the four keys.
     *
     * @param value what the configuration says of a key, without blanks around it
     * @return empty where {@code tls=off}
     * @throws TrustException naming the key that is missing or wrong
     */
    public static Optional<TlsFiles> read(Function<String, Optional<String>> value) {
        String on = value.apply(SWITCH).orElse("on");
        List<String> said = KEYS.stream().skip(1).filter(k -> value.apply(k).isPresent()).toList();
        return switch (on) {
            case "on" ->
                    Optional.of(
                            new TlsFiles(
                                    path(value, CERTIFICATE, "this process's certificate"),
                                    path(value, KEY, "its private key"),
                                    paths(value)));
            case "off" -> {
                if (!said.isEmpty()) {
                    throw new TrustException(SWITCH, on, "not together with " + said);
                }
                yield Optional.empty();
            }
            default -> throw new TrustException(SWITCH, on, "on, or off: all in plain text");
        };
    }

    private static Path path(Function<String, Optional<String>> value, String key, String meaning) {
        return Path.of(
                value.apply(key)
                        .orElseThrow(() ->
                                new TrustException(
                                        key,
                                        "",
                                        "required: a PEM file with "
                                                + meaning
                                                + "; or tls=off for plain text")));
    }

    private static List<Path> paths(Function<String, Optional<String>> value) {
        String all = path(value, AUTHORITIES, "whose certificates are believed").toString();
        return Arrays.stream(all.split(",", -1)).map(String::strip).map(Path::of).toList();
    }
}
