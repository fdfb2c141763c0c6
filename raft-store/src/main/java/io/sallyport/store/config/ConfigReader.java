package io.sallyport.store.config;

import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import java.io.IOException;
import java.io.Reader;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Reads typed values and remembers which keys were asked for, so that what is left over is an
 * unknown key.
 */
final class ConfigReader {

    private final Map<String, String> values;
    private final Set<String> known = new HashSet<>();

    private ConfigReader(Map<String, String> values) {
        this.values = Map.copyOf(values);
    }

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

    /** To be called after the last read. */
    void refuseUnknown() {
        for (String key : new TreeSet<>(values.keySet())) {
            if (!known.contains(key)) {
                throw new ConfigException(
                        key,
                        values.getOrDefault(key, ""),
                        "an unknown key; known are " + String.join(", ", new TreeSet<>(known)));
            }
        }
    }

    /**
     * @param parse throws IllegalArgumentException for what is not allowed
     */
    <T> T required(String key, String allowed, Function<String, T> parse) {
        return read(key, values.getOrDefault(key, ""), allowed, parse);
    }

    /** As {@link #required}; where the key is absent, {@code absent} is read. */
    <T> T optional(String key, String absent, String allowed, Function<String, T> parse) {
        return read(key, values.getOrDefault(key, absent), allowed, parse);
    }

    /** As it stands there, without blanks around it; empty where there is nothing. */
    Optional<String> text(String key) {
        known.add(key);
        return Optional.of(values.getOrDefault(key, "").strip()).filter(text -> !text.isEmpty());
    }

    private <T> T read(String key, String value, String allowed, Function<String, T> parse) {
        known.add(key);
        String text = value.strip();
        if (text.isEmpty()) {
            throw new ConfigException(key, "", "required: " + allowed);
        }
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(key, text, allowed);
        }
    }

    /** {@code id=host:port,...} */
    Map<String, Endpoint> endpoints(String key) {
        return required(key, "id=host:port,... with each id once", ConfigReader::parseEndpoints);
    }

    static Map<String, Endpoint> parseEndpoints(String text) {
        Map<String, Endpoint> endpoints = new LinkedHashMap<>();
        for (String word : text.split(",", -1)) {
            int equals = word.indexOf('=');
            if (equals <= 0) {
                throw new IllegalArgumentException(word);
            }
            String id = word.substring(0, equals).strip();
            if (endpoints.put(id, endpoint(word.substring(equals + 1).strip())) != null) {
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
        int port = Integer.parseInt(text.substring(colon + 1));
        if (port < 1) {
            throw new IllegalArgumentException("port " + port);
        }
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
