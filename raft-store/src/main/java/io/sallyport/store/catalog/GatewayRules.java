package io.sallyport.store.catalog;

import io.sallyport.ids.AclId;
import io.sallyport.ids.EipId;
import io.sallyport.ids.TenantId;
import io.sallyport.ids.VpcId;
import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import io.sallyport.store.catalog.Resource.ElasticIp;
import io.sallyport.store.catalog.Resource.FlowLog;
import io.sallyport.store.catalog.Resource.FormerAddress;
import io.sallyport.store.catalog.Resource.FormerGateway;
import io.sallyport.store.catalog.Resource.Gateway;
import io.sallyport.store.catalog.Resource.Label;
import io.sallyport.store.catalog.Resource.NetworkAcl;
import io.sallyport.store.catalog.Resource.Owner.OfGateway;
import io.sallyport.store.catalog.Resource.Subnet;
import io.sallyport.store.catalog.Resource.Vpc;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Gateways: each has an interface and an address in a subnet, by which flow logs name it. */
final class GatewayRules {

    private final CatalogTable table;
    private final PrivateAddresses addresses;

    GatewayRules(CatalogTable table) {
        this.table = table;
        this.addresses = new PrivateAddresses(table);
    }

    Decision create(CatalogCommand.CreateGateway command, long index) {
        Decision placed = placed(command, false, index);
        return command.address().isEmpty() || placed.changes().isEmpty()
                ? placed
                : withAddress(placed, command, index);
    }

    /** Its private address is nobody's elastic IP either. */
    Decision createPrivate(CatalogCommand.CreateGateway command, long index) {
        return placed(command, true, index);
    }

    private Decision placed(CatalogCommand.CreateGateway command, boolean isPrivate, long index) {
        TenantId tenant = command.tenant();
        String key = command.id().value();
        Optional<Gateway> existing = table.find(Gateway.class, key);
        if (existing.isPresent()) {
            return existing.get().tenant().equals(tenant)
                    ? Decision.existing(
                            existing.get(),
                            table.isPrivate(existing.get()) == isPrivate
                                    && answers(existing.get(), command))
                    : Decision.notFound(key);
        }
        if (table.find(FormerGateway.class, FormerGateway.keyOf(key)).isPresent()) {
            return Decision.conflict(key, "was deleted");
        }
        Optional<Subnet> subnet = table.owned(Subnet.class, tenant, command.subnet().value());
        if (subnet.isEmpty()) {
            return Decision.notFound(command.subnet().value());
        }
        if (!allowed(command.copies())) {
            return badCopies(command.copies());
        }
        long would = table.all(Gateway.class, tenant).count() + 1;
        Optional<Decision> full = table.refusal(tenant, Quota.GATEWAYS, would);
        if (full.isPresent()) {
            return full.get();
        }
        boolean interfaceTaken =
                table.find(Resource.class, command.networkInterface().value()).isPresent()
                        || table.all(Gateway.class)
                                .anyMatch(g ->
                                        g.networkInterface().equals(command.networkInterface()));
        if (interfaceTaken) {
            return Decision.conflict(key, command.networkInterface() + " is taken");
        }
        // Where nobody says which packets go to which, they must be alike to whom they go.
        boolean follows = table.mainOf(subnet.get().vpc()).follows();
        Optional<Gateway> other =
                table.all(Gateway.class)
                        .filter(_ -> follows)
                        .filter(gateway -> gateway.vpc().equals(subnet.get().vpc()))
                        .filter(gateway -> table.isPrivate(gateway) != isPrivate)
                        .findFirst();
        if (other.isPresent()) {
            return Decision.invalid(
                    "connectivity",
                    isPrivate ? "private" : "public",
                    "that of the VPC's other gateways, such as " + other.get().key());
        }
        IpPrefix prefix = subnet.get().prefix();
        if (isPrivate && !table.isPrivate(prefix)) {
            return Decision.invalid(
                    "subnetId",
                    subnet.get().key(),
                    "a subnet whose addresses are of a private pool of the operator's");
        }
        VpcId vpc = subnet.get().vpc();
        Set<IpAddress> taken =
                isPrivate ? addresses.takenByAnybody(vpc, prefix) : addresses.taken(vpc);
        return placed(command, subnet.get(), taken, index);
    }

