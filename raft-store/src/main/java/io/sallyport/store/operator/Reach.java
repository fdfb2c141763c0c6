package io.sallyport.store.operator;

import io.sallyport.net.Endpoint;
import io.sallyport.store.config.StoreConfig;
import io.sallyport.store.trust.MemberName;
import io.sallyport.store.trust.Role;
import io.sallyport.store.trust.TlsFiles;
import io.sallyport.store.trust.Trust;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which cluster is meant, and where some of its stores are. */
final class Reach {

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "the .properties file of one of the stores; says the next two")
    private Optional<Path> file = Optional.empty();

    @Option(
            names = "--stores",
            paramLabel = "ID=HOST:PORT,...",
            description = "fronts of some of the stores; the others are learned from them")
    private Optional<String> stores = Optional.empty();

    @Option(names = "--cluster", paramLabel = "ID", description = "the cluster's id")
    private Optional<String> cluster = Optional.empty();

    @Option(
            names = "--certificate",
            paramLabel = "FILE",
            description =
                    "yours, of a name sallyport://CLUSTER/operator/NAME; --config says it too")
    private Optional<Path> certificate = Optional.empty();

    @Option(names = "--key", paramLabel = "FILE", description = "the certificate's private key")
    private Optional<Path> key = Optional.empty();

    @Option(
            names = "--authorities",
            split = ",",
            paramLabel = "FILE,...",
            description = "whose certificates are believed")
    private List<Path> authorities = List.of();

    @Option(names = "--plain", description = "the stores run with tls=off")
    private boolean plain;

    private Optional<StoreConfig> config() {
        return file.map(each -> StoreConfig.read(each, List.of()));
    }

    /** As {@link #trust}. */
    Map<String, Endpoint> fronts() {
        return stores.map(StoreConfig::parseEndpoints)
                .or(() -> config().map(StoreConfig::frontPeers))
                .orElseThrow(() -> new IllegalArgumentException("--stores or --config is needed"));
    }

    /**
     * Who asks: the operator by a certificate of its own, or in the name of the store whose file
     * was given.
     *
     * @throws IllegalArgumentException where it is not said
     * @throws io.sallyport.store.config.ConfigException where the file says it wrongly
     * @throws io.sallyport.store.trust.TrustException where the certificate cannot be used
     */
    Trust trust() {
        Optional<StoreConfig> config = config();
        String id =
                cluster.or(() -> config.map(StoreConfig::clusterId))
                        .orElseThrow(() ->
                                new IllegalArgumentException("--cluster or --config is needed"));
        if (plain) {
            return Trust.plain(id);
        }
        if (certificate.isPresent() && key.isPresent() && !authorities.isEmpty()) {
            return Trust.open(new TlsFiles(certificate.get(), key.get(), authorities), id);
        }
        return config.map(store ->
                        Trust.open(new MemberName(id, Role.STORE, store.storeId()), store.tls()))
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "--config, or --certificate, --key and --authorities, or --plain"
                                        + " is needed"));
    }

    Cluster open() {
        return new Cluster(trust(), fronts());
    }
}
