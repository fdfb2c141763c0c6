package io.sallyport.gateway.view;

import io.sallyport.ids.GatewayId;
import io.sallyport.ids.InterfaceId;
import io.sallyport.ids.TenantId;
import io.sallyport.net.IpAddress;
import io.sallyport.store.catalog.AclEntry;
import java.util.List;
import java.util.Optional;

/**
 * One gateway as packets see it.
 *
 * @param index small number that stays this gateway's for the life of the process (the record's
 *     {@code gateway} field)
 * @param vpc the VPC's number
 * @param acl empty: everything is allowed; else its entries, where no match is a deny
 * @param aclVersion changes whenever {@code acl} does
 * @param copies R
 * @param logged whether any flow log subscribes to it
 */
public record GatewayView(
        int index,
        GatewayId id,
        TenantId tenant,
        InterfaceId networkInterface,
        int vpc,
        IpAddress privateAddress,
        Optional<IpAddress> privateAddressV6,
        List<Eip> eips,
        Optional<List<AclEntry>> acl,
        int aclVersion,
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
        acl = acl.map(List::copyOf);
    }
}
