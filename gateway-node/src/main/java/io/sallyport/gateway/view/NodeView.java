package io.sallyport.gateway.view;

import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Everything a worker needs to know of the catalog, at one version.
 *
 * @param vpcs by VPC number
 * @param gateways by {@link GatewayView#index()}; null-free, but only those named in {@code vpcs}
 *     or {@code eips} are alive
 * @param eips EIP address to the index of the gateway that owns it
 * @param instances EIP address to the instance that owns it
 */
public record NodeView(
        long catalogVersion,
        Map<Integer, VpcView> vpcs,
        Map<Integer, GatewayView> gateways,
        Map<IpAddress, Integer> eips,
        Map<IpAddress, InstanceView> instances) {

    /**
     * @param number the VPC's number
     * @param prefixes from where inside packets may come
     * @param tunnelEndpoints from where its tunnel packets may come; empty on plain interfaces
     * @param interfaces plain interfaces by name; empty on VXLAN
     * @param subnets in any order, none over another
     * @param routes of subnets that have none of their own, and of who is in no subnet
     */
    public record VpcView(
            int number,
            List<IpPrefix> prefixes,
            List<IpPrefix> tunnelEndpoints,
            List<String> interfaces,
            List<SubnetView> subnets,
            RoutesView routes) {

        /**
         * @param gateway index of the gateway that serves all of it, or -1
         */
        public VpcView(
                int number,
                List<IpPrefix> prefixes,
                List<IpPrefix> tunnelEndpoints,
                List<String> interfaces,
                List<SubnetView> subnets,
                int gateway) {
            this(number, prefixes, tunnelEndpoints, interfaces, subnets, RoutesView.allBy(gateway));
        }
    }

    public static final NodeView EMPTY = new NodeView(0, Map.of(), Map.of(), Map.of());

    /** No instance owns an EIP. */
    public NodeView(
            long catalogVersion,
            Map<Integer, VpcView> vpcs,
            Map<Integer, GatewayView> gateways,
            Map<IpAddress, Integer> eips) {
        this(catalogVersion, vpcs, gateways, eips, Map.of());
    }

    /** Every EIP that this node answers for, whoever owns it. */
    public Set<IpAddress> carried() {
        Set<IpAddress> all = new HashSet<>(eips.keySet());
        all.addAll(instances.keySet());
        return Set.copyOf(all);
    }

    /**
     * Whether the later view concerns connections and leases that exist at a gateway here: a life
     * of an EIP is over or opens nothing more, or another number of nodes is to hold them.
     */
    public boolean isFelt(NodeView later) {
        return gateways.values().stream()
                .anyMatch(gateway ->
                        gateway.eips().stream().anyMatch(eip -> !later.goesOn(gateway, eip)));
    }

    private boolean goesOn(GatewayView before, GatewayView.Eip life) {
        Integer owner = eips.get(life.address());
        GatewayView gateway = owner == null ? null : gateways.get(owner);
        return gateway != null
                && gateway.vpc() == before.vpc()
                && gateway.copies() == before.copies()
                && gateway.eips().stream()
                        .anyMatch(eip ->
                                eip.address().equals(life.address())
                                        && eip.poolGeneration() == life.poolGeneration()
                                        && (eip.use() == life.use()
                                                || eip.use() == GatewayView.Use.FULL));
    }

    public NodeView {
        vpcs = Map.copyOf(vpcs);
        gateways = Map.copyOf(gateways);
        eips = Map.copyOf(eips);
        instances = Map.copyOf(instances);
    }
}
