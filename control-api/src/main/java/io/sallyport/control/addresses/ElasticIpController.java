package io.sallyport.control.addresses;

import io.sallyport.control.addresses.ElasticIpView.Family;
import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.catalog.NewId;
import io.sallyport.control.catalog.Nodes;
import io.sallyport.control.catalog.Nodes.Progress;
import io.sallyport.control.catalog.Page;
import io.sallyport.control.operations.Operations;
import io.sallyport.control.problems.Fields;
import io.sallyport.control.problems.Problem;
import io.sallyport.ids.EipId;
import io.sallyport.ids.TenantId;
import io.sallyport.net.IpAddress;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.Resource.AddressPool;
import io.sallyport.store.catalog.Resource.ElasticIp;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
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
@RequestMapping("/v1/elastic-ips")
class ElasticIpController {

    /**
     * @param pool may be left out where there is only one, or where {@code address} says which
     * @param family of {@code address} where that is given, else IPv4
     * @param address a wish; else the lowest free one
     */
    record AllocateRequest(
            @Nullable String pool, @Nullable Family family, @Nullable String address) {}

    private final CatalogService catalog;
    private final Nodes nodes;
    private final Moves moves;
    private final Operations operations;

    ElasticIpController(CatalogService catalog, Nodes nodes, Moves moves, Operations operations) {
        this.catalog = catalog;
        this.operations = operations;
        this.moves = moves;
        this.nodes = nodes;
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    ElasticIpView allocate(
            TenantId tenant,
            @RequestBody(required = false) @Nullable AllocateRequest body,
            @RequestHeader(name = "Idempotency-Key", required = false)
                    @Nullable String idempotencyKey) {
        AllocateRequest request = body == null ? new AllocateRequest(null, null, null) : body;
        EipId id = new EipId(NewId.of(tenant, "eipalloc", idempotencyKey));
        Optional<IpAddress> wish =
                Optional.ofNullable(request.address())
                        .map(address -> Fields.address("address", address));
        Family family =
                request.family() != null
                        ? request.family()
                        : wish.map(Family::of).orElse(Family.IPV4);
        CatalogCommand command =
                new CatalogCommand.AllocateAddress(
                        tenant, id, pool(request.pool(), wish), family == Family.IPV6, wish);
        return ElasticIpView.of(
                catalog.create(command, id.value(), ElasticIp.class, idempotencyKey),
                nodes.progress(),
                null);
    }

    private String pool(@Nullable String asked, Optional<IpAddress> wish) {
        if (asked != null) {
            return asked;
        }
        List<AddressPool> candidates =
                catalog.all(AddressPool.class).stream()
                        .filter(pool -> !pool.isPrivate())
                        .filter(pool ->
                                wish.isEmpty()
                                        || pool.prefixes().stream()
                                                .anyMatch(p -> p.contains(wish.get())))
                        .toList();
        if (candidates.size() != 1) {
            throw Problem.missing("pool");
        }
        return candidates.getFirst().name();
    }

    @GetMapping
    Page<ElasticIpView> list(TenantId tenant) {
        Progress progress = nodes.progress();
        return Page.of(
                catalog.all(ElasticIp.class, tenant), eip -> ElasticIpView.of(eip, progress, null));
    }

    @GetMapping("/{id}")
    ElasticIpView get(TenantId tenant, @PathVariable String id) {
        EipId eip = Fields.id("id", id, EipId::new);
        return moving(catalog.owned(ElasticIp.class, tenant, eip.value()));
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void release(TenantId tenant, @PathVariable String id) {
        EipId eip = Fields.id("id", id, EipId::new);
        catalog.apply(new CatalogCommand.ReleaseAddress(tenant, eip), eip.value());
    }

    /** 202 where the new owner has to wait: for connections to end, or for nodes to let go. */
    @PutMapping("/{id}/attachment")
    ResponseEntity<ElasticIpView> attach(
            TenantId tenant, @PathVariable String id, @RequestBody AttachmentRequest request) {
        EipId eip = Fields.id("id", id, EipId::new);
        ElasticIp moved = moves.move(tenant, eip, request);
        operations.moved(moved, Optional.of(request.owner()));
        ElasticIpView view = moving(moved);
        return ResponseEntity.status(view.move() == null ? HttpStatus.OK : HttpStatus.ACCEPTED)
                .body(view);
    }

    @DeleteMapping("/{id}/attachment")
    ElasticIpView detach(TenantId tenant, @PathVariable String id) {
        EipId eip = Fields.id("id", id, EipId::new);
        ElasticIp detached =
                catalog.apply(
                        new CatalogCommand.DetachAddress(tenant, eip),
                        eip.value(),
                        ElasticIp.class);
        operations.moved(detached, Optional.empty());
        return ElasticIpView.of(detached, nodes.progress(), null);
    }

    private ElasticIpView moving(ElasticIp eip) {
        MoveView move = moves.of(eip).orElse(null);
        return ElasticIpView.of(eip, nodes.progress(), move);
    }
}
