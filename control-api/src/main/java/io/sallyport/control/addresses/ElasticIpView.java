package io.sallyport.control.addresses;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.sallyport.control.catalog.Nodes.Progress;
import io.sallyport.control.catalog.State;
import io.sallyport.ids.GatewayId;
import io.sallyport.net.IpAddress;
import io.sallyport.store.catalog.Resource.ElasticIp;
import io.sallyport.store.catalog.Resource.Owner;
import org.jspecify.annotations.Nullable;

/**
 * An elastic IP.
 *
 * @param state whether its owner may use it: all nodes have let go of the one before, and obey it
 * @param move what is under way; null where nothing is, and in lists
 */
record ElasticIpView(
        String id,
        String address,
        Family family,
        @Nullable String gatewayId,
        @Nullable InstanceView instance,
        State state,
        boolean applied,
        @Nullable MoveView move) {

    enum Family {
        @JsonProperty("ipv4")
        IPV4,
        @JsonProperty("ipv6")
        IPV6;

        static Family of(IpAddress address) {
            return address.isV4() ? IPV4 : IPV6;
        }
    }

    record InstanceView(
            String vpcId, String privateAddress, @Nullable String tunnelEndpoint, String mac) {

        static InstanceView of(Owner.OfInstance instance) {
            return new InstanceView(
                    instance.vpc().value(),
                    instance.privateAddress().toString(),
                    instance.tunnelEndpoint().map(IpAddress::toString).orElse(null),
                    MacAddress.text(instance.mac()));
        }
    }

    static ElasticIpView of(ElasticIp eip, Progress progress, @Nullable MoveView move) {
        boolean applied = progress.applied(eip.version());
        boolean open = eip.owner().isEmpty() || eip.open();
        return new ElasticIpView(
                eip.id().value(),
                eip.address().toString(),
                Family.of(eip.address()),
                eip.gateway().map(GatewayId::value).orElse(null),
                eip.instance().map(InstanceView::of).orElse(null),
                applied && open ? State.AVAILABLE : State.PENDING,
                applied,
                move);
    }
}
