package io.sallyport.control.ec2;

import static io.sallyport.control.ec2.Parameter.optional;
import static io.sallyport.control.ec2.Parameter.required;

import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.catalog.NewId;
import io.sallyport.control.ec2.errors.Ec2Error;
import io.sallyport.control.ec2.errors.Kind;
import io.sallyport.control.ec2.query.Filters;
import io.sallyport.control.ec2.query.Pages;
import io.sallyport.control.ec2.xml.XmlAnswer;
import io.sallyport.control.problems.Problem;
import io.sallyport.control.problems.ProblemCode;
import io.sallyport.ids.AclId;
import io.sallyport.ids.VpcId;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.KeyScope.Area;
import io.sallyport.store.catalog.Resource.AclAssociation;
import io.sallyport.store.catalog.Resource.NetworkAcl;
import io.sallyport.store.catalog.Resource.Subnet;
import io.sallyport.store.catalog.Resource.Vpc;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * Network ACLs of VPCs and what they stand at. One that is of no VPC, as REST makes them for
 * gateways, is not told of here.
 */
@Component
class NetworkAcls implements Operation.Source {

    private final CatalogService catalog;
    private final Snapshots snapshots;

    NetworkAcls(CatalogService catalog, Snapshots snapshots) {
        this.catalog = catalog;
        this.snapshots = snapshots;
    }

    @Override
    public Area area() {
        return Area.NETWORK_ACLS;
    }

    @Override
    public List<Operation> operations() {
        return List.of(
                Operation.of(
                        "CreateNetworkAcl",
                        this::create,
                        Stream.of(optional("ClientToken"), required("VpcId")),
                        Parameter.tags()),
                Operation.of("DeleteNetworkAcl", this::delete, Stream.of(required("NetworkAclId"))),
                Operation.of(
                        "DescribeNetworkAcls",
                        this::describe,
                        Stream.of(optional("NetworkAclId.N")),
                        Parameter.filters(),
                        Parameter.pages()),
                Operation.of(
                        "ReplaceNetworkAclAssociation",
                        this::replaceAssociation,
                        Stream.of(required("AssociationId"), required("NetworkAclId"))));
    }

    /** One that must be there, of a VPC of the tenant's. */
    static NetworkAcl get(Snapshot now, String id) {
        return now.find(NetworkAcl.class, id)
                .filter(acl -> acl.vpc().isPresent())
                .orElseThrow(() -> Kind.NETWORK_ACL.notFound(id));
    }

    private Consumer<XmlAnswer> create(Call call) {
        String vpc = call.id("VpcId", Kind.VPC);
        SortedMap<String, String> tags = call.tags(Kind.NETWORK_ACL);
        Optional<String> token = call.clientToken();
        Snapshot before = snapshots.now(call.tenant());
        before.get(Vpc.class, Kind.VPC, vpc);
        String key = token.map(text -> "ec2 " + text).orElse(null);
        AclId id = new AclId(NewId.of(call.tenant(), "acl", key));
        Optional<NetworkAcl> made = before.find(NetworkAcl.class, id.value());
        if (made.isPresent() && !made.get().vpc().equals(Optional.of(new VpcId(vpc)))) {
            throw new Ec2Error(
                    "IdempotentParameterMismatch",
                    "The client token was used with other parameters.");
        }
        if (made.isEmpty()) {
            catalog.create(
                    new CatalogCommand.Labelled(
                            new CatalogCommand.CreateAcl(
                                    call.tenant(),
                                    id,
                                    Optional.of(new VpcId(vpc)),
                                    false,
                                    List.of()),
                            Instant.now().toEpochMilli(),
                            tags),
                    id.value(),
                    NetworkAcl.class,
                    key);
        }
        Snapshot now = snapshots.now(call.tenant());
        NetworkAclView view = NetworkAclView.of(now).apply(get(now, id.value()));
        return xml -> xml.in("networkAcl", view::write).text("clientToken", token.orElse(null));
    }

    private Consumer<XmlAnswer> delete(Call call) {
        String id = call.id("NetworkAclId", Kind.NETWORK_ACL);
        if (get(snapshots.now(call.tenant()), id).isDefault()) {
            throw new Ec2Error("InvalidParameterValue", "cannot delete default network ACL " + id);
        }
        try {
            catalog.apply(new CatalogCommand.DeleteAcl(call.tenant(), new AclId(id)), id);
        } catch (Problem problem) {
            throw problem.code() == ProblemCode.IN_USE
                    ? new Ec2Error(
                            "DependencyViolation",
                            "The networkAcl '" + id + "' has dependencies and cannot be deleted.")
                    : problem;
        }
        return Operation.DONE;
    }

    private Consumer<XmlAnswer> describe(Call call) {
        Snapshot now = snapshots.now(call.tenant());
        List<String> asked = call.ids("NetworkAclId", Kind.NETWORK_ACL);
        asked.forEach(id -> get(now, id));
        Filters filters = call.filters(NetworkAclView.FILTERS.toArray(String[]::new));
        Pages.Page<NetworkAclView> page =
                call.page(
                        asked,
                        now.all(NetworkAcl.class).stream()
                                .filter(acl -> acl.vpc().isPresent())
                                .filter(acl -> asked.isEmpty() || asked.contains(acl.key()))
                                .map(NetworkAclView.of(now))
                                .filter(view -> filters.match(view::filtered, view.tags()))
                                .toList(),
                        NetworkAclView::id);
        return xml ->
                xml.set("networkAclSet", page.items(), (item, view) -> view.write(item))
                        .text("nextToken", page.nextToken());
    }

    private Consumer<XmlAnswer> replaceAssociation(Call call) {
        String association = call.id("AssociationId", Kind.ACL_ASSOCIATION);
        String acl = call.id("NetworkAclId", Kind.NETWORK_ACL);
        Snapshot now = snapshots.now(call.tenant());
        Subnet subnet =
                now.all(Subnet.class).stream()
                        .filter(one ->
                                NetworkAclView.association(one).equals(Optional.of(association)))
                        .findFirst()
                        .orElseThrow(() -> Kind.ACL_ASSOCIATION.notFound(association));
        if (!get(now, acl).vpc().equals(Optional.of(subnet.vpc()))) {
            throw new Ec2Error(
                    "InvalidParameterValue",
                    "Network ACL "
                            + acl
                            + " and subnet "
                            + subnet.key()
                            + " are in different VPCs");
        }
        CatalogCommand command =
                new CatalogCommand.AssociateSubnet(
                        call.tenant(),
                        subnet.id(),
                        new AclId(acl),
                        subnet.association().map(AclAssociation::since));
        Subnet fresh;
        try {
            fresh = catalog.apply(command, subnet.key(), Subnet.class);
        } catch (Problem problem) {
            throw problem.code() == ProblemCode.CONFLICT
                    ? Kind.ACL_ASSOCIATION.notFound(association)
                    : problem;
        }
        return xml -> xml.text("newAssociationId", NetworkAclView.association(fresh).orElse(null));
    }
}
