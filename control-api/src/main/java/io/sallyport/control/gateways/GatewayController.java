package io.sallyport.control.gateways;

import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.catalog.Connectivity;
import io.sallyport.control.catalog.NewId;
import io.sallyport.control.catalog.Nodes;
import io.sallyport.control.catalog.Nodes.Progress;
import io.sallyport.control.catalog.Page;
import io.sallyport.control.operations.Operations;
import io.sallyport.control.problems.Fields;
import io.sallyport.ids.AclId;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.InterfaceId;
import io.sallyport.ids.SubnetId;
import io.sallyport.ids.TenantId;
import io.sallyport.store.catalog.Catalog;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.Resource.Gateway;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/v1/gateways")
class GatewayController {

    /** Two copies: a connection outlives the node that opened it. */
    private static final int COPIES = 2;

    /**
     * @param privateAddress a wish within the subnet; else the lowest free one
     * @param copies 1 to 8, by default 2
     * @param connectivity by default public; private: it translates to its private address, where
     *     the operator has a private pool with the subnet's addresses
     */
    record CreateGatewayRequest(
            @Nullable String subnetId,
            @Nullable String privateAddress,
            @Nullable Integer copies,
            @Nullable Connectivity connectivity) {}

    record NetworkAclRequest(@Nullable String networkAclId) {}

    private final CatalogService catalog;
    private final Nodes nodes;
    private final Operations operations;

    GatewayController(CatalogService catalog, Nodes nodes, Operations operations) {
        this.catalog = catalog;
        this.operations = operations;
        this.nodes = nodes;
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    GatewayView create(
            TenantId tenant,
            @RequestBody CreateGatewayRequest request,
            @RequestHeader(name = "Idempotency-Key", required = false)
                    @Nullable String idempotencyKey) {
        GatewayId id = new GatewayId(NewId.of(tenant, "nat", idempotencyKey));
        CatalogCommand.CreateGateway plain =
                new CatalogCommand.CreateGateway(
                        tenant,
                        id,
                        Fields.id("subnetId", request.subnetId(), SubnetId::new),
                        new InterfaceId(NewId.of(tenant, "eni", idempotencyKey)),
                        Optional.ofNullable(request.privateAddress())
                                .map(wish -> Fields.address("privateAddress", wish)),
                        request.copies() == null ? COPIES : request.copies());
        CatalogCommand command =
                request.connectivity() == Connectivity.PRIVATE
                        ? new CatalogCommand.CreatePrivateGateway(plain, NewId.ownAddress(id))
                        : plain;
        Gateway created = catalog.create(command, id.value(), Gateway.class, idempotencyKey);
        operations.created(created);
        return view(created);
    }

    @GetMapping
    Page<GatewayView> list(TenantId tenant) {
        Progress progress = nodes.progress();
        Catalog now = catalog.catalog();
        return Page.of(
                now.all(Gateway.class).stream().filter(g -> g.tenant().equals(tenant)).toList(),
                gateway -> GatewayView.of(gateway, now, progress));
    }

    @GetMapping("/{id}")
    GatewayView get(TenantId tenant, @PathVariable String id) {
        GatewayId gateway = Fields.id("id", id, GatewayId::new);
        return view(catalog.owned(Gateway.class, tenant, gateway.value()));
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(TenantId tenant, @PathVariable String id) {
        GatewayId gateway = Fields.id("id", id, GatewayId::new);
        CatalogCommand command = new CatalogCommand.DeleteGateway(tenant, gateway);
        operations.deleted(
                tenant, gateway.value(), catalog.applied(command, gateway.value()).version());
    }

    @PutMapping("/{id}/network-acl")
    GatewayView associate(
            TenantId tenant, @PathVariable String id, @RequestBody NetworkAclRequest request) {
        return associated(
                tenant,
                id,
                Optional.of(Fields.id("networkAclId", request.networkAclId(), AclId::new)));
    }

    @DeleteMapping("/{id}/network-acl")
    GatewayView disassociate(TenantId tenant, @PathVariable String id) {
        return associated(tenant, id, Optional.empty());
    }

    private GatewayView associated(TenantId tenant, String id, Optional<AclId> acl) {
        GatewayId gateway = Fields.id("id", id, GatewayId::new);
        return view(
                catalog.apply(
                        new CatalogCommand.AssociateAcl(tenant, gateway, acl),
                        gateway.value(),
                        Gateway.class));
    }

    private GatewayView view(Gateway gateway) {
        return GatewayView.of(gateway, catalog.catalog(), nodes.progress());
    }
}
