package io.sallyport.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.flowlogs.s3.S3Credentials;
import io.sallyport.ids.NodeId;
import io.sallyport.net.Endpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatewayConfigTest {

    private static final Map<String, String> LEAST =
            Map.of(
                    "tls", "off",
                    "cluster.id", "c1",
                    "node.id", "gw-1",
                    "node.directory", "/var/lib/gw",
                    "stores", "s1=10.0.0.1:7200,s2=[2001:db8::2]:7200",
                    "peers.listen", "10.0.0.9:7400",
                    "management.listen", "10.0.0.9:7300",
                    "tunnel.address", "10.255.0.1",
                    "outside.interface", "eth1");

    private static GatewayConfig read(Map<String, String> changes) {
        Map<String, String> values = new HashMap<>(LEAST);
        values.putAll(changes);
        return GatewayConfig.read(new ConfigReader(values));
    }

    @Test
    void fillsInTheDefaults() {
        GatewayConfig config = read(Map.of());
        assertThat(config.nodeId()).isEqualTo(new NodeId("gw-1"));
        assertThat(config.stores())
                .containsEntry("s2", Endpoint.parse("[2001:db8::2]:7200"))
                .hasSize(2);
        assertThat(config.tunnel()).contains(Endpoint.parse("10.255.0.1:4789"));
        assertThat(config.connectionsMax()).isEqualTo(262_144);
        assertThat(config.timeouts().tcpEstablished()).isEqualTo(Duration.ofSeconds(350));
        assertThat(config.flowLogs().region()).isEqualTo("us-east-1");
        assertThat(config.flowLogs().s3()).as("without keys there is no S3").isEmpty();
        assertThat(config.announce().table()).isZero();
        assertThat(config.pulse()).isEqualTo(Path.of("/run/sallyport/c1-gw-1"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    node.id                 | Gw_1          | a host label
                    node.id                 |               | required
                    stores                  | s1            | id=host:port
                    stores                  | s1=a:1,s1=b:1 | each id once
                    peers.listen            | 10.0.0.9      | host:port
                    peers.listen            | 10.0.0.9:0    | host:port
                    tunnel.address          | somewhere     | an IP address
                    tunnel.port             | 70000         | an integer from 1 to 65535, default 4789
                    inside.mtu              | 1000          | 1280
                    inside.interfaces       | eth1          | not the outside interface
                    inside.interfaces       | a,,b          | each once
                    outside.interface       | a b           | the name of an interface
                    connections.max         | many          | an integer from 64
                    timeout.udp.seconds     | 0             | an integer from 1 to 86400
                    s3.path.style           | yes           | true or false
                    s3.endpoint             | s3.test:9000  | http:// or https://
                    s3.credentials          | vault         | keys (default), file, environment
                    s3.encryption           | aes           | none (default), sse-s3, sse-kms
                    announce.table          | 255           | not 255
                    announce.metric.worse   | 50            | more than announce.metric=100
                    announce.leave          | never         | withdraw, worsen
                    """)
    void namesKeyValueAndWhatIsAllowed(String key, String value, String allowed) {
        String given = value == null ? "" : value;
        assertThatThrownBy(() -> read(Map.of(key, given)))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("config: " + key + "=" + given + ": ")
                .hasMessageContaining(allowed);
    }

    @Test
    void letsSettingsWinOverTheFile(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("gateway.properties");
        Files.write(
                file, LEAST.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList());
        GatewayConfig config = GatewayConfig.read(file, List.of("node.id=gw-7"));
        assertThat(config.nodeId()).isEqualTo(new NodeId("gw-7"));
        assertThatThrownBy(() -> GatewayConfig.read(file, List.of("nonsense")))
                .hasMessage("config: --set=nonsense: key=value");
        assertThatThrownBy(() -> GatewayConfig.read(directory.resolve("none"), List.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("a readable properties file");
    }

    @Test
    void anUnknownKeyIsNamedAndItsValueIsNotShown() {
        assertThatThrownBy(() -> read(Map.of("s3.secret.kye", "hush-hush")))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("config: s3.secret.kye=...: an unknown key; known are ")
                .hasMessageContaining("s3.secret.key")
                .hasMessageNotContaining("hush");
    }

    @Test
    void keepsTheSecretOutOfItsText() {
        GatewayConfig config = read(Map.of("s3.access.key", "AKIA", "s3.secret.key", "hush-hush"));
        assertThat(config.toString()).contains("AKIA").doesNotContain("hush-hush");
        assertThat(config.flowLogs().s3()).isPresent();
        assertThat(config.flowLogs().s3().orElseThrow().credentials())
                .isEqualTo(new S3Credentials.Keys("AKIA", "hush-hush", Optional.empty()));
    }
}
