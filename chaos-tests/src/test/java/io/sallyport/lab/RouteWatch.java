package io.sallyport.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.awaitility.Awaitility;

/** Hears from the router's kernel when a route changes: from then on packets go elsewhere. */
final class RouteWatch implements AutoCloseable {

    private record Change(long nanos, String line) {}

    private final Process monitor;
    private final List<Change> changes = new ArrayList<>();

    RouteWatch(Topology topology) {
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(topology.router().inside("ip", "-o", "monitor", "route"));
            builder.environment().put(Processes.MARK, topology.prefix());
            monitor = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::read);
        // It listens once it has heard of something.
        Host router = topology.router();
        Awaitility.await()
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    Shell.run(router.inside("ip", "route", "add", "blackhole", MARK)).orFail();
                    Shell.run(router.inside("ip", "route", "delete", "blackhole", MARK)).orFail();
                    return heard();
                });
    }

    private static final String MARK = "192.0.2.77";

    private synchronized boolean heard() {
        return changes.stream().anyMatch(change -> change.line().contains(MARK));
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(monitor.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (this) {
                    changes.add(new Change(System.nanoTime(), line));
                }
            }
        } catch (IOException e) {
            // The monitor was ended.
            return;
        }
    }

    /** Waits until no packet to the addresses goes to the node; since when, in milliseconds. */
    double awaitGone(List<String> addresses, int node, long sinceNanos) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> addresses.stream().allMatch(one -> goneAt(one, node, sinceNanos) > 0));
        long last =
                addresses.stream().mapToLong(one -> goneAt(one, node, sinceNanos)).max().orElse(0);
        return (last - sinceNanos) / 1e6;
    }

    /** When it was left out for the first time; 0: not yet. */
    private synchronized long goneAt(String address, int node, long sinceNanos) {
        return changes.stream()
                .filter(change -> change.nanos() > sinceNanos)
                .filter(change -> change.line().contains(address + " "))
                .filter(change ->
                        change.line().toLowerCase(Locale.ROOT).contains("deleted")
                                || !change.line().contains("dev gw-" + node + "-"))
                .mapToLong(Change::nanos)
                .findFirst()
                .orElse(0);
    }

    @Override
    public void close() {
        monitor.destroyForcibly();
    }
}
