package io.sallyport.store.catalog;

import io.sallyport.ids.InterfaceId;
import io.sallyport.ids.TenantId;
import io.sallyport.net.IpAddress;
import io.sallyport.store.catalog.Resource.ElasticIp;
import io.sallyport.store.catalog.Resource.Gateway;
import io.sallyport.store.catalog.Resource.NetworkInterface;
import io.sallyport.store.catalog.Resource.Owner.OfInstance;
import io.sallyport.store.catalog.Resource.Subnet;
import io.sallyport.store.catalog.Resource.Vpc;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Network interfaces of instances: an address of a subnet that has a name, a MAC and a host, so
 * that an elastic IP can be tied to it. Those of gateways are the gateways'.
 */
final class InterfaceRules {

    private final CatalogTable table;
    private final PrivateAddresses addresses;

    InterfaceRules(CatalogTable table) {
        this.table = table;
        this.addresses = new PrivateAddresses(table);
    }

    Decision create(CatalogCommand.CreateNetworkInterface command, long index) {
        TenantId tenant = command.tenant();
        String key = command.id().value();
        Optional<NetworkInterface> existing = table.find(NetworkInterface.class, key);
        if (existing.isPresent()) {
            return existing.get().tenant().equals(tenant)
                    ? Decision.existing(existing.get(), answers(existing.get(), command))
                    : Decision.notFound(key);
        }
        Optional<Subnet> subnet = table.owned(Subnet.class, tenant, command.subnet().value());
        if (subnet.isEmpty()) {
            return Decision.notFound(command.subnet().value());
        }
        if (!MoveRules.isUnicast(command.mac())) {
            return MoveRules.badMac(command.mac());
        }
        if (isGateways(command.id())) {
            return Decision.conflict(key, "is taken");
        }
        long would = table.all(NetworkInterface.class, tenant).count() + 1;
        Optional<Decision> full = table.refusal(tenant, Quota.NETWORK_INTERFACES, would);
        if (full.isPresent()) {
            return full.get();
        }
        Set<IpAddress> taken = addresses.taken(subnet.get().vpc());
        Optional<Decision> refused =
                command.privateAddress()
                        .flatMap(wish ->
                                PrivateAddresses.refusal(key, subnet.get().prefix(), wish, taken));
        return refused.orElseGet(() ->
                command.privateAddress()
                        .or(() -> PrivateAddresses.drawn(subnet.get().prefix(), taken))
                        .map(address -> made(command, subnet.get(), address, index))
                        .orElseGet(() ->
                                Decision.full(
                                        "private addresses of " + subnet.get().key(),
                                        taken.size())));
    }

    private static Decision made(
            CatalogCommand.CreateNetworkInterface command,
            Subnet subnet,
            IpAddress address,
            long index) {
        return Decision.put(
                new NetworkInterface(
                        command.id(),
                        command.tenant(),
                        subnet.vpc(),
                        subnet.id(),
                        address,
                        command.mac(),
                        Optional.empty(),
                        index));
    }

    private static boolean answers(
            NetworkInterface present, CatalogCommand.CreateNetworkInterface command) {
        return present.subnet().equals(command.subnet())
                && command.privateAddress().map(present.privateAddress()::equals).orElse(true);
    }

    private boolean isGateways(InterfaceId id) {
        return table.all(Gateway.class).anyMatch(gateway -> gateway.networkInterface().equals(id));
    }

    /** An elastic IP goes along, in the same life: it is the same owner. */
    Decision place(CatalogCommand.PlaceNetworkInterface command, long index) {
        String key = command.id().value();
        Optional<NetworkInterface> found =
                table.owned(NetworkInterface.class, command.tenant(), key);
        if (found.isEmpty()) {
            return Decision.notFound(key);
        }
        NetworkInterface before = found.get();
        if (!MoveRules.isUnicast(command.mac())) {
            return MoveRules.badMac(command.mac());
        }
        Optional<Decision> unreachable =
                table.find(Vpc.class, before.vpc().value())
                        .flatMap(vpc -> MoveRules.unreachable(vpc, command.tunnelEndpoint()));
        if (unreachable.isPresent()) {
            return unreachable.get();
        }
        NetworkInterface after = before.at(command.mac(), command.tunnelEndpoint(), index);
        if (after.instance().equals(before.instance())) {
            return Decision.unchanged(before);
        }
        List<CatalogChange> changes = new ArrayList<>();
        changes.add(new CatalogChange.Put(after));
        tied(before.instance())
                .forEach(eip ->
                        changes.add(new CatalogChange.Put(eip.placed(after.instance(), index))));
        return new Decision(changes, new CatalogResult.Applied(index, Optional.of(after)));
    }

    /** Those of which it is the owner, or will be. */
    private Stream<ElasticIp> tied(OfInstance instance) {
        return table.all(ElasticIp.class).filter(eip -> eip.owners().anyMatch(instance::isSame));
    }

    /** Its elastic IP becomes nobody's. */
    Decision delete(CatalogCommand.DeleteNetworkInterface command, long index) {
        String key = command.id().value();
        Optional<NetworkInterface> found =
                table.owned(NetworkInterface.class, command.tenant(), key);
        if (found.isEmpty()) {
            return Decision.notFound(key);
        }
        OfInstance instance = found.get().instance();
        List<CatalogChange> changes = new ArrayList<>();
        tied(instance)
                .forEach(eip ->
                        changes.add(
                                new CatalogChange.Put(
                                        eip.owner().filter(instance::isSame).isPresent()
                                                ? eip.released(index)
                                                : eip.draining(Optional.empty(), index))));
        changes.add(new CatalogChange.Remove(key));
        return new Decision(changes, new CatalogResult.Applied(index, Optional.empty()));
    }
}
