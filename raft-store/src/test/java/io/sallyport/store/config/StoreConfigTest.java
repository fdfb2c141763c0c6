package io.sallyport.store.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.net.Endpoint;
import io.sallyport.store.trust.TrustException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoreConfigTest {

    @TempDir private Path disk;

    private Path good() throws IOException {
        return Files.writeString(
                disk.resolve("store.properties"),
                """
                cluster.id=lab
                tls=off
                store.id=store-1
                store.directory=/var/lib/sallyport
                store.raft.peers=store-1=127.0.0.1:7001,store-2=[::1]:7002
                store.front.peers=store-1=127.0.0.1:7011,store-2=[::1]:7012
                management.listen=localhost:9001
                """);
    }

    @Test
    void aGoodFileIsRead() throws IOException {
        StoreConfig config = StoreConfig.read(good(), List.of("cluster.id=other"));
        assertThat(config.clusterId()).isEqualTo("other");
        assertThat(config.front()).isEqualTo(Endpoint.parse("127.0.0.1:7011"));
        assertThat(config.raftPeers()).containsEntry("store-2", Endpoint.parse("[::1]:7002"));
        assertThat(config.management().port()).isEqualTo(9001);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    store.idd=x;        config: store.idd=x: an unknown key
                    store.id=Store_1;   config: store.id=Store_1: 1 to 63 of a-z
                    store.id=store-9;   config: store.id=store-9: one of store.raft.peers
                    cluster.id=;        config: cluster.id=: required
                    management.listen=127.0.0.1:99999; config: management.listen=127.0.0.1:99999: host:port
                    management.listen=127.0.0.1; config: management.listen=127.0.0.1: host:port
                    store.raft.peers=a; config: store.raft.peers=a: id=host:port
                    store.raft.peers=a=127.0.0.1:1,a=127.0.0.1:2; config: store.raft.peers=a=127.0.0.1:1,a=127.0.0.1:2: id=host:port
                    store.front.peers=store-1=127.0.0.1:1; config: store.front.peers=[store-1]: the same ids
                    nonsense;           config: --set=nonsense: key=value
                    """)
    void aWrongValueIsNamedWithWhatIsAllowed(String setting, String message) throws IOException {
        Path file = good();
        assertThatThrownBy(() -> StoreConfig.read(file, List.of(setting)))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        Path missing = disk.resolve("missing.properties");
        assertThatThrownBy(() -> StoreConfig.read(missing, List.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("missing.properties");
    }

    @Test
    void plainTextIsAskedForByItsWord() throws IOException {
        Path file = good();
        assertThat(StoreConfig.read(file, List.of()).tls()).isEmpty();
        assertThatThrownBy(() -> StoreConfig.read(file, List.of("tls=on")))
                .isInstanceOf(TrustException.class)
                .hasMessageStartingWith("config: tls.certificate=: required");
    }
}
