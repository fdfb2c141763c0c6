package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.view.NodeView.VpcView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A VPC as a packet asks for it; immutable. */
final class CompiledVpc {

    /** A locally administered MAC; every node answers for a VPC's gateway with the same one. */
    private static final long VIRTUAL_MAC = 0x025a_0000_0000L;

    final int number;
    final PrefixSet prefixes;
    final PrefixSet tunnelEndpoints;
    final List<String> interfaces;
    final SubnetSet subnets;
    final @Nullable CompiledGateway gateway;
    final long virtualMac;

    /** Private address of an instance that has an EIP to itself, to its number in the view. */
    final AddressMap instances;

    CompiledVpc(
            VpcView view,
            SubnetSet subnets,
            @Nullable CompiledGateway gateway,
            AddressMap instances) {
        this.subnets = subnets;
        this.instances = instances;
        number = view.number();
        prefixes = new PrefixSet(view.prefixes());
        tunnelEndpoints = new PrefixSet(view.tunnelEndpoints());
        interfaces = List.copyOf(view.interfaces());
        this.gateway = gateway;
        virtualMac = VIRTUAL_MAC | number;
    }
}
