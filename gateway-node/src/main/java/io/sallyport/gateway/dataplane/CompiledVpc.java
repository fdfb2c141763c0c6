package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.view.NodeView.VpcView;
import io.sallyport.gateway.view.RoutesView;
import io.sallyport.gateway.view.SubnetView;
import io.sallyport.gateway.wire.HotPath;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A VPC as a packet asks for it; immutable. */
@HotPath
final class CompiledVpc {

    /** A locally administered MAC; every node answers for a VPC's gateway with the same one. */
    private static final long VIRTUAL_MAC = 0x025a_0000_0000L;

    final int number;
    final PrefixSet prefixes;
    final PrefixSet tunnelEndpoints;
    final List<String> interfaces;
    final SubnetSet subnets;
    final long virtualMac;
    private final CompiledRoutes routes;

    /** By the subnet's number; null: as {@link #routes}. */
    private final @Nullable CompiledRoutes[] own;

    private final CompiledGateway[] gateways;

    /** Private address of an instance that has an EIP to itself, to its number in the view. */
    final AddressMap instances;

    CompiledVpc(VpcView view, SubnetSet subnets, CompiledGateway[] gateways, AddressMap instances) {
        this.subnets = subnets;
        this.instances = instances;
        number = view.number();
        prefixes = new PrefixSet(view.prefixes());
        tunnelEndpoints = new PrefixSet(view.tunnelEndpoints());
        interfaces = List.copyOf(view.interfaces());
        this.gateways = gateways;
        virtualMac = VIRTUAL_MAC | number;
        // A table that many subnets have is one.
        Map<RoutesView, CompiledRoutes> known = new IdentityHashMap<>();
        routes = compiled(view.routes(), known);
        own = new CompiledRoutes[view.subnets().size()];
        for (SubnetView subnet : view.subnets()) {
            own[subnets.numberOf(subnet.id())] =
                    subnet.routes().map(own -> compiled(own, known)).orElse(null);
        }
    }

    private CompiledRoutes compiled(RoutesView view, Map<RoutesView, CompiledRoutes> known) {
        return known.computeIfAbsent(view, fresh -> new CompiledRoutes(fresh, this::numbered));
    }

    private @Nullable CompiledGateway numbered(int index) {
        for (CompiledGateway gateway : gateways) {
            if (gateway.index == index) {
                return gateway;
            }
        }
        return null;
    }

    /** By which a packet of the client's leaves to the remote; null: by none. */
    @Nullable CompiledGateway gateway(
            long clientHigh, long clientLow, long remoteHigh, long remoteLow) {
        int subnet = subnets.find(clientHigh, clientLow);
        CompiledRoutes decide = subnet == SubnetSet.NONE ? null : own[subnet];
        return (decide == null ? routes : decide).to(remoteHigh, remoteLow);
    }

    /** Whether a packet may be of a connection by another than its route leads to. */
    boolean hasSeveralGateways() {
        return gateways.length > 1;
    }

    /** Which of its gateways has the private address; null: none. */
    @Nullable CompiledGateway gatewayAt(long high, long low) {
        for (CompiledGateway gateway : gateways) {
            if (gateway.isPrivateAddress(high, low)) {
                return gateway;
            }
        }
        return null;
    }
}