    /** Together with its elastic IP, or not at all. */
    private Decision withAddress(
            Decision placed, CatalogCommand.CreateGateway command, long index) {
        String key = command.address().map(EipId::value).orElseThrow();
        Optional<ElasticIp> eip = table.owned(ElasticIp.class, command.tenant(), key);
        if (eip.isEmpty()) {
            return Decision.notFound(key);
        }
        if (eip.get().owner().isPresent()) {
            return Decision.inUse(key, MoveRules.named(eip.get().owner().get()));
        }
        if (!eip.get().address().isV4()) {
            return Decision.invalid("address", key, "an IPv4 elastic IP");
        }
        if (placed.result() instanceof CatalogResult.Applied(_, var made)
                && made.filter(it -> ((Gateway) it).privateAddress().isV4()).isEmpty()) {
            return Decision.invalid("subnetId", command.subnet(), "a subnet of IPv4");
        }
        List<CatalogChange> changes = new ArrayList<>(placed.changes());
        changes.add(new CatalogChange.Put(eip.get().ownedBy(new OfGateway(command.id()), index)));
        return new Decision(changes, placed.result());
    }

    /** The interface is drawn by the caller, not wished, so a retry may bring another. */
    private boolean has(Gateway present, EipId address) {
        return table.find(ElasticIp.class, address.value())
                .flatMap(ElasticIp::gateway)
                .equals(Optional.of(present.id()));
    }

    private boolean answers(Gateway present, CatalogCommand.CreateGateway command) {
        return present.subnet().equals(command.subnet())
                && present.copies() == command.copies()
                && (command.address().isEmpty() || has(present, command.address().get()))
                && command.privateAddress().map(present.privateAddress()::equals).orElse(true);
    }

    private Decision placed(
            CatalogCommand.CreateGateway command, Subnet subnet, Set<IpAddress> taken, long index) {
        IpPrefix prefix = subnet.prefix();
        Optional<IpAddress> wish = command.privateAddress();
        Optional<Decision> refused =
                wish.flatMap(w -> PrivateAddresses.refusal(command.id().value(), prefix, w, taken));
        if (refused.isPresent()) {
            return refused.get();
        }
        Optional<IpAddress> address = wish.or(() -> PrivateAddresses.drawn(prefix, taken));
        if (address.isEmpty()) {
            return Decision.full("private addresses of " + subnet.key(), taken.size());
        }
        taken.add(address.get());
        return Decision.put(
                new Gateway(
                        command.id(),
                        command.tenant(),
                        subnet.vpc(),
                        subnet.id(),
                        command.networkInterface(),
                        address.get(),
                        address.get().isV4() ? ipv6(subnet.vpc(), taken) : address,
                        Optional.empty(),
                        command.copies(),
                        index));
    }

    /** A subnet here has one prefix, so the IPv6 address comes from the VPC's first IPv6 prefix. */
    private Optional<IpAddress> ipv6(VpcId vpc, Set<IpAddress> taken) {
        return table.find(Vpc.class, vpc.value()).stream()
                .flatMap(found -> found.prefixes().stream())
                .filter(prefix -> !prefix.address().isV4())
                .findFirst()
                .flatMap(prefix -> PrivateAddresses.drawn(prefix, taken));
    }

    Decision delete(CatalogCommand.DeleteGateway command, long index) {
        String key = command.id().value();
        Optional<Gateway> gateway = table.owned(Gateway.class, command.tenant(), key);
        if (gateway.isEmpty()) {
            return Decision.notFound(key);
        }
        List<ElasticIp> has =
                table.all(ElasticIp.class, command.tenant())
                        .filter(eip -> eip.owners().anyMatch(new OfGateway(command.id())::equals))
                        .toList();
        Stream<String> addresses =
                has.stream().filter(eip -> !table.isPrivate(eip)).map(ElasticIp::key);
        Stream<String> flowLogs =
                table.all(FlowLog.class, command.tenant())
                        .filter(log -> log.scope().isOf(gateway.get()))
                        .map(FlowLog::key);
        return Stream.concat(addresses, flowLogs)
                .findFirst()
                .map(dependent -> Decision.inUse(key, dependent))
                .orElseGet(() -> Decision.removed(key, has.stream().map(ElasticIp::key), index));
    }

