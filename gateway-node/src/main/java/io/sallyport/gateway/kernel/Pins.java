package io.sallyport.gateway.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a node's maps and links outlive its process, on a bpffs: adopted from there where they fit,
 * else made anew. Without a directory all ends with the process. Cold; one thread.
 */
final class Pins {

    private final Optional<Path> directory;

    /** {@code node}: the node's own; each layout of the maps has a place below it. */
    Pins(Optional<Path> node) {
        directory = node.map(path -> path.resolve(Integer.toString(MapLayout.VERSION)));
        directory.ifPresent(path -> {
            try {
                Files.createDirectories(path);
            } catch (IOException e) {
                throw new UncheckedIOException("no place for pins: " + path, e);
            }
        });
        node.ifPresent(this::clearOtherLayouts);
    }

    /** All that any life of that node has left; nothing where it left nothing. */
    static void clear(Path node) {
        if (Files.isDirectory(node)) {
            entries(node).forEach(layout -> clearLayout(node.resolve(layout)));
            delete(node);
        }
    }

    private static void clearLayout(Path layout) {
        entries(layout).forEach(name -> delete(layout.resolve(name)));
        delete(layout);
    }

    /** Programs of another layout know nothing of these maps: two would stand in one device. */
    private void clearOtherLayouts(Path node) {
        entries(node).stream()
                .map(node::resolve)
                .filter(other -> directory.stream().noneMatch(other::equals))
                .forEach(Pins::clearLayout);
    }

    /** Links before maps: no program is left that reads a map without its node. */
    private static List<String> entries(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString())
                    .sorted(Comparator.comparing(name -> !name.endsWith("gress")))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A bpffs keeps names with dots for itself, and no device's name has a colon. */
    private static Path place(Path directory, String name) {
        return directory.resolve(name.replace('.', ':'));
    }

    /** The map that a former life left under this name. */
    Optional<BpfMap> former(String name) {
        return directory.flatMap(path -> BpfMap.pinned(place(path, name)));
    }

    /** Whether a former life left a map of this geometry. */
    boolean has(String name, MapSpec spec) {
        return former(name)
                .map(map -> {
                    try (map) {
                        return map.spec().isLike(spec);
                    }
                })
                .orElse(false);
    }

    /** The former life's map where it fits, else a new one. */
    BpfMap map(String name, MapSpec spec) {
        Optional<BpfMap> former = former(name);
        if (former.isPresent()) {
            if (former.get().spec().isLike(spec)) {
                return former.get();
            }
            former.get().close();
            remove(name);
        }
        BpfMap fresh = BpfMap.create(spec);
        directory.ifPresent(path -> fresh.pin(place(path, name)));
        return fresh;
    }

    /**
     * The former life's link, from now on with this program; a new one where there is none or its
     * device is gone.
     */
    Link link(String name, Program program, int device, Attachment where) {
        Optional<Link> former = directory.flatMap(path -> Link.pinned(place(path, name)));
        if (former.isPresent()) {
            if (former.get().device() == device) {
                former.get().update(program);
                return former.get();
            }
            former.get().close();
            remove(name);
        }
        Link fresh = Link.attach(program, device, where);
        directory.ifPresent(path -> fresh.pin(place(path, name)));
        return fresh;
    }

    /** Everything goes: links of a former life leave their devices. */
    void clear() {
        directory.ifPresent(path -> entries(path).forEach(name -> delete(path.resolve(name))));
    }

    /** Everything goes, and the place too. */
    void remove() {
        clear();
        directory.ifPresent(path -> {
            delete(path);
            Path node = path.getParent();
            if (node != null) {
                delete(node);
            }
        });
    }

    private void remove(String name) {
        directory.ifPresent(path -> delete(place(path, name)));
    }
}
