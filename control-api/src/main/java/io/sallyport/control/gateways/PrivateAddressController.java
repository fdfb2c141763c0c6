package io.sallyport.control.gateways;

import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.catalog.NewId;
import io.sallyport.control.catalog.Nodes;
import io.sallyport.control.operations.Operations;
import io.sallyport.control.problems.Fields;
import io.sallyport.control.problems.Problem;
import io.sallyport.ids.EipId;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.TenantId;
import io.sallyport.net.IpAddress;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.Resource.ElasticIp;
import io.sallyport.store.catalog.Resource.Gateway;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What a private gateway translates to, beside the address of its interface (ADR 67). */
@RestController
@RequestMapping("/v1/gateways/{id}/private-addresses")
class PrivateAddressController {

    private static final int DRAIN_SECONDS_MAX = 86_400;

    /**
     * @param address a wish within the gateway's subnet; else the lowest free one
     */
    record AssignRequest(@Nullable String address) {}

    private final CatalogService catalog;
    private final Nodes nodes;
    private final Operations operations;

    PrivateAddressController(CatalogService catalog, Nodes nodes, Operations operations) {
        this.catalog = catalog;
        this.nodes = nodes;
        this.operations = operations;
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    GatewayView assign(
            TenantId tenant,
            @PathVariable String id,
            @RequestBody(required = false) @Nullable AssignRequest body,
            @RequestHeader(name = "Idempotency-Key", required = false)
                    @Nullable String idempotencyKey) {
        Gateway gateway = gateway(tenant, id);
        Optional<IpAddress> wish =
                Optional.ofNullable(body)
                        .flatMap(request -> Optional.ofNullable(request.address()))
                        .map(address -> Fields.address("address", address));
        EipId own = new EipId(NewId.of(tenant, "eipalloc", idempotencyKey));
        catalog.create(
                new CatalogCommand.AssignPrivateAddresses(
                        tenant, gateway.id(), List.of(new CatalogCommand.OwnAddress(own, wish))),
                own.value(),
                ElasticIp.class,
                idempotencyKey);
        return view(gateway);
    }

    /** The address is no more once its last connection has ended, or the time is up. */
    @DeleteMapping("/{address}")
    @ResponseStatus(HttpStatus.ACCEPTED)
    GatewayView unassign(
            TenantId tenant,
            @PathVariable String id,
            @PathVariable String address,
            @RequestParam(defaultValue = "0") int drainSeconds) {
        if (drainSeconds < 0 || drainSeconds > DRAIN_SECONDS_MAX) {
            throw Problem.invalid(
                    "drainSeconds", Integer.toString(drainSeconds), "0 to " + DRAIN_SECONDS_MAX);
        }
        Gateway gateway = gateway(tenant, id);
        IpAddress wanted = Fields.address("address", address);
        ElasticIp own =
                catalog.all(ElasticIp.class, tenant).stream()
                        .filter(eip -> eip.gateway().equals(Optional.of(gateway.id())))
                        .filter(catalog.catalog()::isPrivate)
                        .filter(eip -> eip.address().equals(wanted))
                        .findFirst()
                        .orElseThrow(() -> Problem.notFound(wanted.toString()));
        long until = Instant.now().plusSeconds(drainSeconds).toEpochMilli();
        ElasticIp leaving =
                catalog.apply(
                        new CatalogCommand.DrainAddress(tenant, own.id(), until),
                        own.key(),
                        ElasticIp.class);
        operations.moved(leaving, Optional.empty());
        return view(gateway);
    }

    private Gateway gateway(TenantId tenant, String id) {
        return catalog.owned(Gateway.class, tenant, Fields.id("id", id, GatewayId::new).value());
    }

    private GatewayView view(Gateway gateway) {
        return GatewayView.of(gateway, catalog.catalog(), nodes.progress());
    }
}
