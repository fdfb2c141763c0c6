package io.sallyport.gateway.view;

import io.sallyport.ids.GatewayId;
import io.sallyport.ids.InterfaceId;
import io.sallyport.ids.SubnetId;
import io.sallyport.ids.TenantId;
import io.sallyport.net.IpAddress;
import java.util.List;
import java.util.Optional;

/**
 * One gateway as packets see it.
 *
 * @param index small number that stays this gateway's for the life of the process (the record's
 *     {@code gateway} field)
 * @param vpc the VPC's number
 * @param subnet where its private address is; what stands at the subnet's boundary, its VPC tells
 * @param acl its own, beside those of subnets; empty: none
 * @param copies R
 * @param logged whether any flow log subscribes to it
 */
public record GatewayView(
        int index,
        GatewayId id,
        TenantId tenant,
        InterfaceId networkInterface,
        int vpc,
        SubnetId subnet,
        IpAddress privateAddress,
        Optional<IpAddress> privateAddressV6,
        List<Eip> eips,
        Optional<AclView> acl,
        int copies,
        boolean logged) {

    /** What a gateway may do with an elastic IP that it owns. */
    public enum Use {
        /** Open connections and carry them. */
        FULL,
        /** It is to move: its connections go on, and there are no new ones. */
        DRAINING,
        /** Nothing yet: somebody may still send for its former owner. */
        NOT_YET
    }

    public record Eip(IpAddress address, long poolGeneration, Use use) {

        public Eip(IpAddress address, long poolGeneration) {
            this(address, poolGeneration, Use.FULL);
        }
    }

    public GatewayView {
        eips = List.copyOf(eips);
    }
}
