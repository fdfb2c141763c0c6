package io.sallyport.gateway;

import io.sallyport.gateway.config.GatewayConfig;
import io.sallyport.gateway.connections.TableMemory;
import io.sallyport.gateway.dataplane.Counters;
import io.sallyport.gateway.dataplane.DropReason;
import io.sallyport.gateway.dataplane.Explanation;
import io.sallyport.gateway.kernel.Attached;
import io.sallyport.gateway.kernel.FastPath;
import io.sallyport.gateway.kernel.PathCounters;
import io.sallyport.gateway.kernel.PathOutcome;
import io.sallyport.net.Endpoint;
import java.util.Locale;

/**
 * The kernel path for people: what is attached where and why, how full the table is, what packets
 * met, in all and per second. Any thread; takes a second.
 */
final class KernelReport {

    private static final long SECOND_MILLIS = 1000;

    private final GatewayConfig config;
    private final KernelPath kernel;
    private final Counters counters;

    KernelReport(GatewayConfig config, KernelPath kernel, Counters counters) {
        this.config = config;
        this.kernel = kernel;
        this.counters = counters;
    }

    String text() throws InterruptedException {
        StringBuilder page = new StringBuilder();
        kernel.path()
                .ifPresentOrElse(
                        path -> attached(page, path),
                        () ->
                                line(
                                        page,
                                        "no kernel path, the node's process forwards every packet:"
                                                + " %s",
                                        kernel.why()));
        long connections = counters.value(Counters.Name.CONNECTIONS);
        line(
                page,
                "table: %,d of %,d connections (%.1f %%)",
                connections,
                config.connectionsMax(),
                100.0 * connections / config.connectionsMax());
        line(
                page,
                "clients: %,d of %,d different ways to them%s",
                counters.value(Counters.Name.CLIENT_PATHS),
                TableMemory.paths(config.connectionsMax()) - 1,
                beyond(counters.value(Counters.Name.CLIENT_PATHS_APART)));
        if (kernel.path().isPresent()) {
            outcomes(page, kernel.path().get().counters());
        }
        return page.toString();
    }

    private static String beyond(long apart) {
        return apart == 0
                ? ""
                : ", and %,d more, whose packets the process forwards".formatted(apart);
    }

    /** With the reason where no program was asked. */
    String explained(Explanation explanation) {
        return explanation.text()
                + (kernel.path().isPresent()
                        ? ""
                        : "(by the process alone, there is no kernel path: "
                                + kernel.why()
                                + ")\n");
    }

    private void attached(StringBuilder page, FastPath path) {
        line(page, "%-16s %-5s %-12s %-17s %s", "device", "hook", "program", "tag", "why");
        path.attached()
                .forEach(one ->
                        line(
                                page,
                                "%-16s %-5s %-12s %-17s %s",
                                one.device(),
                                one.hook(),
                                one.program(),
                                one.tag(),
                                why(path, one)));
        config.tunnel().ifPresent(local -> tunnel(page, path, local));
    }

    private static String why(FastPath path, Attached one) {
        if (!one.ingress()) {
            return "nothing is sent after the horizon";
        }
        if (path.tunnelDevice().stream().anyMatch(one.device()::equals)) {
            return "tunnels have a device of their own, behind the stack";
        }
        if (one.hook() != path.hook()) {
            return "sends into tunnels, which the program before it cannot";
        }
        return switch (one.hook()) {
            case TCX -> "any device, keeps the kernel's offloads (gateway.kernel.hook)";
            case XDP -> "in the driver, for small packets (gateway.kernel.hook)";
        };
    }

    private static void tunnel(StringBuilder page, FastPath path, Endpoint local) {
        line(
                page,
                "tunnels at %s: %s",
                local,
                path.tunnelDevice()
                        .map(device -> "in the kernel, by the VXLAN device " + device)
                        .orElse("this process forwards every packet: " + path.tunnelRefusal()));
    }

    private void outcomes(StringBuilder page, PathCounters path) throws InterruptedException {
        PathOutcome[] all = PathOutcome.values();
        DropReason[] drops = DropReason.values();
        long[] before = new long[all.length];
        for (PathOutcome outcome : all) {
            before[outcome.ordinal()] = path.packets(outcome);
        }
        long[] dropsBefore = new long[drops.length];
        for (DropReason reason : drops) {
            dropsBefore[reason.ordinal()] = path.packets(reason.number());
        }
        Thread.sleep(SECOND_MILLIS);
        line(page, "%n%-12s %18s %14s", "packets", "in all", "a second");
        for (PathOutcome outcome : all) {
            long now = path.packets(outcome);
            if (now != 0) {
                line(
                        page,
                        "%-12s %,18d %,14d  %s%s",
                        outcome.name().toLowerCase(Locale.ROOT),
                        now,
                        now - before[outcome.ordinal()],
                        outcome.isUp() ? "up: " : "",
                        outcome.meaning());
            }
        }
        for (DropReason reason : drops) {
            long dropped = path.packets(reason.number());
            if (dropped != 0) {
                line(
                        page,
                        "%-12s %,18d %,14d  dropped: %s",
                        reason.name().toLowerCase(Locale.ROOT),
                        dropped,
                        dropped - dropsBefore[reason.ordinal()],
                        reason.meaning());
            }
        }
    }

    private static void line(StringBuilder page, String format, Object... values) {
        page.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
