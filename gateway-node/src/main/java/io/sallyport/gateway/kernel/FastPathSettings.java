package io.sallyport.gateway.kernel;

import io.sallyport.net.Endpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What one node's kernel path is made of.
 *
 * @param inside plain inside devices by name
 * @param outside the device towards the internet
 * @param tunnel where VXLAN packets arrive; empty: nowhere
 * @param insideMtu longest IP packet towards clients on plain devices; 0: the device's
 * @param connectionsMax capacity of the table
 * @param pins a directory on a bpffs of this node's own, where it outlives the process; empty: it
 *     ends with the process
 */
public record FastPathSettings(
        Hook hook,
        List<String> inside,
        String outside,
        Optional<Tunnel> tunnel,
        int insideMtu,
        int connectionsMax,
        Optional<Path> pins) {

    /**
     * @param local the tunnel's address on this box, and its UDP port
     * @param owner whose the device is: one that another has made is left alone
     * @param mtu longest IP packet towards clients behind it
     */
    public record Tunnel(Endpoint local, String owner, int mtu) {}

    public FastPathSettings {
        inside = List.copyOf(inside);
    }
}
