package io.sallyport.bench;

import io.sallyport.net.Endpoint;
import io.sallyport.store.client.StoreClient;
import io.sallyport.store.client.StoreClients;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Three store processes on this box, as the launcher would start them. */
final class StoreTrio implements AutoCloseable {

    private static final String CLUSTER = "bench";

    private final Children children;
    private final Map<String, Endpoint> fronts = new TreeMap<>();
    private final Map<String, Endpoint> raft = new TreeMap<>();

    /**
     * @param home the source tree, built
     * @param directory for the stores' state and logs
     * @param settings more of the stores' configuration, "key=value"
     */
    StoreTrio(Path home, Path directory, List<String> settings) {
        children = new Children(directory);
        int[] ports = Children.freePorts(9);
        for (int i = 0; i < 3; i++) {
            raft.put("store-" + (i + 1), Endpoint.parse("127.0.0.1:" + ports[3 * i]));
            fronts.put("store-" + (i + 1), Endpoint.parse("127.0.0.1:" + ports[3 * i + 1]));
        }
        int each = 0;
        for (String id : fronts.keySet()) {
            Path file = directory.resolve(id + ".properties");
            write(
                    file,
                    List.of(
                            "cluster.id=" + CLUSTER,
                            "store.id=" + id,
                            "store.directory=" + directory.resolve(id),
                            "store.raft.peers=" + words(raft),
                            "store.front.peers=" + words(fronts),
                            "management.listen=127.0.0.1:" + ports[3 * each++ + 2]));
            children.start(id, command(home, file, settings));
        }
        fronts.keySet()
                .forEach(id -> children.awaitLine(id, "ready store", Duration.ofSeconds(60)));
    }

    private static String words(Map<String, Endpoint> endpoints) {
        return endpoints.entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue())
                .collect(Collectors.joining(","));
    }

    private static void write(Path file, List<String> lines) {
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> command(Path home, Path file, List<String> settings) {
        Path target = home.resolve("raft-store/target");
        Path launch = home.resolve("chaos-tests/launch");
        try {
            String libraries = Files.readString(target.resolve("classpath")).strip();
            List<String> command =
                    new ArrayList<>(
                            List.of(
                                    Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                    "@" + launch.resolve("common.args"),
                                    "@" + launch.resolve("store.args"),
                                    "-cp",
                                    target.resolve("raft-store-0.1.0-SNAPSHOT.jar")
                                            + ":"
                                            + libraries,
                                    "io.sallyport.store.Main",
                                    "--config",
                                    file.toString()));
            settings.forEach(setting -> command.addAll(List.of("--set", setting)));
            return command;
        } catch (IOException e) {
            throw new BenchFailure("the source tree is not built: " + e.getMessage(), e);
        }
    }

    StoreClient connect() {
        return StoreClients.connect(fronts, CLUSTER);
    }

    @Override
    public void close() {
        children.close();
    }
}
