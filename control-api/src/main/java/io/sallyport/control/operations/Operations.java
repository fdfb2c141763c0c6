package io.sallyport.control.operations;

import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.catalog.Nodes;
import io.sallyport.control.config.ControlConfig;
import io.sallyport.control.live.LiveConnections;
import io.sallyport.control.operations.OperationView.Failure;
import io.sallyport.control.operations.OperationView.Phase;
import io.sallyport.control.operations.OperationView.Progress;
import io.sallyport.control.operations.OperationView.State;
import io.sallyport.ids.TenantId;
import io.sallyport.store.catalog.Resource.Drain;
import io.sallyport.store.catalog.Resource.ElasticIp;
import io.sallyport.store.catalog.Resource.Gateway;
import io.sallyport.store.catalog.Resource.Owner;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * Names what was begun in the answer that this thread gives, and tells of it later: any process of
 * this service, also one that started in between, says the same. Blocks; any thread.
 */
@Service
public class Operations {

    /** Where the answer to a call says under which path it goes on. */
    public static final String HEADER = "Operation-Location";

    private static final String PATH = "/v1/operations/";

    private final SecretKeySpec key;
    private final CatalogService catalog;
    private final Nodes nodes;
    private final LiveConnections connections;

    Operations(
            ControlConfig config,
            CatalogService catalog,
            Nodes nodes,
            LiveConnections connections) {
        this.key = OperationId.keyFrom(config.operatorKey());
        this.catalog = catalog;
        this.nodes = nodes;
        this.connections = connections;
    }

    public void created(Gateway gateway) {
        began(
                gateway.tenant(),
                new OperationId(
                        OperationId.Kind.CREATE,
                        gateway.key(),
                        gateway.version(),
                        OperationId.NOBODY));
    }

    /**
     * @param version of the catalog without the gateway
     */
    public void deleted(TenantId tenant, String gateway, long version) {
        began(
                tenant,
                new OperationId(OperationId.Kind.DELETE, gateway, version, OperationId.NOBODY));
    }

    /**
     * @param to who is to own it; empty: nobody
     */
    public void moved(ElasticIp eip, Optional<Owner> to) {
        began(
                eip.tenant(),
                new OperationId(
                        OperationId.Kind.MOVE, eip.key(), eip.version(), OperationId.targetOf(to)));
    }

    private void began(TenantId tenant, OperationId id) {
        if (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes call) {
            HttpServletResponse response = call.getResponse();
            if (response != null) {
                response.setHeader(HEADER, PATH + id.sealed(tenant, key));
            }
        }
    }

    /** Empty where the tenant has begun no such thing. */
    Optional<OperationView> find(TenantId tenant, String text) {
        return OperationId.opened(tenant, key, text)
                .map(id ->
                        switch (id.kind()) {
                            case CREATE -> applied(text, id, OperationView.Kind.CREATE_GATEWAY);
                            case DELETE -> applied(text, id, OperationView.Kind.DELETE_GATEWAY);
                            case MOVE -> moving(tenant, text, id);
                        });
    }

    private OperationView applied(String text, OperationId id, OperationView.Kind kind) {
        return view(text, id, kind, obeyed(id.version()), null);
    }

    /** Null: all nodes obey it. */
    private @Nullable Progress obeyed(long version) {
        return nodes.progress().applied(version) ? null : Progress.applying(nodes.behind(version));
    }

    private OperationView moving(TenantId tenant, String text, OperationId id) {
        OperationView.Kind kind = OperationView.Kind.MOVE_ELASTIC_IP;
        if (catalog.catalog().version() < id.version()) {
            return view(text, id, kind, Progress.applying(List.of()), null);
        }
        ElasticIp eip =
                catalog.find(ElasticIp.class, id.resource())
                        .filter(found -> found.tenant().equals(tenant))
                        .orElse(null);
        if (eip == null && OperationId.NOBODY.equals(id.target())) {
            return view(text, id, kind, null, null);
        }
        if (eip == null) {
            return view(text, id, kind, null, new Failure("released", "the address is released"));
        }
        Drain drain = eip.drain().orElse(null);
        if (drain != null && OperationId.targetOf(drain.next()).equals(id.target())) {
            return view(text, id, kind, draining(eip, drain), null);
        }
        if (drain == null && OperationId.targetOf(eip.owner()).equals(id.target())) {
            Progress progress =
                    eip.owner().isEmpty()
                            ? obeyed(eip.version())
                            : eip.open()
                                    ? null
                                    : Progress.applying(nodes.behind(eip.poolGeneration()));
            return view(text, id, kind, progress, null);
        }
        return view(
                text,
                id,
                kind,
                null,
                new Failure(
                        "superseded",
                        "the address was told to go elsewhere since; it may have been there"));
    }

    private Progress draining(ElasticIp eip, Drain drain) {
        return new Progress(
                Phase.DRAINING,
                eip.gateway().map(at -> connections.of(at, eip.address())).orElse(0),
                Instant.ofEpochMilli(drain.untilEpochMillis()).toString(),
                List.of());
    }

    private static OperationView view(
            String text,
            OperationId id,
            OperationView.Kind kind,
            @Nullable Progress progress,
            @Nullable Failure failure) {
        State state =
                failure != null
                        ? State.CANCELLED
                        : progress != null ? State.RUNNING : State.SUCCEEDED;
        return new OperationView(text, kind, id.resource(), state, progress, failure);
    }
}
