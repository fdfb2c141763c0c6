package io.sallyport.gateway.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.sallyport.gateway.connections.KeyHash;
import io.sallyport.gateway.connections.TableMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The maps that all programs of a node share: those of a former life, where they fit, else new
 * ones. Where its horizon has passed nothing of it goes on, but what it counted is still to be
 * told. Cold.
 */
final class NodeMaps implements AutoCloseable {

    /** A running program may hold a record; none runs for so long. */
    private static final long GRACE_NANOS = 150_000_000L;

    private static final List<String> OF_DEVICES = List.of("device", "punts");
    private static final String IDENTITIES = "identities";
    private static final String ORIGINS = "origins";
    private static final String TOLD = "told";
    private static final String FLOWS = "flows";

    private final FastPathSettings settings;
    private final Map<String, BpfMap> maps = new HashMap<>();
    private final boolean inherited;
    private final long inheritedUntil;
    private final int life;
    private final boolean remembered;

    NodeMaps(FastPathSettings settings, ProgramObjects objects, Pins pins) {
        this.settings = settings;
        Map<String, MapSpec> specs = specs(objects);
        inherited =
                specs.entrySet().stream().allMatch(one -> pins.has(one.getKey(), one.getValue()))
                        && pins.former("meta").map(this::fits).orElse(false);
        if (!inherited) {
            pins.clear();
        }
        try {
            specs.forEach((name, spec) -> maps.put(name, pins.map(name, spec)));
            MemorySegment meta = meta();
            if (!inherited) {
                found(meta);
            }
            inheritedUntil = meta.get(JAVA_LONG, MapLayout.META_ACT_UNTIL);
            int former = meta.get(JAVA_INT, MapLayout.META_LIFE);
            life = former + 1;
            remembered = maps.containsKey(FLOWS) && remembers(get(FLOWS).mapped(), former);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** A life that knew nothing of this memory has left it as it was, and counted on. */
    private boolean remembers(MemorySegment flows, int former) {
        boolean written = inherited && flows.get(JAVA_INT, MapLayout.FLOWS_LIFE) == former;
        if (!written) {
            flows.fill((byte) 0);
            flows.set(JAVA_INT, MapLayout.FLOWS_LIFE, former);
        }
        return written;
    }

    private Map<String, MapSpec> specs(ProgramObjects objects) {
        Map<String, MapSpec> specs = new HashMap<>();
        objects.tcx()
                .maps()
                .forEach((name, spec) -> {
                    if (!OF_DEVICES.contains(name)) {
                        specs.put(name, sized(spec));
                    }
                });
        if (settings.pins().isPresent()) {
            specs.put(
                    IDENTITIES,
                    array(IDENTITIES, TableMemory.IDENTITY_BYTES, settings.connectionsMax() + 1));
            specs.put(
                    ORIGINS,
                    array(
                            ORIGINS,
                            TableMemory.ORIGIN_BYTES,
                            TableMemory.origins(settings.connectionsMax())));
            specs.put(TOLD, array(TOLD, MapLayout.TOLD_BYTES, settings.connectionsMax() + 1));
            specs.put(FLOWS, array(FLOWS, Long.BYTES, MapLayout.FLOWS_BYTES / Long.BYTES));
        }
        return specs;
    }

    private static MapSpec array(String name, int bytes, int entries) {
        return new MapSpec(name, MapType.ARRAY, Integer.BYTES, bytes, entries, MapSpec.MMAPABLE);
    }

    private MapSpec sized(MapSpec spec) {
        return switch (spec.name()) {
            case "connections" -> spec.withEntries(settings.connectionsMax() + 1);
            case "paths" -> spec.withEntries(TableMemory.paths(settings.connectionsMax()));
            case "buckets" ->
                    spec.withEntries(
                            Math.toIntExact(TableMemory.buckets(settings.connectionsMax())));
            default -> spec;
        };
    }

    private boolean fits(BpfMap former) {
        try (former) {
            MemorySegment meta = former.mapped();
            return meta.get(JAVA_INT, MapLayout.META_VERSION) == MapLayout.VERSION
                    && meta.get(JAVA_INT, MapLayout.META_CONNECTIONS) == settings.connectionsMax()
                    && meta.get(JAVA_INT, MapLayout.META_DEVICES) == devices();
        }
    }

    /** Records name devices by their order; in another network namespace they are others. */
    private int devices() {
        List<String> names = new ArrayList<>(settings.inside());
        names.add(networkNamespace());
        names.add(settings.outside());
        names.add(settings.hook().name());
        settings.tunnel().ifPresent(tunnel -> names.add(tunnel.local().toString()));
        return names.hashCode();
    }

    private static String networkNamespace() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net")).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void found(MemorySegment meta) {
        TableMemory.Seeds seeds = TableMemory.Seeds.random();
        long buckets = TableMemory.buckets(settings.connectionsMax());
        meta.set(JAVA_INT, MapLayout.META_CONNECTIONS, settings.connectionsMax());
        meta.set(JAVA_INT, MapLayout.META_DEVICES, devices());
        meta.set(JAVA_LONG, MapLayout.META_BUCKETS, buckets);
        for (int i = 0; i < KeyHash.SEEDS; i++) {
            meta.set(JAVA_LONG, MapLayout.META_SEEDS + 8L * i, seeds.words().get(i));
        }
        meta.set(JAVA_LONG, MapLayout.META_SEED_IPV4, seeds.hash().ofAllIpv4());
        get("policies").mapped().fill((byte) MapLayout.POLICY_NONE);
        meta.set(JAVA_INT, MapLayout.META_VERSION, MapLayout.VERSION);
    }

    BpfMap get(String name) {
        return Optional.ofNullable(maps.get(name))
                .orElseThrow(() -> new IllegalStateException("the object has no map " + name));
    }

    Map<String, BpfMap> all() {
        return maps;
    }

    MemorySegment meta() {
        return get("meta").mapped();
    }

    /** Whether they hold what a former life left. */
    boolean inherited() {
        return inherited;
    }

    /** CLOCK_BOOTTIME, ns: the horizon of whoever wrote them last. */
    long inheritedUntil() {
        return inheritedUntil;
    }

    /** Lives that have judged records in these maps, this one too: 1 and more. */
    int life() {
        return life;
    }

    /** One that ended before this has judged nothing: the next one is numbered as it was. */
    void takeOver() {
        meta().set(JAVA_INT, MapLayout.META_LIFE, life);
        if (maps.containsKey(FLOWS)) {
            get(FLOWS).mapped().set(JAVA_INT, MapLayout.FLOWS_LIFE, life);
        }
    }

    /** Where what was told is remembered for a next life; empty: there is to be none. */
    Optional<FastPath.Remembered> remembered() {
        return maps.containsKey(FLOWS)
                ? Optional.of(
                        new FastPath.Remembered(
                                get(TOLD).mapped(),
                                get(FLOWS)
                                        .mapped()
                                        .asSlice(
                                                MapLayout.FLOWS_NOTES,
                                                MapLayout.FLOWS_RING - MapLayout.FLOWS_NOTES),
                                remembered))
                : Optional.empty();
    }

    /** Opened once more, so that it may outlive this. */
    Optional<BpfMap> flows(Pins pins) {
        return maps.containsKey(FLOWS) ? pins.former(FLOWS) : Optional.empty();
    }

    TableMemory table() {
        MemorySegment meta = meta();
        return new TableMemory(
                settings.connectionsMax(),
                get("connections").mapped(),
                get("buckets").mapped(),
                get("paths").mapped(),
                get("eips").mapped(),
                ofNextLife(IDENTITIES),
                ofNextLife(ORIGINS),
                new TableMemory.Seeds(
                        IntStream.range(0, KeyHash.SEEDS)
                                .mapToObj(i -> meta.get(JAVA_LONG, MapLayout.META_SEEDS + 8L * i))
                                .toList()),
                GRACE_NANOS);
    }

    private MemorySegment ofNextLife(String name) {
        return maps.containsKey(name) ? get(name).mapped() : TableMemory.NO_IDENTITIES;
    }

    @Override
    public void close() {
        maps.values().forEach(BpfMap::close);
    }
}
