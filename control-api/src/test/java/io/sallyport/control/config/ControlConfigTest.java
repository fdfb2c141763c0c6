package io.sallyport.control.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.net.Endpoint;
import io.sallyport.store.trust.TrustException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ControlConfigTest {

    private static final Map<String, String> GOOD =
            Map.of(
                    "tls", "off",
                    "listen", "127.0.0.1:8080",
                    "stores", "a=127.0.0.1:1,b=[::1]:2",
                    "operator.key", "0123456789abcdef",
                    "cluster.id", "lab");

    @Test
    void fileThenOverridesMakeTheConfiguration(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("control.properties");
        StringBuilder text = new StringBuilder();
        GOOD.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
        Files.writeString(file, text);
        ControlConfig config = ControlConfig.read(file, List.of("listen=[::1]:9", "region=eu"));
        assertThat(config.listen()).isEqualTo(Endpoint.parse("[::1]:9"));
        assertThat(config.region()).isEqualTo("eu");
        assertThat(config.stores()).containsOnlyKeys("a", "b");
        assertThat(ControlConfig.of(GOOD).callsPerSecond()).isEqualTo(200);
        assertThat(ControlConfig.of(GOOD).region()).isEqualTo("us-east-1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "listen|here",
                "listen|",
                "stores|a",
                "stores|a=127.0.0.1:1,a=127.0.0.1:2",
                "stores|a=127.0.0.1:0",
                "region|US",
                "calls.per.second|0",
                "calls.per.second|1000001",
                "cluster.id|a b",
                "s3.credentials|vault",
                "s3.path.style|no"
            })
    void badValueIsNamedWithItsKeyAndWhatIsAllowed(String key, String value) {
        Map<String, String> values = new HashMap<>(GOOD);
        String given = value == null ? "" : value;
        values.put(key, given);
        assertThatThrownBy(() -> ControlConfig.of(values))
                .isInstanceOf(ConfigException.class)
                .hasMessageMatching("config: \\Q" + key + "=" + given + "\\E: .+");
    }

    @ParameterizedTest
    @ValueSource(strings = {"operator.key", "ec2.key"})
    void aBadSecretIsNamedAndNotShown(String key) {
        Map<String, String> values = new HashMap<>(GOOD);
        values.put(key, "hush hush");
        assertThatThrownBy(() -> ControlConfig.of(values))
                .isInstanceOf(ConfigException.class)
                .hasMessageMatching("config: " + key + "=\\.\\.\\.: .+ visible characters");
    }

    @Test
    void anUnknownKeyIsNamedAndItsValueIsNotShown() {
        Map<String, String> values = new HashMap<>(GOOD);
        values.put("operator.kye", "hush-hush-hush-hush");
        assertThatThrownBy(() -> ControlConfig.of(values))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("config: operator.kye=...: an unknown key; known are ");
    }

    @Test
    void missingKeyAndMissingFileAreNamed() {
        for (String key : List.of("listen", "stores", "operator.key", "cluster.id")) {
            Map<String, String> values = new HashMap<>(GOOD);
            values.remove(key);
            assertThatThrownBy(() -> ControlConfig.of(values))
                    .hasMessageMatching("config: \\Q" + key + "\\E=: .*missing.*");
        }
        Map<String, String> unproved = new HashMap<>(GOOD);
        unproved.remove("tls");
        assertThatThrownBy(() -> ControlConfig.of(unproved))
                .isInstanceOf(TrustException.class)
                .hasMessageStartingWith("config: tls.certificate=: required");
        assertThatThrownBy(() -> ControlConfig.read(Path.of("/nowhere"), List.of()))
                .hasMessageContaining("/nowhere");
    }
}
