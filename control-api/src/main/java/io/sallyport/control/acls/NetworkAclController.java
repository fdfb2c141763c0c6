package io.sallyport.control.acls;

import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.catalog.NewId;
import io.sallyport.control.catalog.Nodes;
import io.sallyport.control.catalog.Nodes.Progress;
import io.sallyport.control.catalog.Page;
import io.sallyport.control.catalog.State;
import io.sallyport.control.problems.Fields;
import io.sallyport.control.problems.Outcomes;
import io.sallyport.ids.AclId;
import io.sallyport.ids.TenantId;
import io.sallyport.ids.VpcId;
import io.sallyport.store.catalog.AclEntry;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.CatalogLimits;
import io.sallyport.store.catalog.Resource.NetworkAcl;
import java.util.ArrayList;
import java.util.List;
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
@RequestMapping("/v1/network-acls")
class NetworkAclController {

    /**
     * @param vpcId whose subnets and gateways it is for; left out: any gateway, no subnet
     * @param stateful whether replies of connections that it lets out pass; left out: not
     */
    record CreateRequest(
            @Nullable String vpcId,
            @Nullable Boolean stateful,
            @Nullable List<@Nullable AclEntryBody> entries) {}

    /**
     * @param stateful left out: as it is
     */
    record ReplaceRequest(
            @Nullable Boolean stateful, @Nullable List<@Nullable AclEntryBody> entries) {}

    /**
     * @param isDefault whether its VPC's subnets have it from the first
     * @param entries without the implicit deny that stands after the last
     * @param version grows with each change
     * @param state whether the nodes obey this version
     */
    record NetworkAclView(
            String id,
            @Nullable String vpcId,
            boolean isDefault,
            boolean stateful,
            List<AclEntryBody> entries,
            long version,
            State state,
            boolean applied) {}

    private final CatalogService catalog;
    private final Nodes nodes;

    NetworkAclController(CatalogService catalog, Nodes nodes) {
        this.catalog = catalog;
        this.nodes = nodes;
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    NetworkAclView create(
            TenantId tenant,
            @RequestBody CreateRequest request,
            @RequestHeader(name = "Idempotency-Key", required = false)
                    @Nullable String idempotencyKey) {
        AclId id = new AclId(NewId.of(tenant, "acl", idempotencyKey));
        CatalogCommand command =
                new CatalogCommand.CreateAcl(
                        tenant,
                        id,
                        Optional.ofNullable(request.vpcId())
                                .map(vpc -> Fields.id("vpcId", vpc, VpcId::new)),
                        Optional.ofNullable(request.stateful()).orElse(false),
                        entries(request.entries()));
        return view(
                catalog.create(command, id.value(), NetworkAcl.class, idempotencyKey),
                nodes.progress());
    }

    /** Replaces all entries at once, so that packets never meet half of two versions. */
    @PutMapping("/{id}")
    NetworkAclView replace(
            TenantId tenant, @PathVariable String id, @RequestBody ReplaceRequest request) {
        AclId acl = Fields.id("id", id, AclId::new);
        CatalogCommand command =
                new CatalogCommand.PutAcl(
                        tenant,
                        acl,
                        Optional.ofNullable(request.stateful()),
                        entries(request.entries()));
        return view(catalog.apply(command, acl.value(), NetworkAcl.class), nodes.progress());
    }

    @GetMapping
    Page<NetworkAclView> list(TenantId tenant) {
        Progress progress = nodes.progress();
        return Page.of(catalog.all(NetworkAcl.class, tenant), acl -> view(acl, progress));
    }

    @GetMapping("/{id}")
    NetworkAclView get(TenantId tenant, @PathVariable String id) {
        AclId acl = Fields.id("id", id, AclId::new);
        return view(catalog.owned(NetworkAcl.class, tenant, acl.value()), nodes.progress());
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(TenantId tenant, @PathVariable String id) {
        AclId acl = Fields.id("id", id, AclId::new);
        catalog.apply(new CatalogCommand.DeleteAcl(tenant, acl), acl.value());
    }

    private static List<AclEntry> entries(@Nullable List<@Nullable AclEntryBody> asked) {
        List<@Nullable AclEntryBody> bodies = Fields.required("entries", asked);
        if (bodies.size() > CatalogLimits.ENTRIES_PER_ACL) {
            throw Outcomes.full("entries of an ACL", CatalogLimits.ENTRIES_PER_ACL);
        }
        List<AclEntry> entries = new ArrayList<>(bodies.size());
        for (AclEntryBody body : bodies) {
            String at = "entries[" + entries.size() + "]";
            entries.add(Fields.required(at, body).entry(at));
        }
        return entries;
    }

    private static NetworkAclView view(NetworkAcl acl, Progress progress) {
        return new NetworkAclView(
                acl.id().value(),
                acl.vpc().map(VpcId::value).orElse(null),
                acl.isDefault(),
                acl.stateful(),
                acl.entries().stream().map(AclEntryBody::of).toList(),
                acl.version(),
                progress.state(acl.version()),
                progress.applied(acl.version()));
    }
}
