package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.acl.AclPair;
import io.sallyport.gateway.view.AclView;
import io.sallyport.gateway.view.GatewayView;
import io.sallyport.gateway.view.InstanceView;
import io.sallyport.gateway.view.NodeView;
import io.sallyport.gateway.wire.HotPath;
import io.sallyport.ids.AclId;
import io.sallyport.ids.GatewayId;
import io.sallyport.net.IpAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A {@link NodeView} as packets ask it; immutable, built on a cold thread. */
@HotPath
final class CompiledView {

    static final CompiledView EMPTY = new CompiledView(NodeView.EMPTY, 0);

    /** From here on the numbers in {@link #eips} are of instances, below of gateways. */
    private static final int INSTANCES = 1 << 20;

    private final int serial;
    private final NodeView view;
    private final int[] versions;

    /** By VPC: clients that have an EIP to themselves, with the numbers of their instances. */
    private final Map<Integer, Map<IpAddress, Integer>> instancesOf = new HashMap<>();

    /** Who owns an EIP. */
    final AddressMap eips;

    final int gatewayCount;
    private final @Nullable CompiledGateway[] gateways;
    private final @Nullable CompiledVpc[] vpcs;
    private final int vpcMask;
    private final CompiledInstance[] instances;
    private final Map<String, CompiledVpc[]> plain = new HashMap<>();
    private final Map<GatewayId, Integer> indexes = new HashMap<>();
    private final Map<AclId, AclPair> acls = new HashMap<>();
    private final Map<AclId, InstanceAcl> instanceAcls = new HashMap<>();

    CompiledView(NodeView view, int serial) {
        this(view, serial, null);
    }

    CompiledView(NodeView view, int serial, @Nullable CompiledView before) {
        this(view, serial, before, before);
    }

    /**
     * @param before whose versions stay where nothing changed that a connection is judged by; null:
     *     all connections are judged again
     * @param former whose ACLs stay where they are of the same version, with what they have counted
     */
    CompiledView(
            NodeView view,
            int serial,
            @Nullable CompiledView before,
            @Nullable CompiledView former) {
        this.view = view;
        this.serial = serial;
        Map<AclId, AclPair> known = former == null ? Map.of() : former.acls;
        Map<Integer, SubnetSet> subnets = new HashMap<>();
        view.vpcs()
                .forEach((number, vpc) ->
                        subnets.put(
                                number, new SubnetSet(vpc.subnets(), acl -> compiled(acl, known))));
        Map<IpAddress, Integer> owners = new HashMap<>(view.eips());
        instances = new CompiledInstance[view.instances().size()];
        int found = 0;
        for (InstanceView instance : view.instances().values()) {
            owners.put(instance.eip(), INSTANCES + found);
            instancesOf
                    .computeIfAbsent(instance.vpc(), number -> new HashMap<>())
                    .put(instance.privateAddress(), found);
            AclPair acl =
                    subnets.getOrDefault(instance.vpc(), SubnetSet.EMPTY)
                            .aclOf(instance.privateAddress());
            instances[found++] =
                    new CompiledInstance(instance, acl == null ? null : ofInstances(acl, former));
        }
        eips = new AddressMap(owners);
        int highest =
                view.gateways().keySet().stream().mapToInt(Integer::intValue).max().orElse(-1);
        gatewayCount = highest + 1;
        // A new EIP may be somebody's remote by now: that concerns all.
        CompiledView alike =
                before != null && before.view.carried().containsAll(view.carried()) ? before : null;
        gateways = new CompiledGateway[gatewayCount];
        versions = new int[gatewayCount];
        view.gateways()
                .forEach((index, gateway) -> {
                    gateways[index] =
                            new CompiledGateway(
                                    gateway,
                                    gateway.acl().map(acl -> compiled(acl, known)).orElse(null),
                                    subnets.getOrDefault(gateway.vpc(), SubnetSet.EMPTY));
                    versions[index] =
                            alike != null && alike.judgesAlike(this, index)
                                    ? alike.version(index)
                                    : serial;
                    indexes.put(gateway.id(), index);
                });
        Map<Integer, List<CompiledGateway>> gatewaysOf =
                Stream.of(gateways)
                        .filter(Objects::nonNull)
                        .collect(Collectors.groupingBy(gateway -> gateway.view.vpc()));
        int size = Math.max(4, Integer.highestOneBit(Math.max(1, view.vpcs().size())) << 2);
        vpcMask = size - 1;
        vpcs = new CompiledVpc[size];
        Map<String, List<CompiledVpc>> byInterface = new HashMap<>();
        view.vpcs()
                .forEach((number, vpc) -> {
                    CompiledVpc compiled =
                            new CompiledVpc(
                                    vpc,
                                    subnets.getOrDefault(number, SubnetSet.EMPTY),
                                    gatewaysOf
                                            .getOrDefault(number, List.of())
                                            .toArray(CompiledGateway[]::new),
                                    new AddressMap(instancesOf.getOrDefault(number, Map.of())));
                    int at = slot(number);
                    while (vpcs[at] != null) {
                        at = at + 1 & vpcMask;
                    }
                    vpcs[at] = compiled;
                    for (String name : vpc.interfaces()) {
                        byInterface.computeIfAbsent(name, n -> new ArrayList<>()).add(compiled);
                    }
                });
        byInterface.forEach((name, list) -> plain.put(name, list.toArray(CompiledVpc[]::new)));
    }

