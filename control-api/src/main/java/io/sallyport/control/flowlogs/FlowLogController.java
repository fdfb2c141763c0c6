package io.sallyport.control.flowlogs;

import io.sallyport.control.buckets.Buckets;
import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.catalog.NewId;
import io.sallyport.control.catalog.Nodes;
import io.sallyport.control.catalog.Nodes.Progress;
import io.sallyport.control.catalog.Page;
import io.sallyport.control.catalog.State;
import io.sallyport.control.problems.Fields;
import io.sallyport.control.problems.Problem;
import io.sallyport.flowlogs.format.AwsFormat;
import io.sallyport.flowlogs.format.RecordFormat;
import io.sallyport.ids.FlowLogId;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.SubnetId;
import io.sallyport.ids.TenantId;
import io.sallyport.ids.VpcId;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.Resource.FlowLog;
import io.sallyport.store.catalog.Resource.LogForm;
import io.sallyport.store.catalog.Resource.Scope;
import io.sallyport.store.catalog.Resource.TrafficType;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/v1/flow-logs")
class FlowLogController {

    private static final String PLAIN_TEXT = "plain-text";
    private static final String PARQUET = "parquet";

    /**
     * Of one gateway, or of all that are in a subnet or a VPC.
     *
     * @param prefix of the objects' names, by default none
     * @param trafficType by default ALL
     * @param format AWS's fields as {@code ${field}}, one space between, or {@code joined}; by
     *     default AWS's version 2
     * @param fileFormat {@code plain-text} or {@code parquet}; by default plain text
     * @param hivePartitions folders named {@code year=2026}; by default not
     * @param hourlyPartitions a folder an hour; by default one a day
     * @param aggregationSeconds 60, which is the default, or 600
     */
    record CreateFlowLogRequest(
            @Nullable String gatewayId,
            @Nullable String subnetId,
            @Nullable String vpcId,
            @Nullable String bucket,
            @Nullable String prefix,
            @Nullable TrafficType trafficType,
            @Nullable String format,
            @Nullable String fileFormat,
            @Nullable Boolean hivePartitions,
            @Nullable Boolean hourlyPartitions,
            @Nullable Integer aggregationSeconds) {}

    /**
     * @param resourceId of what it is about: a gateway, an interface, a subnet or a VPC
     * @param gatewayId the same where it is a gateway
     */
    record FlowLogView(
            String id,
            String resourceId,
            @Nullable String gatewayId,
            String bucket,
            String prefix,
            TrafficType trafficType,
            String format,
            String fileFormat,
            boolean hivePartitions,
            boolean hourlyPartitions,
            int aggregationSeconds,
            State state) {}

    private final CatalogService catalog;
    private final Nodes nodes;
    private final Buckets buckets;

    FlowLogController(CatalogService catalog, Nodes nodes, Buckets buckets) {
        this.catalog = catalog;
        this.nodes = nodes;
        this.buckets = buckets;
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    FlowLogView create(
            TenantId tenant,
            @RequestBody CreateFlowLogRequest request,
            @RequestHeader(name = "Idempotency-Key", required = false)
                    @Nullable String idempotencyKey) {
        FlowLogId id = new FlowLogId(NewId.of(tenant, "fl", idempotencyKey));
        CatalogCommand command =
                new CatalogCommand.CreateFlowLog(
                        tenant,
                        id,
                        scope(request),
                        Fields.required("bucket", request.bucket()),
                        request.prefix() == null ? "" : request.prefix(),
                        request.trafficType() == null ? TrafficType.ALL : request.trafficType(),
                        form(request));
        check(tenant, Fields.required("bucket", request.bucket()), request.prefix());
        return view(
                catalog.create(command, id.value(), FlowLog.class, idempotencyKey),
                nodes.progress());
    }

    private void check(TenantId tenant, String bucket, @Nullable String prefix) {
        buckets.refusal(tenant, bucket, prefix == null ? "" : prefix.replaceAll("/+$", ""))
                .ifPresent(refusal -> {
                    throw Problem.invalid(
                            "bucket",
                            bucket,
                            switch (refusal) {
                                case NOT_FOUND -> "a bucket that exists";
                                case DENIED -> "a bucket that the operator's credentials may write";
                                case UNDELIVERABLE -> "a bucket that can be written";
                            });
                });
    }

    private static Scope scope(CreateFlowLogRequest request) {
        if (request.subnetId() == null && request.vpcId() == null) {
            return new Scope.OfGateway(Fields.id("gatewayId", request.gatewayId(), GatewayId::new));
        }
        if (request.gatewayId() != null
                || (request.subnetId() != null && request.vpcId() != null)) {
            throw Problem.invalid(
                    "gatewayId",
                    String.valueOf(request.gatewayId()),
                    "one of gatewayId, subnetId and vpcId");
        }
        return request.subnetId() != null
                ? new Scope.OfSubnet(Fields.id("subnetId", request.subnetId(), SubnetId::new))
                : new Scope.OfVpc(Fields.id("vpcId", request.vpcId(), VpcId::new));
    }

    private static LogForm form(CreateFlowLogRequest request) {
        String file = request.fileFormat() == null ? PLAIN_TEXT : request.fileFormat();
        if (!file.equals(PLAIN_TEXT) && !file.equals(PARQUET)) {
            throw Problem.invalid("fileFormat", file, PLAIN_TEXT + " or " + PARQUET);
        }
        return new LogForm(
                request.format() == null ? "" : format(request.format()),
                file.equals(PARQUET),
                Boolean.TRUE.equals(request.hivePartitions()),
                Boolean.TRUE.equals(request.hourlyPartitions()),
                request.aggregationSeconds() == null
                        ? LogForm.DEFAULT.aggregationSeconds()
                        : request.aggregationSeconds());
    }

    private static String format(String text) {
        RecordFormat format =
                RecordFormat.parse(text)
                        .orElseThrow(() ->
                                Problem.invalid(
                                        "format",
                                        text,
                                        "${field} of AWS's, one space between, each once, or"
                                                + " joined"));
        return format.equals(AwsFormat.DEFAULT) ? "" : text;
    }

    @GetMapping
    Page<FlowLogView> list(TenantId tenant) {
        Progress progress = nodes.progress();
        return Page.of(catalog.all(FlowLog.class, tenant), log -> view(log, progress));
    }

    @GetMapping("/{id}")
    FlowLogView get(TenantId tenant, @PathVariable String id) {
        FlowLogId log = Fields.id("id", id, FlowLogId::new);
        return view(catalog.owned(FlowLog.class, tenant, log.value()), nodes.progress());
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(TenantId tenant, @PathVariable String id) {
        FlowLogId log = Fields.id("id", id, FlowLogId::new);
        catalog.apply(new CatalogCommand.DeleteFlowLog(tenant, log), log.value());
    }

    private static FlowLogView view(FlowLog log, Progress progress) {
        LogForm form = log.form();
        return new FlowLogView(
                log.id().value(),
                log.scope().key(),
                log.scope() instanceof Scope.OfGateway of ? of.key() : null,
                log.bucket(),
                log.prefix(),
                log.trafficType(),
                form.format().isEmpty() ? AwsFormat.DEFAULT.text() : form.format(),
                form.parquet() ? PARQUET : PLAIN_TEXT,
                form.hive(),
                form.perHour(),
                form.aggregationSeconds(),
                progress.state(log.version()));
    }
}
