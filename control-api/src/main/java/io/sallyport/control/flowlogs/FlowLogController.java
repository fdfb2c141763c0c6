package io.sallyport.control.flowlogs;

import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.catalog.NewId;
import io.sallyport.control.catalog.Nodes;
import io.sallyport.control.catalog.Nodes.Progress;
import io.sallyport.control.catalog.Page;
import io.sallyport.control.catalog.State;
import io.sallyport.control.problems.Fields;
import io.sallyport.ids.FlowLogId;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.TenantId;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.Resource.FlowLog;
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

    /**
     * @param prefix of the objects' names, by default none
     * @param trafficType by default ALL
     */
    record CreateFlowLogRequest(
            @Nullable String gatewayId,
            @Nullable String bucket,
            @Nullable String prefix,
            @Nullable TrafficType trafficType) {}

    record FlowLogView(
            String id,
            String gatewayId,
            String bucket,
            String prefix,
            TrafficType trafficType,
            State state) {}

    private final CatalogService catalog;
    private final Nodes nodes;

    FlowLogController(CatalogService catalog, Nodes nodes) {
        this.catalog = catalog;
        this.nodes = nodes;
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
                        Fields.id("gatewayId", request.gatewayId(), GatewayId::new),
                        Fields.required("bucket", request.bucket()),
                        request.prefix() == null ? "" : request.prefix(),
                        request.trafficType() == null ? TrafficType.ALL : request.trafficType());
        return view(
                catalog.create(command, id.value(), FlowLog.class, idempotencyKey),
                nodes.progress());
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
        return new FlowLogView(
                log.id().value(),
                log.gateway().value(),
                log.bucket(),
                log.prefix(),
                log.trafficType(),
                progress.state(log.version()));
    }
}
