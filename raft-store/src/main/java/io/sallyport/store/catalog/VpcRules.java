package io.sallyport.store.catalog;

import io.sallyport.ids.AclId;
import io.sallyport.ids.RouteTableId;
import io.sallyport.ids.TenantId;
import io.sallyport.ids.VpcId;
import io.sallyport.store.catalog.Resource.AclAssociation;
import io.sallyport.store.catalog.Resource.ElasticIp;
import io.sallyport.store.catalog.Resource.FlowLog;
import io.sallyport.store.catalog.Resource.Gateway;
import io.sallyport.store.catalog.Resource.NetworkAcl;
import io.sallyport.store.catalog.Resource.NetworkInterface;
import io.sallyport.store.catalog.Resource.Owner;
import io.sallyport.store.catalog.Resource.Subnet;
import io.sallyport.store.catalog.Resource.Tenant;
import io.sallyport.store.catalog.Resource.Vpc;
import io.sallyport.store.catalog.Routing.InternetGateway;
import io.sallyport.store.catalog.Routing.RouteTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A tenant's address spaces: VPCs of one tenant or of several may overlap, subnets of one not. */
final class VpcRules {

    /** Shorter prefixes would take more than any private range has. */
    private static final int SHORTEST = 8;

    /** The longest subnet that has an address besides its first and its last. */
    private static final int SUBNET_HOST_BITS = 2;

    private final CatalogTable table;

    VpcRules(CatalogTable table) {
        this.table = table;
    }

    Decision createVpc(CatalogCommand.CreateVpc command, long index) {
        TenantId tenant = command.tenant();
        String key = command.id().value();
        Optional<Vpc> existing = table.find(Vpc.class, key);
        if (existing.isPresent()) {
            return existing.get().tenant().equals(tenant)
                    ? Decision.existing(
                            existing.get(), existing.get().prefixes().equals(command.prefixes()))
                    : Decision.notFound(key);
        }
        if (table.find(Tenant.class, tenant.value()).isEmpty()) {
            return Decision.notFound(tenant.value());
        }
        long would = table.all(Vpc.class, tenant).count() + 1;
        Optional<Decision> full = table.refusal(tenant, Quota.VPCS, would);
        if (full.isPresent()) {
            return full.get();
        }
        return PrefixRules.broken(
                        "prefixes", command.prefixes(), CatalogLimits.PREFIXES_PER_VPC, SHORTEST)
                .orElseGet(() -> made(command, index));
    }

    /** Together with its default ACL, or not at all. */
    private Decision made(CatalogCommand.CreateVpc command, long index) {
        String main = RouteTableId.mainOf(command.id()).value();
        if (table.find(Resource.class, main).isPresent()) {
            return Decision.conflict(command.id().value(), main + " is taken");
        }
        Decision made =
                Decision.put(
                        new Vpc(
                                command.id(),
                                command.tenant(),
                                command.prefixes(),
                                Optional.empty(),
                                index));
        if (command.acl().isEmpty()) {
            return made;
        }
        AclId acl = command.acl().get();
        if (table.find(NetworkAcl.class, acl.value()).isPresent()) {
            return Decision.conflict(command.id().value(), acl + " is taken");
        }
        List<CatalogChange> changes = new ArrayList<>(made.changes());
        changes.add(
                new CatalogChange.Put(
                        new NetworkAcl(
                                acl,
                                command.tenant(),
                                Optional.of(command.id()),
                                true,
                                false,
                                NetworkAcls.allowAll(command.prefixes()),
                                index)));
        return new Decision(changes, made.result());
    }

    private Stream<NetworkAcl> aclsOf(VpcId vpc) {
        return table.all(NetworkAcl.class).filter(acl -> acl.vpc().equals(Optional.of(vpc)));
    }

    Decision deleteVpc(CatalogCommand.DeleteVpc command, long index) {
        String key = command.id().value();
        if (table.owned(Vpc.class, command.tenant(), key).isEmpty()) {
            return Decision.notFound(key);
        }
        Stream<String> instances =
                table.all(ElasticIp.class, command.tenant())
                        .filter(eip -> eip.owners().anyMatch(owner -> isIn(owner, command.id())))
                        .map(ElasticIp::key);
        Stream<String> acls =
                aclsOf(command.id()).filter(acl -> !acl.isDefault()).map(NetworkAcl::key);
        Stream<String> routeTables =
                table.all(RouteTable.class, command.tenant())
                        .filter(one -> one.vpc().equals(command.id()) && one.main().isEmpty())
                        .map(RouteTable::key);
        Stream<String> internetGateways =
                table.all(InternetGateway.class, command.tenant())
                        .filter(one -> one.vpc().equals(Optional.of(command.id())))
                        .map(InternetGateway::key);
        return Stream.of(
                        subnetsOf(command.id()).map(Subnet::key),
                        instances,
                        acls,
                        routeTables,
                        internetGateways)
                .flatMap(users -> users)
                .findFirst()
                .map(user -> Decision.inUse(key, user))
                .orElseGet(() -> removed(command, index));
    }

