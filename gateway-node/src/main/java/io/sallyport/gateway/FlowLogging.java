package io.sallyport.gateway;

import io.sallyport.flowlogs.Limits;
import io.sallyport.flowlogs.export.Destination;
import io.sallyport.flowlogs.export.ExportSettings;
import io.sallyport.flowlogs.export.FileFormat;
import io.sallyport.flowlogs.export.FlowLogExporter;
import io.sallyport.flowlogs.export.Silence;
import io.sallyport.flowlogs.export.Subscription;
import io.sallyport.flowlogs.export.TrafficKind;
import io.sallyport.flowlogs.export.Witnesses;
import io.sallyport.flowlogs.format.AwsFormat;
import io.sallyport.flowlogs.format.RecordFormat;
import io.sallyport.flowlogs.meter.FlowRing;
import io.sallyport.flowlogs.meter.FlowSample;
import io.sallyport.flowlogs.record.Watched;
import io.sallyport.flowlogs.s3.S3Settings;
import io.sallyport.gateway.config.GatewayConfig;
import io.sallyport.gateway.dataplane.FlowSink;
import io.sallyport.gateway.kernel.BpfMap;
import io.sallyport.gateway.kernel.FastPath;
import io.sallyport.gateway.metrics.NodeMetrics;
import io.sallyport.gateway.peers.IdleWindow;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.NodeId;
import io.sallyport.store.catalog.Catalog;
import io.sallyport.store.catalog.Resource;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From the worker's counters to the tenants' buckets: the ring and its exporter. Without S3 keys
 * nothing is exported, and a subscription is met with one warning.
 */
