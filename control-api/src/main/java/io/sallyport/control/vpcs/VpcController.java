package io.sallyport.control.vpcs;

import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.catalog.NewId;
import io.sallyport.control.catalog.Nodes;
import io.sallyport.control.catalog.Nodes.Progress;
import io.sallyport.control.catalog.Page;
import io.sallyport.control.problems.Fields;
import io.sallyport.ids.TenantId;
import io.sallyport.ids.VpcId;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.Resource.Vpc;
import java.util.List;
import java.util.Optional;
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
@RequestMapping("/v1/vpcs")
class VpcController {

    record CreateVpcRequest(@Nullable List<@Nullable String> prefixes) {}

    private final CatalogService catalog;
    private final Nodes nodes;

    VpcController(CatalogService catalog, Nodes nodes) {
        this.catalog = catalog;
        this.nodes = nodes;
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    VpcView create(
            TenantId tenant,
            @RequestBody CreateVpcRequest request,
            @RequestHeader(name = "Idempotency-Key", required = false)
                    @Nullable String idempotencyKey) {
        VpcId id = new VpcId(NewId.of(tenant, "vpc", idempotencyKey));
        CatalogCommand command =
                new CatalogCommand.CreateVpc(
                        tenant,
                        id,
                        Fields.prefixes("prefixes", request.prefixes()),
                        Optional.of(NewId.defaultAcl(id)));
        return VpcView.of(
                catalog.create(command, id.value(), Vpc.class, idempotencyKey), nodes.progress());
    }

    @GetMapping
    Page<VpcView> list(TenantId tenant) {
        Progress progress = nodes.progress();
        return Page.of(catalog.all(Vpc.class, tenant), vpc -> VpcView.of(vpc, progress));
    }

    @GetMapping("/{id}")
    VpcView get(TenantId tenant, @PathVariable String id) {
        VpcId vpc = Fields.id("id", id, VpcId::new);
        return VpcView.of(catalog.owned(Vpc.class, tenant, vpc.value()), nodes.progress());
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(TenantId tenant, @PathVariable String id) {
        VpcId vpc = Fields.id("id", id, VpcId::new);
        catalog.apply(new CatalogCommand.DeleteVpc(tenant, vpc), vpc.value());
    }
}
