package io.sallyport.bench;

import io.sallyport.bench.StoreTrio.Place;
import io.sallyport.net.Endpoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Three network namespaces on one bridge, so that a store can be cut off by its link. Made inside
 * the network and mount namespace of this process, which the launcher made for it: nothing of it is
 * seen outside, and it ends with the process.
 */
final class IsolatedStores {

    private static final int RAFT = 7100;
    private static final int FRONT = 7200;
    private static final int MANAGEMENT = 7300;

    private IsolatedStores() {}

    /** Makes the namespaces; the place of store n is in {@code store-n}. */
    static List<Place> build() {
        run("ip", "link", "add", "hub", "type", "bridge");
        run("ip", "address", "add", "10.98.0.1/24", "dev", "hub");
        run("ip", "link", "set", "hub", "up");
        List<Place> places = new ArrayList<>();
        for (int n = 1; n <= 3; n++) {
            String name = "store-" + n;
            String address = "10.98.0." + (10 + n);
            run("ip", "netns", "add", name);
            run(
                    "ip",
                    "link",
                    "add",
                    link(name),
                    "type",
                    "veth",
                    "peer",
                    "name",
                    "eth0",
                    "netns",
                    name);
            run("ip", "link", "set", link(name), "master", "hub", "up");
            run("ip", "-n", name, "address", "add", address + "/24", "dev", "eth0");
            run("ip", "-n", name, "link", "set", "eth0", "up");
            run("ip", "-n", name, "link", "set", "lo", "up");
            places.add(
                    new Place(
                            Endpoint.parse(address + ":" + RAFT),
                            Endpoint.parse(address + ":" + FRONT),
                            Endpoint.parse(address + ":" + MANAGEMENT),
                            List.of("ip", "netns", "exec", name)));
        }
        return places;
    }

    private static String link(String name) {
        return "to-" + name;
    }

    /** Cuts a store off from everybody. */
    static void cut(String name) {
        run("ip", "link", "set", link(name), "down");
    }

    static void heal(String name) {
        run("ip", "link", "set", link(name), "up");
    }

    private static void run(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes());
            if (!process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new BenchFailure(
                        "`%s` did not work: %s".formatted(String.join(" ", command), output));
            }
        } catch (IOException e) {
            throw new BenchFailure(String.valueOf(e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchFailure("interrupted", e);
        }
    }
}
