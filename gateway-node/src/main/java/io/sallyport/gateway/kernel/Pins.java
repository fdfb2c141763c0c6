package io.sallyport.gateway.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

    Pins(Optional<Path> directory) {
        this.directory = directory;
        directory.ifPresent(path -> {
            try {
                Files.createDirectories(path);
            } catch (IOException e) {
                throw new UncheckedIOException("no place for pins: " + path, e);
            }
        });
    }

    /** A bpffs keeps names with dots for itself, and no device's name has a colon. */
    private static Path place(Path directory, String name) {
        return directory.resolve(name.replace('.', ':'));
    }

    /** Whether a former life left a map of this geometry. */
    boolean has(String name, MapSpec spec) {
        return directory
                .flatMap(path -> BpfMap.pinned(place(path, name)))
                .map(map -> {
                    try (map) {
                        return map.spec().isLike(spec);
                    }
                })
                .orElse(false);
    }

    /** The former life's map where it fits, else a new one. */
    BpfMap map(String name, MapSpec spec) {
        Optional<BpfMap> former = directory.flatMap(path -> BpfMap.pinned(place(path, name)));
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
        List<String> names = new ArrayList<>();
        directory.ifPresent(path -> {
            try (Stream<Path> entries = Files.list(path)) {
                // Links before maps: no program is left that reads a map without its node.
                entries.map(entry -> entry.getFileName().toString())
                        .sorted(Comparator.comparing(name -> !name.endsWith("gress")))
                        .forEach(names::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        names.forEach(this::remove);
    }

    private void remove(String name) {
        directory.ifPresent(path -> {
            try {
                Files.deleteIfExists(place(path, name));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
