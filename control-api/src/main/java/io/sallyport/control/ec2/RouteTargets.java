package io.sallyport.control.ec2;

import io.sallyport.ids.GatewayId;
import io.sallyport.ids.VpcId;
import io.sallyport.net.IpAddress;
import io.sallyport.store.catalog.Resource.ElasticIp;
import io.sallyport.store.catalog.Resource.Gateway;
import io.sallyport.store.catalog.Routing.InternetGateway;
import io.sallyport.store.catalog.Routing.Target;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What routes may lead to, looked up once for all routes of an answer. */
final class RouteTargets {

    private final Map<String, VpcId> vpcs = new HashMap<>();
    private final Set<GatewayId> v4 = new HashSet<>();
    private final Set<GatewayId> v6 = new HashSet<>();

    RouteTargets(Snapshot now) {
        now.all(Gateway.class).forEach(gateway -> vpcs.put(gateway.key(), gateway.vpc()));
        now.all(InternetGateway.class)
                .forEach(gateway -> gateway.vpc().ifPresent(vpc -> vpcs.put(gateway.key(), vpc)));
        now.catalog().all(ElasticIp.class).forEach(this::has);
    }

    private void has(ElasticIp eip) {
        IpAddress address = eip.address();
        eip.gateway().ifPresent(gateway -> (address.isV4() ? v4 : v6).add(gateway));
    }

    /** Whether the target is of the VPC and takes packets of the family. */
    boolean take(Target target, VpcId vpc, boolean isV4) {
        return switch (target) {
            case Target.Internet(var id) -> vpc.equals(vpcs.get(id.value()));
            case Target.NatGateway(var id) ->
                    vpc.equals(vpcs.get(id.value())) && (isV4 ? v4 : v6).contains(id);
        };
    }
}