    /** Once, however many subnets and gateways have it. */
    private AclPair compiled(AclView acl, Map<AclId, AclPair> known) {
        return acls.computeIfAbsent(
                acl.id(),
                id -> {
                    AclPair same = known.get(id);
                    return same != null && same.version() == acl.version()
                            ? same
                            : new AclPair(id, acl.version(), acl.stateful(), acl.entries());
                });
    }

    /** Likewise. */
    private InstanceAcl ofInstances(AclPair acl, @Nullable CompiledView former) {
        return instanceAcls.computeIfAbsent(
                acl.id(),
                id -> {
                    InstanceAcl same = former == null ? null : former.instanceAcls.get(id);
                    return same != null && same.rules == acl ? same : new InstanceAcl(acl);
                });
    }

    /** Those that a subnet or a gateway here has. */
    Collection<AclPair> acls() {
        return acls.values();
    }

    private boolean judgesAlike(CompiledView fresh, int index) {
        GatewayView old = view.gateways().get(index);
        return old != null
                && old.equals(fresh.view.gateways().get(index))
                && Objects.equals(view.vpcs().get(old.vpc()), fresh.view.vpcs().get(old.vpc()))
                && instancesIn(old.vpc()).equals(fresh.instancesIn(old.vpc()));
    }

    /** Whose packets go another way, even those of connections. */
    private Set<IpAddress> instancesIn(int vpc) {
        return instancesOf.getOrDefault(vpc, Map.of()).keySet();
    }

    /** A connection of the gateway that was judged under another version is judged again. */
    int version(int gateway) {
        return gateway >= 0 && gateway < gatewayCount && gateways[gateway] != null
                ? versions[gateway]
                : serial;
    }

    static AddressMap setOf(Set<IpAddress> addresses) {
        Map<IpAddress, Integer> entries = new HashMap<>();
        addresses.forEach(address -> entries.put(address, 0));
        return new AddressMap(entries);
    }

    private int slot(int number) {
        return (number * 0x9e37_79b9) >>> 8 & vpcMask;
    }

    @Nullable CompiledVpc vpc(int number) {
        int at = slot(number);
        while (true) {
            CompiledVpc found = vpcs[at];
            if (found == null || found.number == number) {
                return found;
            }
            at = at + 1 & vpcMask;
        }
    }

    /** The VPCs of a plain interface; null: none. */
    CompiledVpc @Nullable [] vpcsOn(String interfaceName) {
        return plain.get(interfaceName);
    }

    /** The instance that owns the EIP which {@link #eips} gives this number; null: none does. */
    @Nullable CompiledInstance instanceOf(int owner) {
        return owner >= INSTANCES ? instances[owner - INSTANCES] : null;
    }

    /** The instance of a client of the VPC; null: it has no EIP to itself. */
    @Nullable CompiledInstance instance(CompiledVpc vpc, long clientHigh, long clientLow) {
        int number = vpc.instances.get(clientHigh, clientLow);
        return number == AddressMap.NONE ? null : instances[number];
    }

    /** Whether a connection of the VPC's in this life of its EIP goes on under this view. */
    boolean isOfNow(int vpc, long eipHigh, long eipLow, long poolGeneration) {
        CompiledGateway owner = gateway(eips.get(eipHigh, eipLow));
        return owner != null && owner.owns(vpc, eipHigh, eipLow, poolGeneration);
    }

    /** Whether it is over for good: the view is not merely older than that life. */
    boolean isOver(int vpc, long eipHigh, long eipLow, long poolGeneration) {
        return view.catalogVersion() >= poolGeneration
                && !isOfNow(vpc, eipHigh, eipLow, poolGeneration);
    }

    /** Whether nothing is opened any more in this life of the EIP: it drains, or is over. */
    boolean opensNoMore(long eipHigh, long eipLow, long poolGeneration) {
        CompiledGateway owner = gateway(eips.get(eipHigh, eipLow));
        return view.catalogVersion() >= poolGeneration
                && (owner == null || !owner.opens(eipHigh, eipLow, poolGeneration));
    }

    /** R of a connection's gateway; 0 where the view does not have that life of the EIP. */
    int copies(int vpc, long eipHigh, long eipLow, long poolGeneration) {
        CompiledGateway owner = gateway(eips.get(eipHigh, eipLow));
        return owner != null && owner.owns(vpc, eipHigh, eipLow, poolGeneration)
                ? owner.view.copies()
                : 0;
    }

    /** What it was made of. */
    NodeView said() {
        return view;
    }

    @Nullable CompiledGateway gateway(int index) {
        return index >= 0 && index < gatewayCount ? gateways[index] : null;
    }

    /** -1: not known here. */
    int indexOf(GatewayId id) {
        Integer index = indexes.get(id);
        return index == null ? -1 : index;
    }
}
