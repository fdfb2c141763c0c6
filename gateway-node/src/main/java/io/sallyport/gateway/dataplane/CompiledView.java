package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.view.GatewayView;
import io.sallyport.gateway.view.NodeView;
import io.sallyport.gateway.wire.HotPath;
import io.sallyport.ids.GatewayId;
import io.sallyport.net.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A {@link NodeView} as packets ask it; immutable, built on a cold thread. */
@HotPath
final class CompiledView {

    static final CompiledView EMPTY = new CompiledView(NodeView.EMPTY, 0);

    /** Grows by one with each view. */
    private final int serial;

    private final NodeView view;
    private final int[] versions;

    final AddressMap eips;
    final int gatewayCount;
    private final @Nullable CompiledGateway[] gateways;
    private final @Nullable CompiledVpc[] vpcs;
    private final int vpcMask;
    private final Map<String, CompiledVpc[]> plain = new HashMap<>();
    private final Map<GatewayId, Integer> indexes = new HashMap<>();

    CompiledView(NodeView view, int serial) {
        this(view, serial, null);
    }

    /**
     * @param before whose versions stay where nothing changed that a connection is judged by; null:
     *     all connections are judged again
     */
    CompiledView(NodeView view, int serial, @Nullable CompiledView before) {
        this.view = view;
        this.serial = serial;
        eips = new AddressMap(view.eips());
        int highest =
                view.gateways().keySet().stream().mapToInt(Integer::intValue).max().orElse(-1);
        gatewayCount = highest + 1;
        gateways = new CompiledGateway[gatewayCount];
        versions = new int[gatewayCount];
        view.gateways()
                .forEach((index, gateway) -> {
                    gateways[index] = new CompiledGateway(gateway);
                    versions[index] =
                            before != null && before.judgesAlike(view, index)
                                    ? before.version(index)
                                    : serial;
                    indexes.put(gateway.id(), index);
                });
        int size = Math.max(4, Integer.highestOneBit(Math.max(1, view.vpcs().size())) << 2);
        vpcMask = size - 1;
        vpcs = new CompiledVpc[size];
        Map<String, List<CompiledVpc>> byInterface = new HashMap<>();
        view.vpcs()
                .forEach((number, vpc) -> {
                    CompiledVpc compiled = new CompiledVpc(vpc, gateway(vpc.gateway()));
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

    /** A new EIP may be somebody's remote by now: that concerns all. */
    private boolean judgesAlike(NodeView fresh, int index) {
        GatewayView old = view.gateways().get(index);
        return old != null
                && old.equals(fresh.gateways().get(index))
                && vpcsOf(view, index).equals(vpcsOf(fresh, index))
                && view.eips().keySet().containsAll(fresh.eips().keySet());
    }

    private static Set<NodeView.VpcView> vpcsOf(NodeView view, int gateway) {
        return view.vpcs().values().stream()
                .filter(vpc -> vpc.gateway() == gateway)
                .collect(Collectors.toSet());
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
