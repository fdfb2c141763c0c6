package io.sallyport.gateway.view;

import io.sallyport.gateway.view.GatewayView.Eip;
import io.sallyport.gateway.view.NodeView.VpcView;
import io.sallyport.ids.AclId;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.VpcId;
import io.sallyport.net.IpAddress;
import io.sallyport.store.catalog.Catalog;
import io.sallyport.store.catalog.Resource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Turns each catalog into what packets need. Remembers across catalogs what connection records
 * hold: the small number of a gateway, which is never given to another. One cold thread.
 */
public final class ViewBuilder {

    private final Map<GatewayId, Integer> indexes = new HashMap<>();

    /**
     * @param refused EIPs that this node does not carry, since the box itself owns them
     */
    public NodeView build(Catalog catalog, Set<IpAddress> refused) {
        Map<VpcId, Resource.Attachment> attachments = attachments(catalog);
        Map<GatewayId, List<Eip>> eipsOf = attachedAddresses(catalog, refused);
        Map<AclId, AclView> acls =
                catalog.all(Resource.NetworkAcl.class).stream()
                        .collect(Collectors.toMap(Resource.NetworkAcl::id, ViewBuilder::aclView));
        List<Resource.FlowLog> logs = catalog.all(Resource.FlowLog.class);

        Map<Integer, GatewayView> gateways = new HashMap<>();
        Map<VpcId, GatewayView> serving = new HashMap<>();
        Map<IpAddress, Integer> eips = new HashMap<>();
        for (Resource.Gateway gateway : sortedGateways(catalog)) {
            Resource.Attachment attachment = attachments.get(gateway.vpc());
            if (attachment == null) {
                continue;
            }
            GatewayView view =
                    gatewayView(
                            gateway,
                            attachment.number(),
                            eipsOf.getOrDefault(gateway.id(), List.of()),
                            gateway.acl().map(id -> known(acls, id)),
                            logs.stream().anyMatch(log -> log.scope().holds(gateway)));
            gateways.put(view.index(), view);
            view.eips().forEach(eip -> eips.put(eip.address(), view.index()));
            serving.merge(gateway.vpc(), view, ViewBuilder::better);
        }
        Map<VpcId, Integer> numbers = new HashMap<>();
        attachments.forEach((vpc, attachment) -> numbers.put(vpc, attachment.number()));
        RoutesBuilder routes = new RoutesBuilder(catalog, gateways.values(), numbers, serving);
        return new NodeView(
                catalog.version(),
                vpcs(catalog, attachments, routes, subnets(catalog, acls, routes)),
                gateways,
                eips,
                instances(catalog, attachments, refused));
    }

    private static AclView aclView(Resource.NetworkAcl acl) {
        return new AclView(acl.id(), acl.version(), acl.stateful(), acl.entries());
    }

    /** What is not there denies everything, should a catalog ever name such a one. */
    private static AclView known(Map<AclId, AclView> acls, AclId id) {
        return acls.getOrDefault(id, new AclView(id, 0, false, List.of()));
    }

    private static Map<VpcId, List<SubnetView>> subnets(
            Catalog catalog, Map<AclId, AclView> acls, RoutesBuilder routes) {
        Map<VpcId, List<SubnetView>> subnets = new HashMap<>();
        for (Resource.Subnet subnet : catalog.all(Resource.Subnet.class)) {
            subnets.computeIfAbsent(subnet.vpc(), vpc -> new ArrayList<>())
                    .add(
                            new SubnetView(
                                    subnet.id(),
                                    subnet.prefix(),
                                    subnet.acl().map(id -> known(acls, id)),
                                    routes.own(subnet.id())));
        }
        return subnets;
    }

    /** The EIPs that have an owner, refused or not. */
    Set<IpAddress> attached(Catalog catalog) {
        return catalog.all(Resource.ElasticIp.class).stream()
                .filter(eip -> eip.owner().isPresent())
                .map(Resource.ElasticIp::address)
                .collect(Collectors.toSet());
    }

    /** The number of a gateway that was in some catalog built so far. */
    public Optional<Integer> index(GatewayId gateway) {
        return Optional.ofNullable(indexes.get(gateway));
    }

