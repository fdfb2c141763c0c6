package io.sallyport.bench;

import io.sallyport.net.Endpoint;
import io.sallyport.store.client.StoreClient;
import io.sallyport.store.client.StoreClients;
import io.sallyport.store.trust.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Three store processes on this box, as the launcher would start them. */
final class StoreTrio implements AutoCloseable {

    private static final String CLUSTER = "bench";

    /** Among the settings: stores and clients prove who they are. Rivals talk in plain text. */
    private static final String SECURED = "tls=on";

    private static final Duration READY = Duration.ofSeconds(60);

    /**
     * Where one of them runs.
     *
     * @param inside what goes before its command: nothing, or how to enter its namespace
     */
    record Place(Endpoint raft, Endpoint front, Endpoint management, List<String> inside) {

        Place {
            inside = List.copyOf(inside);
        }

        /** Three stores on the loopback device, on ports that are free now. */
        static List<Place> onLoopback() {
            int[] ports = Children.freePorts(9);
            return IntStream.range(0, 3)
                    .mapToObj(i ->
                            new Place(
                                    loopback(ports[3 * i]),
                                    loopback(ports[3 * i + 1]),
                                    loopback(ports[3 * i + 2]),
                                    List.of()))
                    .toList();
        }

        private static Endpoint loopback(int port) {
            return Endpoint.parse("127.0.0.1:" + port);
        }
    }

    private final Path home;
    private final Path directory;
    private final List<String> settings;
    private final List<String> java;
    private final Children children;
    private final Certificates certificates;
    private final Map<String, Place> places = new TreeMap<>();
    private final Map<String, Process> running = new TreeMap<>();

    /**
     * @param home the source tree, built
     * @param directory for the stores' state and logs
     * @param settings more of the stores' configuration, "key=value"
     */
    StoreTrio(Path home, Path directory, List<Place> where, List<String> settings) {
        this(home, directory, where, settings, List.of());
    }

    /**
     * @param java options of the stores' JVM, over the launcher's
     */
    StoreTrio(
            Path home,
            Path directory,
            List<Place> where,
            List<String> settings,
            List<String> java) {
        this.java = List.copyOf(java);
        this.home = home;
        this.directory = directory;
        this.settings = settings.stream().filter(each -> !each.equals(SECURED)).toList();
        certificates =
                new Certificates(
                        CLUSTER, directory.resolve("certificates"), settings.contains(SECURED));
        children = new Children(directory);
        for (int i = 0; i < where.size(); i++) {
            places.put("store-" + (i + 1), where.get(i));
        }
        ids().forEach(this::start);
        ids().forEach(this::awaitReady);
    }

    List<String> ids() {
        return List.copyOf(places.keySet());
    }

    Place place(String id) {
        return Optional.ofNullable(places.get(id)).orElseThrow();
    }

    /** The process of a store that runs. */
    Process process(String id) {
        return Optional.ofNullable(running.get(id)).orElseThrow();
    }

    /** Where a store's state lies. */
    Path directory(String id) {
        return directory.resolve(id);
    }

    /** Starts a store, also one that was killed. */
    void start(String id) {
        List<String> keys = new ArrayList<>(certificates.keys(Role.STORE, id));
        keys.addAll(
                List.of(
                        "cluster.id=" + CLUSTER,
                        "store.id=" + id,
                        "store.directory=" + directory.resolve(id),
                        "store.raft.peers=" + words(Place::raft),
                        "store.front.peers=" + words(Place::front),
                        "management.listen=" + place(id).management()));
        List<String> command = new ArrayList<>(place(id).inside());
        command.addAll(Part.STORE.command(home, java, directory.resolve(id + ".properties"), keys));
        settings.forEach(setting -> command.addAll(List.of("--set", setting)));
        running.put(id, children.start(id, command));
    }

    void awaitReady(String id) {
        children.awaitLine(id, "ready store", READY);
    }

    /** Asks again and again, twenty times a second. */
    void awaitTrue(String what, BooleanSupplier condition, Duration within) {
        children.awaitTrue(what, condition, within);
    }

    private String words(Function<Place, Endpoint> which) {
        return places.entrySet().stream()
                .map(each -> each.getKey() + "=" + which.apply(each.getValue()))
                .collect(Collectors.joining(","));
    }

    /** As the gateway node {@link StoreContender#NODE}. */
    StoreClient connect() {
        return connect(Role.NODE, StoreContender.NODE);
    }

    /** As who makes tenants. */
    StoreClient connectAsOperator() {
        return connect(Role.OPERATOR, "bench");
    }

    private StoreClient connect(Role role, String id) {
        Map<String, Endpoint> fronts = new TreeMap<>();
        places.forEach((store, place) -> fronts.put(store, place.front()));
        return StoreClients.connect(fronts, certificates.trust(role, id));
    }

    @Override
    public void close() {
        children.close();
    }
}
