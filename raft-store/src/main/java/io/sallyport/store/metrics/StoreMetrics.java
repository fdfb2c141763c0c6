package io.sallyport.store.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Every metric of a store: its name, unit and meaning. Labels are a member's status (3 values) and
 * the group (some 3 to 10), so a store has some hundred series, the JVM's included.
 */
public final class StoreMetrics implements AutoCloseable {

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final Timer commits =
            Timer.builder("sallyport.store.commit")
                    .description("from the forming of an entry to its answers, at the leader")
                    .publishPercentiles(0.5, 0.99)
                    .distributionStatisticExpiry(Duration.ofMinutes(1))
                    .register(registry);
    private final DistributionSummary calls =
            DistributionSummary.builder("sallyport.store.entry.calls")
                    .description("calls that shared one entry, at the leader")
                    .register(registry);
    private final Counter doubted =
            Counter.builder("sallyport.store.calls.doubted")
                    .description("calls whose entry was neither seen to commit nor to fail")
                    .register(registry);

    public StoreMetrics() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        collections.bindTo(registry);
    }

    public void committed(int count, long nanos) {
        commits.record(nanos, TimeUnit.NANOSECONDS);
        calls.record(count);
    }

    public void doubted(int count) {
        doubted.increment(count);
    }

    /**
     * Figures that are read when somebody asks.
     *
     * @param groups how many groups there are, the control group included
     */
    public void watch(Supplier<StoreReport> report, int groups) {
        gauge(
                "catalog.version",
                "log index of the last catalog change",
                () -> report.get().catalogVersion());
        gauge("epoch", "number of the member list", () -> report.get().epoch().number());
        gauge("destinations", "destinations with leased ports", () -> report.get().destinations());
        gauge("clients", "client processes connected here", () -> report.get().connections());
        for (String status : new String[] {"live", "away", "dead"}) {
            Gauge.builder("sallyport.store.members", () -> report.get().members(status))
                    .description("gateway node lives by status")
                    .tag("status", status)
                    .register(registry);
        }
        for (int i = 0; i < groups; i++) {
            int group = i;
            watch(group, () -> report.get().groups().get(group));
        }
    }

    private void watch(int group, Supplier<GroupReport> report) {
        gauge(
                group,
                "leads",
                "1 while this store leads the group and takes calls",
                () -> report.get().ready() ? 1 : 0);
        gauge(group, "term", "Raft term", () -> report.get().term());
        gauge(group, "applied.index", "last log entry applied here", () -> report.get().applied());
        gauge(
                group,
                "log.start.index",
                "first entry still in the log",
                () -> report.get().logStart());
        gauge(
                group,
                "checkpoint.index",
                "last entry of the checkpoint",
                () -> report.get().checkpoint());
    }

    private void gauge(int group, String name, String description, Supplier<Number> value) {
        Gauge.builder("sallyport.store." + name, value)
                .description(description)
                .tag("group", String.valueOf(group))
                .register(registry);
    }

    private void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder("sallyport.store." + name, value).description(description).register(registry);
    }

    /** In the Prometheus text format. */
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }
}
