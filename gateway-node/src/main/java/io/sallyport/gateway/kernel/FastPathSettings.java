package io.sallyport.gateway.kernel;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What one node's kernel path is made of.
 *
 * @param inside plain inside devices by name
 * @param outside the device towards the internet
 * @param insideMtu longest IP packet towards clients; 0: the device's
 * @param connectionsMax capacity of the table
 * @param pins a directory on a bpffs of this node's own, where it outlives the process; empty: it
 *     ends with the process
 */
public record FastPathSettings(
        Hook hook,
        List<String> inside,
        String outside,
        int insideMtu,
        int connectionsMax,
        Optional<Path> pins) {

    public FastPathSettings {
        inside = List.copyOf(inside);
    }
}