final class FlowLogging implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FlowLogging.class);

    /** Samples between the worker's pass and the exporter's drain. */
    private static final int RING_SAMPLES = 1 << 16;

    private static final long SPOOL_BYTES_MAX = 1L << 30;

    /** Nodes close a window within moments of each other; their word needs less than a second. */
    private static final Duration SILENCE_PATIENCE = Duration.ofSeconds(3);

    private final NodeId node;
    private final Path spool;
    private final GatewayConfig.FlowLogs config;

    /** Holds what the worker told and nobody took yet; of the kernel path's, where there is one. */
    private FlowRing ring = new FlowRing(2);

    private Optional<BpfMap> lasting = Optional.empty();
    private volatile Optional<FlowLogExporter> exporter = Optional.empty();
    private final AtomicBoolean warned = new AtomicBoolean();
    private volatile Others others = (_, _, _) -> {};
    private Duration closingPatience = Limits.CLOSING_DELIVERY;

    /** The peers: told of windows without a packet, tells whom all have told. */
    @FunctionalInterface
    interface Others {
        void silent(List<IdleWindow> windows, long unixSeconds, Consumer<IdleWindow> nobodySaw);
    }

    /** Until this is called nobody says that a gateway was silent. */
    void ask(Others peers) {
        others = peers;
    }

    /** Flow logs know nothing of peers. */
    private final class Peers implements Witnesses {
        @Override
        public void ask(List<Silence> silences, Consumer<Silence> nobodySaw) {
            others.silent(
                    silences.stream()
                            .map(it ->
                                    new IdleWindow(
                                            it.minutes(),
                                            it.gateway(),
                                            it.startSeconds(),
                                            it.endSeconds()))
                            .toList(),
                    System.currentTimeMillis() / 1000,
                    it ->
                            nobodySaw.accept(
                                    new Silence(
                                            it.minutes(),
                                            it.gateway(),
                                            it.sinceSeconds(),
                                            it.endSeconds())));
        }

        @Override
        public Duration patience() {
            return SILENCE_PATIENCE;
        }
    }

    FlowLogging(NodeId node, Path spool, GatewayConfig.FlowLogs config) {
        this.node = node;
        this.spool = spool;
        this.config = config;
    }

    /** Before {@link #sink}. What it takes there outlives the path, and {@link #close} ends it. */
    void remember(Optional<FastPath> kernel) {
        lasting = kernel.flatMap(FastPath::flowMemory);
        ring =
                lasting.map(map -> new FlowRing(RING_SAMPLES, ringOf(map)))
                        .orElseGet(() -> new FlowRing(RING_SAMPLES));
    }

    private static MemorySegment ringOf(BpfMap map) {
        return map.mapped().asSlice(FastPath.ringAt(), FlowRing.bytes(RING_SAMPLES));
    }

    /**
     * Once the packet path is made, which has then told what a former life left it, and before it
     * starts.
     */
    void start() {
        exporter = config.s3().map(s3 -> start(node, spool, config, s3));
    }

    private FlowLogExporter start(
            NodeId node, Path spool, GatewayConfig.FlowLogs config, S3Settings s3) {
        Duration delivery =
                config.delivery().compareTo(config.window()) < 0
                        ? config.window()
                        : config.delivery();
        try {
            return FlowLogExporter.start(
                    new ExportSettings(
                            node,
                            spool,
                            config.region(),
                            s3,
                            config.window(),
                            delivery,
                            SPOOL_BYTES_MAX),
                    ring,
                    new Peers());
        } catch (IOException e) {
            throw new StartFailure(
                    StartFailure.FAILED, "the flow logs' spool " + spool + " cannot be used: " + e);
        }
    }

    /** For the worker. */
    FlowSink sink() {
        return config.s3().isPresent() ? new Offers(ring) : FlowSink.NONE;
    }

    /** The worker's end of the ring. */
    private record Offers(FlowRing ring) implements FlowSink {

        @Override
        public boolean offer(FlowSample sample) {
            return ring.offer(sample);
        }

        @Override
        public void lost(int gateway) {
            ring.lose(gateway);
        }

        @Override
        public long position() {
            return ring.head();
        }
    }

    void follow(Catalog catalog, Function<GatewayId, Optional<Integer>> index) {
        List<Subscription> subscriptions = new ArrayList<>();
        List<Resource.Gateway> gateways = catalog.all(Resource.Gateway.class);
        Set<GatewayId> privates = catalog.privateGateways();
        for (Resource.FlowLog log : catalog.all(Resource.FlowLog.class)) {
            gateways.stream()
                    .filter(log.scope()::holds)
                    .flatMap(gateway -> subscription(log, gateway, privates, index).stream())
                    .forEach(subscriptions::add);
        }
        exporter.ifPresent(one -> one.subscriptions(subscriptions));
        if (exporter.isEmpty() && !subscriptions.isEmpty() && !warned.getAndSet(true)) {
            LOG.warn(
                    "flow logs are subscribed, but there are no keys to S3 (s3.access.key,"
                            + " s3.credentials): none is written");
        }
    }

    private static Optional<Subscription> subscription(
            Resource.FlowLog log,
            Resource.Gateway gateway,
            Set<GatewayId> privates,
            Function<GatewayId, Optional<Integer>> index) {
        Resource.LogForm form = log.form();
        Optional<RecordFormat> format =
                form.format().isEmpty()
                        ? Optional.of(AwsFormat.DEFAULT)
                        : RecordFormat.parse(form.format());
        if (format.isEmpty()) {
            LOG.warn("{}: this node does not know all fields of {}", log.id(), form.format());
        }
        return format.flatMap(fields ->
                index.apply(gateway.id())
                        .map(number ->
                                new Subscription(
                                        number,
                                        watched(gateway, privates),
                                        log.id(),
                                        destination(log),
                                        kind(log.trafficType()),
                                        fields,
                                        form.aggregationSeconds() / 60)));
    }

    private static Watched watched(Resource.Gateway gateway, Set<GatewayId> privates) {
        return new Watched(
                gateway.tenant(),
                gateway.id(),
                gateway.networkInterface(),
                gateway.vpc(),
                gateway.subnet(),
                gateway.privateAddress(),
                gateway.privateAddressV6(),
                privates.contains(gateway.id()));
    }

    private static Destination destination(Resource.FlowLog log) {
        Resource.LogForm form = log.form();
        return new Destination(
                log.bucket(),
                log.prefix(),
                form.parquet() ? FileFormat.PARQUET : FileFormat.PLAIN_TEXT,
                form.hive(),
                form.perHour());
    }

    private static TrafficKind kind(Resource.TrafficType type) {
        return switch (type) {
            case ACCEPT -> TrafficKind.ACCEPT;
            case REJECT -> TrafficKind.REJECT;
            case ALL -> TrafficKind.ALL;
        };
    }

    void measure(NodeMetrics metrics) {
        metrics.counter("sallyport.flowlogs.ring.lost", "Samples lost", ring::lost);
        exporter.ifPresent(one ->
                metrics.counter(
                                "sallyport.flowlogs.records",
                                "Lines written to the spool",
                                one.counters()::records)
                        .counter(
                                "sallyport.flowlogs.records.lost",
                                "Lines dropped before delivery, told as SKIPDATA",
                                one.counters()::lost)
                        .counter(
                                "sallyport.flowlogs.uploads",
                                "Objects that S3 confirmed",
                                one.counters()::uploads)
                        .counter(
                                "sallyport.flowlogs.upload.failures",
                                "Uploads that failed and are tried again",
                                one.counters()::failures)
                        .gauge(
                                "sallyport.flowlogs.spool.bytes",
                                "Waiting for delivery",
                                one::spooledBytes));
    }

    /** The next life delivers what {@link #close} finds undelivered. */
    void remain() {
        closingPatience = Duration.ZERO;
    }

    /** After the worker has stopped. */
    @Override
    public void close() {
        exporter.ifPresent(one -> one.close(closingPatience));
        exporter = Optional.empty();
        lasting.ifPresent(BpfMap::close);
        lasting = Optional.empty();
    }
}