    /** The first by id that has an EIP serves its VPC; where none has one, the first. */
    private static GatewayView better(GatewayView first, GatewayView later) {
        return first.eips().isEmpty() && !later.eips().isEmpty() ? later : first;
    }

    private static Map<VpcId, Resource.Attachment> attachments(Catalog catalog) {
        Map<VpcId, Resource.Attachment> attachments = new HashMap<>();
        for (Resource.Vpc vpc : catalog.all(Resource.Vpc.class)) {
            vpc.attachment().ifPresent(a -> attachments.put(vpc.id(), a));
        }
        return attachments;
    }

    private static Map<GatewayId, List<Eip>> attachedAddresses(
            Catalog catalog, Set<IpAddress> refused) {
        Map<GatewayId, List<Eip>> eips = new HashMap<>();
        for (Resource.ElasticIp eip : catalog.all(Resource.ElasticIp.class)) {
            if (eip.gateway().isPresent() && !refused.contains(eip.address())) {
                eips.computeIfAbsent(eip.gateway().get(), id -> new ArrayList<>())
                        .add(new Eip(eip.address(), eip.poolGeneration(), use(eip)));
            }
        }
        // Every node must choose the same EIP for a client, whatever order ids sort in.
        eips.values().forEach(list -> list.sort(Comparator.comparing(Eip::address)));
        return eips;
    }

    private static GatewayView.Use use(Resource.ElasticIp eip) {
        if (!eip.open()) {
            return GatewayView.Use.NOT_YET;
        }
        return eip.drain().isPresent() ? GatewayView.Use.DRAINING : GatewayView.Use.FULL;
    }

    private static Map<IpAddress, InstanceView> instances(
            Catalog catalog, Map<VpcId, Resource.Attachment> attachments, Set<IpAddress> refused) {
        Map<IpAddress, InstanceView> instances = new HashMap<>();
        for (Resource.ElasticIp eip : catalog.all(Resource.ElasticIp.class)) {
            Resource.Owner.OfInstance instance = eip.instance().orElse(null);
            Resource.Attachment attachment =
                    instance == null ? null : attachments.get(instance.vpc());
            if (instance != null && attachment != null && !refused.contains(eip.address())) {
                instances.put(
                        eip.address(),
                        new InstanceView(
                                eip.address(),
                                attachment.number(),
                                instance.privateAddress(),
                                instance.tunnelEndpoint(),
                                instance.mac(),
                                eip.open()));
            }
        }
        return instances;
    }

    private static List<Resource.Gateway> sortedGateways(Catalog catalog) {
        return catalog.all(Resource.Gateway.class).stream()
                .sorted(Comparator.comparing((Resource.Gateway g) -> g.id().value()))
                .toList();
    }

    private GatewayView gatewayView(
            Resource.Gateway gateway,
            int vpc,
            List<Eip> eips,
            Optional<AclView> acl,
            boolean logged) {
        Integer index = indexes.computeIfAbsent(gateway.id(), id -> indexes.size());
        return new GatewayView(
                index,
                gateway.id(),
                gateway.tenant(),
                gateway.networkInterface(),
                vpc,
                gateway.subnet(),
                gateway.privateAddress(),
                gateway.privateAddressV6(),
                eips,
                acl,
                gateway.copies(),
                logged);
    }

    private static Map<Integer, VpcView> vpcs(
            Catalog catalog,
            Map<VpcId, Resource.Attachment> attachments,
            RoutesBuilder routes,
            Map<VpcId, List<SubnetView>> subnets) {
        Map<Integer, VpcView> vpcs = new HashMap<>();
        for (Resource.Vpc vpc : catalog.all(Resource.Vpc.class)) {
            Resource.Attachment attachment = attachments.get(vpc.id());
            if (attachment == null) {
                continue;
            }
            RoutesView main = routes.main(vpc.id());
            List<SubnetView> within = subnets.getOrDefault(vpc.id(), List.of());
            VpcView view =
                    switch (attachment) {
                        case Resource.Attachment.Vxlan(int vni, var endpoints) ->
                                new VpcView(
                                        vni, vpc.prefixes(), endpoints, List.of(), within, main);
                        case Resource.Attachment.Interfaces(var names, int number) ->
                                new VpcView(number, vpc.prefixes(), List.of(), names, within, main);
                    };
            vpcs.put(view.number(), view);
        }
        return vpcs;
    }
}
