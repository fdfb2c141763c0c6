package io.sallyport.store.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sallyport.allocator.Member;
import io.sallyport.store.calls.StoreStatus;
import io.sallyport.store.trust.Refusal;
import io.sallyport.store.trust.Trust;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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

    /** What counters read; they would let it go themselves. */
    private final List<Object> held = new ArrayList<>();

    private final Map<Integer, Commits> commits = new ConcurrentHashMap<>();

    public StoreMetrics() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        collections.bindTo(registry);
    }

    /** What a leader sees of its entries, for one group. */
    private record Commits(Timer nanos, DistributionSummary calls, Counter doubted) {}

    private Commits commits(int group) {
        return commits.computeIfAbsent(
                group,
                number -> {
                    String tag = String.valueOf(number);
                    return new Commits(
                            Timer.builder("sallyport.store.commit")
                                    .description(
                                            "from the forming of an entry to its answers, at the"
                                                    + " leader")
                                    .tag("group", tag)
                                    .publishPercentiles(0.5, 0.99)
                                    .distributionStatisticExpiry(Duration.ofMinutes(1))
                                    .register(registry),
                            DistributionSummary.builder("sallyport.store.entry.calls")
                                    .description("calls that shared one entry, at the leader")
                                    .tag("group", tag)
                                    .register(registry),
                            Counter.builder("sallyport.store.calls.doubted")
                                    .description(
                                            "calls whose entry was neither seen to commit nor to"
                                                    + " fail")
                                    .tag("group", tag)
                                    .register(registry));
                });
    }

    public void committed(int group, int count, long nanos) {
        Commits seen = commits(group);
        seen.nanos.record(nanos, TimeUnit.NANOSECONDS);
        seen.calls.record(count);
    }

    public void doubted(int group, int count) {
        commits(group).doubted.increment(count);
    }

    /**
     * Figures that are read when somebody asks.
     *
     * @param groups how many groups there are, the control group included
     */
    public void watch(Supplier<StoreStatus> status, int groups) {
        gauge(
                "catalog.version",
                "log index of the last catalog change",
                () -> status.get().catalogVersion());
        gauge(
                "epoch",
                "number of the member list",
                () -> status.get().membership().epoch().number());
        gauge("destinations", "destinations with leased ports", () -> status.get().destinations());
        gauge("clients", "client processes connected here", () -> status.get().clients());
        for (Member.Status each : Member.Status.values()) {
            Gauge.builder("sallyport.store.members", () -> members(status.get(), each))
                    .description("gateway node lives by status")
                    .tag("status", each.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
        for (int i = 0; i < groups; i++) {
            int group = i;
            watch(group, () -> status.get().groups().get(group));
            if (group > 0) {
                watchLeases(group, () -> status.get().groups().get(group).leases());
            }
        }
        Gauge.builder("sallyport.store.learn.lag", () -> learnLag(status.get()))
                .description("entries of the control group that some lease group has not looked at")
                .register(registry);
    }

    /** Who was refused, and until when others believe this store. */
    public void watch(Trust trust) {
        for (Refusal each : Refusal.values()) {
            FunctionCounter.builder("sallyport.refused", trust, from -> from.refusals().count(each))
                    .description("connections that were refused, by reason")
                    .tag("reason", each.label())
                    .register(registry);
        }
        if (trust.secures()) {
            Gauge.builder(
                            "sallyport.certificate.expires",
                            () -> trust.expires().map(Instant::getEpochSecond).orElse(0L))
                    .description("until when this process's certificate is valid, seconds of 1970")
                    .baseUnit("seconds")
                    .register(registry);
        }
    }

    private static long members(StoreStatus status, Member.Status wanted) {
        return status.membership().members().stream()
                .filter(member -> member.status() == wanted)
                .count();
    }

    /** Entries that change nothing for leases are never told to lease groups: a hint only. */
    private static long learnLag(StoreStatus status) {
        return status.groups().stream()
                .skip(1)
                .mapToLong(group -> status.control().applied() - group.leases().learned())
                .max()
                .orElse(0);
    }

    private void watch(int group, Supplier<StoreStatus.Group> status) {
        gauge(
                group,
                "leads",
                "1 while this store leads the group and takes calls",
                () -> status.get().ready() ? 1 : 0);
        gauge(group, "term", "Raft term", () -> status.get().term());
        gauge(
                group,
                "committed.index",
                "last log entry known to be committed",
                () -> status.get().committed());
        gauge(group, "applied.index", "last log entry applied here", () -> status.get().applied());
        gauge(
                group,
                "log.start.index",
                "first entry still in the log",
                () -> status.get().logStart());
        gauge(
                group,
                "checkpoint.index",
                "last entry of the checkpoint",
                () -> status.get().checkpoint());
        gauge(
                group,
                "checkpoint.age.seconds",
                "how old the latest checkpoint is; -1 without one",
                () -> status.get().checkpointAgeSeconds());
    }

    private void watchLeases(int group, Supplier<StoreStatus.Leases> leases) {
        gauge(group, "leased.ports", "ports that are leased", () -> leases.get().ports());
        gauge(
                group,
                "orphaned.ports",
                "leased ports of the dead, not reconciled yet",
                () -> leases.get().orphans());
        count(group, "grants", "Acquires answered with ports", () -> leases.get().grants());
        count(group, "granted.ports", "ports granted", () -> leases.get().granted());
        count(group, "returns", "Returns obeyed", () -> leases.get().returns());
        count(
                group,
                "exhausted",
                "Acquires for which no port was free",
                () -> leases.get().exhausted());
        count(
                group,
                "over.quota",
                "Acquires that a tenant's quota forbade",
                () -> leases.get().overQuota());
        count(
                group,
                "stale.epochs",
                "Acquires and judgements of an epoch that is not the group's",
                () -> leases.get().early());
        count(
                group,
                "reconciled",
                "words of homes that freed ports of the dead",
                () -> leases.get().reconciled());
    }

    private void count(int group, String name, String description, Supplier<Long> value) {
        held.add(value);
        FunctionCounter.builder("sallyport.store." + name, value, each -> each.get())
                .description(description + ", applied here since the start")
                .tag("group", String.valueOf(group))
                .register(registry);
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
