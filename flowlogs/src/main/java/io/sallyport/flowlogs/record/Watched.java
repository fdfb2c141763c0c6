package io.sallyport.flowlogs.record;

import io.sallyport.ids.GatewayId;
import io.sallyport.ids.InterfaceId;
import io.sallyport.ids.SubnetId;
import io.sallyport.ids.TenantId;
import io.sallyport.ids.VpcId;
import io.sallyport.net.IpAddress;
import java.util.Optional;

/**
 * A gateway's interface that somebody wants to read about, as its records name it.
 *
 * @param address the gateway's private one, which AWS's records show in place of the elastic IP
 * @param addressV6 likewise for IPv6
 * @param isPrivate whether remotes see private addresses of the gateway, this one or others, and no
 *     elastic IP
 */
public record Watched(
        TenantId account,
        GatewayId gateway,
        InterfaceId networkInterface,
        VpcId vpc,
        SubnetId subnet,
        IpAddress address,
        Optional<IpAddress> addressV6,
        boolean isPrivate) {}