    Decision retire(CatalogCommand.RetireGateway command, long index) {
        String key = command.id().value();
        TenantId tenant = command.tenant();
        Optional<Gateway> gateway = table.owned(Gateway.class, tenant, key);
        if (gateway.isEmpty()) {
            return Decision.notFound(key);
        }
        OfGateway owner = new OfGateway(command.id());
        List<FormerAddress> had = new ArrayList<>();
        List<CatalogChange> changes = new ArrayList<>();
        table.all(ElasticIp.class, tenant)
                .filter(eip -> eip.owners().anyMatch(owner::equals))
                .forEach(eip -> {
                    boolean owned = eip.owner().equals(Optional.of(owner));
                    if (owned) {
                        had.add(new FormerAddress(eip.id(), eip.address()));
                    }
                    changes.add(left(eip, owned, index));
                });
        table.all(FlowLog.class, tenant)
                .filter(log -> log.scope().isOf(gateway.get()))
                .forEach(log -> changes.add(new CatalogChange.Remove(log.key())));
        changes.add(new CatalogChange.Remove(key));
        table.all(FormerGateway.class, tenant)
                .sorted(Comparator.comparing(FormerGateway::version).reversed())
                .filter(forgotten(command.nowEpochMillis()))
                .forEach(former -> changes.add(new CatalogChange.Remove(former.key())));
        FormerGateway former =
                new FormerGateway(
                        gateway.get(),
                        table.find(Label.class, Label.keyOf(key))
                                .orElse(new Label(key, tenant, 0, new TreeMap<>(), index)),
                        had,
                        command.nowEpochMillis(),
                        index);
        changes.add(new CatalogChange.Put(former));
        return new Decision(changes, new CatalogResult.Applied(index, Optional.of(former)));
    }

    private CatalogChange left(ElasticIp eip, boolean owned, long index) {
        if (table.isPrivate(eip)) {
            return new CatalogChange.Remove(eip.key());
        }
        return new CatalogChange.Put(
                owned
                        ? eip.drain()
                                .map(drain -> MoveRules.drained(eip, drain, index))
                                .orElseGet(() -> eip.released(index))
                        : eip.draining(Optional.empty(), index));
    }

    /** Of the newest first: those that are too old, and all beyond so many. */
    private static Predicate<FormerGateway> forgotten(long now) {
        int[] kept = {0};
        return former ->
                now - former.deletedEpochMillis() > CatalogLimits.FORMER_MILLIS
                        || ++kept[0] >= CatalogLimits.FORMER_PER_TENANT;
    }

    Decision associate(CatalogCommand.AssociateAcl command, long index) {
        String key = command.gateway().value();
        Optional<Gateway> found = table.owned(Gateway.class, command.tenant(), key);
        if (found.isEmpty()) {
            return Decision.notFound(key);
        }
        Gateway gateway = found.get();
        if (gateway.acl().equals(command.acl())) {
            return Decision.unchanged(gateway);
        }
        if (command.acl().isPresent()) {
            String wanted = command.acl().get().value();
            Optional<NetworkAcl> acl = table.owned(NetworkAcl.class, command.tenant(), wanted);
            if (acl.isEmpty()) {
                return Decision.notFound(wanted);
            }
            if (acl.get().vpc().map(vpc -> !vpc.equals(gateway.vpc())).orElse(false)) {
                return Decision.invalid(
                        "networkAclId", wanted, "a network ACL of " + gateway.vpc());
            }
        }
        return Decision.put(with(gateway, command.acl(), gateway.copies(), index));
    }

    Decision setCopies(CatalogCommand.SetCopies command, long index) {
        String key = command.gateway().value();
        Optional<Gateway> found = table.owned(Gateway.class, command.tenant(), key);
        if (found.isEmpty()) {
            return Decision.notFound(key);
        }
        if (!allowed(command.copies())) {
            return badCopies(command.copies());
        }
        Gateway gateway = found.get();
        return gateway.copies() == command.copies()
                ? Decision.unchanged(gateway)
                : Decision.put(with(gateway, gateway.acl(), command.copies(), index));
    }

    private static boolean allowed(int copies) {
        return copies >= 1 && copies <= CatalogLimits.COPIES;
    }

    private static Decision badCopies(int copies) {
        return Decision.invalid("copies", copies, "1 to " + CatalogLimits.COPIES);
    }

    private static Gateway with(Gateway before, Optional<AclId> acl, int copies, long index) {
        return new Gateway(
                before.id(),
                before.tenant(),
                before.vpc(),
                before.subnet(),
                before.networkInterface(),
                before.privateAddress(),
                before.privateAddressV6(),
                acl,
                copies,
                index);
    }
}
