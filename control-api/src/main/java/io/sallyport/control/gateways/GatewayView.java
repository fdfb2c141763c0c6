package io.sallyport.control.gateways;

import io.sallyport.control.catalog.Connectivity;
import io.sallyport.control.catalog.Nodes.Progress;
import io.sallyport.control.catalog.State;
import io.sallyport.net.IpAddress;
import io.sallyport.store.catalog.Catalog;
import io.sallyport.store.catalog.Resource;
import io.sallyport.store.catalog.Resource.ElasticIp;
import io.sallyport.store.catalog.Resource.Gateway;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A gateway with what hangs on it.
 *
 * @param copies how many nodes hold a connection before its first packet leaves
 * @param state available where every node that carries it obeys the gateway, its VPC, its elastic
 *     IPs and its ACL as they are here
 */
record GatewayView(
        String id,
        String vpcId,
        String subnetId,
        String networkInterfaceId,
        String privateAddress,
        @Nullable String privateAddressV6,
        int copies,
        Connectivity connectivity,
        List<AddressView> elasticIps,
        @Nullable AclView networkAcl,
        State state) {

    record AddressView(String id, String address, State state, boolean applied) {}

    record AclView(String id, State state, boolean applied) {}

    static GatewayView of(Gateway gateway, Catalog catalog, Progress progress) {
        List<ElasticIp> addresses =
                catalog.all(ElasticIp.class).stream()
                        .filter(eip -> eip.gateway().equals(Optional.of(gateway.id())))
                        .toList();
        Optional<Long> acl =
                gateway.acl().map(id -> Math.max(gateway.version(), version(catalog, id.value())));
        long newest =
                LongStream.concat(
                                LongStream.of(
                                        gateway.version(),
                                        version(catalog, gateway.vpc().value()),
                                        acl.orElse(0L)),
                                addresses.stream().mapToLong(ElasticIp::version))
                        .max()
                        .orElseThrow();
        return new GatewayView(
                gateway.id().value(),
                gateway.vpc().value(),
                gateway.subnet().value(),
                gateway.networkInterface().value(),
                gateway.privateAddress().toString(),
                gateway.privateAddressV6().map(IpAddress::toString).orElse(null),
                gateway.copies(),
                Connectivity.of(catalog.isPrivate(gateway)),
                addresses.stream().map(eip -> view(eip, progress)).toList(),
                gateway.acl()
                        .map(id ->
                                new AclView(
                                        id.value(),
                                        progress.state(acl.orElseThrow()),
                                        progress.applied(acl.orElseThrow())))
                        .orElse(null),
                progress.state(newest));
    }

    private static AddressView view(ElasticIp eip, Progress progress) {
        return new AddressView(
                eip.id().value(),
                eip.address().toString(),
                progress.state(eip.version()),
                progress.applied(eip.version()));
    }

    private static long version(Catalog catalog, String key) {
        return catalog.resources().stream()
                .filter(resource -> resource.key().equals(key))
                .mapToLong(Resource::version)
                .findFirst()
                .orElse(0);
    }
}
