package io.sallyport.control.vpcs;

import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.catalog.NewId;
import io.sallyport.control.catalog.Page;
import io.sallyport.control.problems.Fields;
import io.sallyport.ids.SubnetId;
import io.sallyport.ids.TenantId;
import io.sallyport.ids.VpcId;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.Resource.Subnet;
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
@RequestMapping("/v1/subnets")
class SubnetController {

    record CreateSubnetRequest(@Nullable String vpcId, @Nullable String prefix) {}

    record SubnetView(String id, String vpcId, String prefix) {}

    private final CatalogService catalog;

    SubnetController(CatalogService catalog) {
        this.catalog = catalog;
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    SubnetView create(
            TenantId tenant,
            @RequestBody CreateSubnetRequest request,
            @RequestHeader(name = "Idempotency-Key", required = false)
                    @Nullable String idempotencyKey) {
        SubnetId id = new SubnetId(NewId.of(tenant, "subnet", idempotencyKey));
        CatalogCommand command =
                new CatalogCommand.CreateSubnet(
                        tenant,
                        id,
                        Fields.id("vpcId", request.vpcId(), VpcId::new),
                        Fields.prefix("prefix", request.prefix()));
        return view(catalog.create(command, id.value(), Subnet.class, idempotencyKey));
    }

    @GetMapping
    Page<SubnetView> list(TenantId tenant) {
        return Page.of(catalog.all(Subnet.class, tenant), SubnetController::view);
    }

    @GetMapping("/{id}")
    SubnetView get(TenantId tenant, @PathVariable String id) {
        SubnetId subnet = Fields.id("id", id, SubnetId::new);
        return view(catalog.owned(Subnet.class, tenant, subnet.value()));
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(TenantId tenant, @PathVariable String id) {
        SubnetId subnet = Fields.id("id", id, SubnetId::new);
        catalog.apply(new CatalogCommand.DeleteSubnet(tenant, subnet), subnet.value());
    }

    private static SubnetView view(Subnet subnet) {
        return new SubnetView(
                subnet.id().value(), subnet.vpc().value(), subnet.prefix().toString());
    }
}
