package io.sallyport.gateway.config;

import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import java.io.IOException;
import java.io.Reader;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Reads typed values and remembers which keys were asked for, so that what is left over is an
 * unknown key. Every failure is a {@link ConfigException} that names key, value and what is
 * allowed.
 */
final class ConfigReader {

    private final Map<String, String> values;
    private final Set<String> known = new HashSet<>();

    ConfigReader(Map<String, String> values) {
        this.values = Map.copyOf(values);
    }

    /** The file's properties, with {@code settings} ("key=value") over them. */
    static ConfigReader open(Path file, List<String> settings) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigException(
                    "--config", file.toString(), "a readable properties file (" + e + ")");
        }
        Map<String, String> values = new HashMap<>();
        properties.stringPropertyNames().forEach(k -> values.put(k, properties.getProperty(k)));
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            if (equals <= 0) {
                throw new ConfigException("--set", setting, "key=value");
            }
            values.put(setting.substring(0, equals), setting.substring(equals + 1));
        }
        return new ConfigReader(values);
    }

    /** To be called after the last read. What stands there is not shown: it may be a secret. */
    void refuseUnknown() {
        for (String key : new TreeSet<>(values.keySet())) {
            if (!known.contains(key)) {
                throw new ConfigException(
                        key,
                        "...",
                        "an unknown key; known are " + String.join(", ", new TreeSet<>(known)));
            }
        }
    }

    /** As it stands there, without blanks around it; empty where there is nothing. */
    Optional<String> text(String key) {
        known.add(key);
        return Optional.of(values.getOrDefault(key, "").strip()).filter(text -> !text.isEmpty());
    }

    /** A value of any kind; {@code parse} throws IllegalArgumentException for what is not. */
    <T> Optional<T> optional(String key, String allowed, Function<String, T> parse) {
        known.add(key);
        String text = values.getOrDefault(key, "").strip();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(parse.apply(text));
        } catch (IllegalArgumentException e) {
            throw new ConfigException(key, text, allowed);
        }
    }

    <T> T required(String key, String allowed, Function<String, T> parse) {
        return optional(key, allowed, parse)
                .orElseThrow(() -> new ConfigException(key, "", "required: " + allowed));
    }

    /** A constant of {@code fallback}'s kind, in small letters. */
    <E extends Enum<E>> E oneOf(String key, E fallback) {
        Class<E> kind = fallback.getDeclaringClass();
        String allowed =
                Arrays.stream(kind.getEnumConstants())
                                .map(one -> one.name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(", "))
                        + ", default "
                        + fallback.name().toLowerCase(Locale.ROOT);
        return optional(
                        key,
                        allowed,
                        text ->
                                Arrays.stream(kind.getEnumConstants())
                                        .filter(one ->
                                                one.name().toLowerCase(Locale.ROOT).equals(text))
                                        .findAny()
                                        .orElseThrow(() -> new IllegalArgumentException(text)))
                .orElse(fallback);
    }

    int integer(String key, int fallback, int least, int most) {
        String allowed = "an integer from " + least + " to " + most + ", default " + fallback;
        return optional(key, allowed, text -> inRange(Integer.parseInt(text), least, most))
                .orElse(fallback);
    }

    private static int inRange(int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException("out of range");
        }
        return value;
    }

    boolean flag(String key, boolean fallback) {
        return optional(key, "true or false, default " + fallback, ConfigReader::parseFlag)
                .orElse(fallback);
    }

    private static boolean parseFlag(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(text);
        };
    }

    /** Comma-separated words without blanks; empty where the key is not there. */
    List<String> words(String key, String allowed) {
        return optional(key, allowed, ConfigReader::split).orElse(List.of());
    }

    private static List<String> split(String text) {
        List<String> words = Arrays.stream(text.split(",", -1)).map(String::strip).toList();
        if (words.stream().anyMatch(String::isEmpty)
                || new HashSet<>(words).size() != words.size()) {
            throw new IllegalArgumentException("an empty or repeated word");
        }
        return words;
    }

    /** {@code id=host:port,...} in the order given. */
    Map<String, Endpoint> endpoints(String key) {
        return required(key, "id=host:port,... with each id once", ConfigReader::parseEndpoints);
    }

    private static Map<String, Endpoint> parseEndpoints(String text) {
        Map<String, Endpoint> endpoints = new LinkedHashMap<>();
        for (String word : split(text)) {
            int equals = word.indexOf('=');
            if (equals <= 0) {
                throw new IllegalArgumentException(word);
            }
            if (endpoints.put(word.substring(0, equals), endpoint(word.substring(equals + 1)))
                    != null) {
                throw new IllegalArgumentException("an id twice");
            }
        }
        return endpoints;
    }

    /** {@code host:port}; a name is resolved once, here. */
    static Endpoint endpoint(String text) {
        int colon = text.lastIndexOf(':');
        if (colon <= 0) {
            throw new IllegalArgumentException(text);
        }
        int port = inRange(Integer.parseInt(text.substring(colon + 1)), 1, 65535);
        String host = text.substring(0, colon);
        try {
            return new Endpoint(IpAddress.parse(host), port);
        } catch (IllegalArgumentException notAnAddress) {
            try {
                return new Endpoint(IpAddress.of(InetAddress.getByName(host).getAddress()), port);
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException("host " + host + " has no address", e);
            }
        }
    }
}