    private Decision removed(CatalogCommand.DeleteVpc command, long index) {
        String key = command.id().value();
        Stream<String> tables =
                table.all(RouteTable.class)
                        .filter(one -> one.vpc().equals(command.id()))
                        .map(RouteTable::key);
        Stream<String> gone =
                Stream.of(
                                aclsOf(command.id()).map(NetworkAcl::key),
                                tables,
                                flowLogsOf(command.tenant(), key))
                        .flatMap(keys -> keys);
        return Decision.removed(key, gone, index);
    }

    private Stream<String> flowLogsOf(TenantId tenant, String key) {
        return table.all(FlowLog.class, tenant)
                .filter(log -> log.scope().key().equals(key))
                .map(FlowLog::key);
    }

    Decision createSubnet(CatalogCommand.CreateSubnet command, long index) {
        TenantId tenant = command.tenant();
        String key = command.id().value();
        Subnet wish =
                new Subnet(
                        command.id(),
                        tenant,
                        command.vpc(),
                        command.prefix(),
                        aclsOf(command.vpc())
                                .filter(NetworkAcl::isDefault)
                                .findFirst()
                                .map(acl -> new AclAssociation(acl.id(), index)),
                        index);
        Optional<Subnet> existing = table.find(Subnet.class, key);
        if (existing.isPresent()) {
            Subnet present = existing.get();
            return present.tenant().equals(tenant)
                    ? Decision.existing(
                            present,
                            present.vpc().equals(wish.vpc())
                                    && present.prefix().equals(wish.prefix()))
                    : Decision.notFound(key);
        }
        Optional<Vpc> vpc = table.owned(Vpc.class, tenant, command.vpc().value());
        if (vpc.isEmpty()) {
            return Decision.notFound(command.vpc().value());
        }
        if (vpc.get().prefixes().stream().noneMatch(p -> p.contains(wish.prefix()))) {
            return Decision.invalid(
                    "prefix", wish.prefix(), "within the VPC's " + vpc.get().prefixes());
        }
        if (wish.prefix().address().bits() - wish.prefix().length() < SUBNET_HOST_BITS) {
            return Decision.invalid("prefix", wish.prefix(), "at least 4 addresses");
        }
        if (subnetsOf(command.vpc()).count() >= CatalogLimits.SUBNETS_PER_VPC) {
            return Decision.full("subnets of a VPC", CatalogLimits.SUBNETS_PER_VPC);
        }
        return subnetsOf(command.vpc())
                .filter(other -> other.prefix().overlaps(wish.prefix()))
                .findFirst()
                .map(other -> Decision.conflict(key, "overlaps " + other.key()))
                .orElseGet(() -> Decision.put(wish));
    }

    Decision deleteSubnet(CatalogCommand.DeleteSubnet command, long index) {
        String key = command.id().value();
        if (table.owned(Subnet.class, command.tenant(), key).isEmpty()) {
            return Decision.notFound(key);
        }
        return Stream.concat(
                        table.all(Gateway.class, command.tenant())
                                .filter(gateway -> gateway.subnet().equals(command.id()))
                                .map(Gateway::key),
                        table.all(NetworkInterface.class, command.tenant())
                                .filter(one -> one.subnet().equals(command.id()))
                                .map(NetworkInterface::key))
                .findFirst()
                .map(user -> Decision.inUse(key, user))
                .orElseGet(() -> removed(command, index));
    }

    private Decision removed(CatalogCommand.DeleteSubnet command, long index) {
        String key = command.id().value();
        List<CatalogChange> changes = new ArrayList<>();
        table.all(RouteTable.class, command.tenant())
                .filter(one -> one.of(command.id()).isPresent())
                .map(one -> new CatalogChange.Put(one.without(command.id(), index)))
                .forEach(changes::add);
        Decision removed = Decision.removed(key, flowLogsOf(command.tenant(), key), index);
        changes.addAll(removed.changes());
        return new Decision(changes, removed.result());
    }

    private static boolean isIn(Owner owner, VpcId vpc) {
        return owner instanceof Owner.OfInstance instance && instance.vpc().equals(vpc);
    }

    private Stream<Subnet> subnetsOf(VpcId vpc) {
        return table.all(Subnet.class).filter(subnet -> subnet.vpc().equals(vpc));
    }
}
