package io.sallyport.store.operator;

import io.sallyport.net.Endpoint;
import io.sallyport.store.config.StoreConfig;
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

    /**
     * @throws IllegalArgumentException where it is not said
     * @throws io.sallyport.store.config.ConfigException where the file says it wrongly
     */
    String cluster() {
        return cluster.or(() -> file.map(each -> StoreConfig.read(each, List.of()).clusterId()))
                .orElseThrow(() -> new IllegalArgumentException("--cluster or --config is needed"));
    }

    /** As {@link #cluster}. */
    Map<String, Endpoint> fronts() {
        return stores.map(StoreConfig::parseEndpoints)
                .or(() -> file.map(each -> StoreConfig.read(each, List.of()).frontPeers()))
                .orElseThrow(() -> new IllegalArgumentException("--stores or --config is needed"));
    }

    Cluster open() {
        return new Cluster(cluster(), fronts());
    }
}
