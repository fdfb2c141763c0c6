package io.sallyport.control.vpcs;

import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.catalog.NewId;
import io.sallyport.control.catalog.Nodes;
import io.sallyport.control.catalog.Nodes.Progress;
import io.sallyport.control.catalog.Page;
import io.sallyport.control.catalog.State;
import io.sallyport.control.problems.Fields;
import io.sallyport.ids.AclId;
import io.sallyport.ids.SubnetId;
import io.sallyport.ids.TenantId;
import io.sallyport.ids.VpcId;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.Resource.Subnet;
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
@RequestMapping("/v1/subnets")
class SubnetController {

    record CreateSubnetRequest(@Nullable String vpcId, @Nullable String prefix) {}

    /**
     * @param networkAcl what stands at its boundary; null only where its VPC was made before VPCs
     *     had a default one
     */
    record SubnetView(
            String id, String vpcId, String prefix, @Nullable AssociationView networkAcl) {}

    /**
     * @param state whether the nodes obey that it stands there
     */
    record AssociationView(String id, State state, boolean applied) {}

    record NetworkAclRequest(@Nullable String networkAclId) {}

    private final CatalogService catalog;
    private final Nodes nodes;

    SubnetController(CatalogService catalog, Nodes nodes) {
        this.catalog = catalog;
        this.nodes = nodes;
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
        return view(
                catalog.create(command, id.value(), Subnet.class, idempotencyKey),
                nodes.progress());
    }

    @GetMapping
    Page<SubnetView> list(TenantId tenant) {
        Progress progress = nodes.progress();
        return Page.of(catalog.all(Subnet.class, tenant), subnet -> view(subnet, progress));
    }

    @GetMapping("/{id}")
    SubnetView get(TenantId tenant, @PathVariable String id) {
        SubnetId subnet = Fields.id("id", id, SubnetId::new);
        return view(catalog.owned(Subnet.class, tenant, subnet.value()), nodes.progress());
    }

    /** Another network ACL of the same VPC; a subnet has always one. */
    @PutMapping("/{id}/network-acl")
    SubnetView associate(
            TenantId tenant, @PathVariable String id, @RequestBody NetworkAclRequest request) {
        SubnetId subnet = Fields.id("id", id, SubnetId::new);
        CatalogCommand command =
                new CatalogCommand.AssociateSubnet(
                        tenant,
                        subnet,
                        Fields.id("networkAclId", request.networkAclId(), AclId::new),
                        Optional.empty());
        return view(catalog.apply(command, subnet.value(), Subnet.class), nodes.progress());
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(TenantId tenant, @PathVariable String id) {
        SubnetId subnet = Fields.id("id", id, SubnetId::new);
        catalog.apply(new CatalogCommand.DeleteSubnet(tenant, subnet), subnet.value());
    }

    private static SubnetView view(Subnet subnet, Progress progress) {
        return new SubnetView(
                subnet.id().value(),
                subnet.vpc().value(),
                subnet.prefix().toString(),
                subnet.acl()
                        .map(acl ->
                                new AssociationView(
                                        acl.value(),
                                        progress.state(subnet.version()),
                                        progress.applied(subnet.version())))
                        .orElse(null));
    }
}
