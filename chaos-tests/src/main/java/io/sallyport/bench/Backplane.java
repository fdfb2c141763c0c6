package io.sallyport.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * By which the nodes of a fleet reach each other and their store: a bridge in its own namespace.
 */
final class Backplane implements AutoCloseable {

    /** The store's and control's. */
    static final String ADDRESS = "10.9.0.1";

    private static final int FIRST_NODE = 10;
    private static final String DEVICE = "peers";

    private final String namespace;

    /**
     * @param name tells its namespace from others'
     */
    Backplane(String name) {
        namespace = "spb-%s-%d-backplane".formatted(name, ProcessHandle.current().pid());
        Tool.run("ip", "netns", "add", namespace);
        ip(
                "link set lo up",
                "link add bridge type bridge",
                "address add " + ADDRESS + "/24 dev bridge",
                "link set bridge up");
    }

    /** Gives a testbed's gateway a device and an address here. */
    void join(Testbed testbed, int node) {
        String port = "node" + node;
        Path gateway = testbed.file(Testbed.Room.GATEWAY);
        ip(
                "link add name %s type veth peer name %s netns %s"
                        .formatted(port, DEVICE, gateway.getFileName()));
        ip("link set %s master bridge".formatted(port), "link set %s up".formatted(port));
        testbed.ip(
                Testbed.Room.GATEWAY,
                "address add %s/24 dev %s".formatted(address(node), DEVICE),
                "link set %s up".formatted(DEVICE));
    }

    static String address(int node) {
        return "10.9.0." + (FIRST_NODE + node);
    }

    private void ip(String... lines) {
        Tool.batch(inside(List.of("ip", "-batch", "-")), List.of(lines));
    }

    /** The command that runs {@code command} beside the store. */
    List<String> inside(List<String> command) {
        return Stream.concat(
                        Stream.of("nsenter", "--net=/run/netns/" + namespace), command.stream())
                .toList();
    }

    @Override
    public void close() {
        Tool.run("ip", "netns", "delete", namespace);
    }
}
