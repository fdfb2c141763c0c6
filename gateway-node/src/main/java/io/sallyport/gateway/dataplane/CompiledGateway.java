package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.wire.Headers.isMapped;

import io.sallyport.gateway.acl.AclPair;
import io.sallyport.gateway.view.GatewayView;
import io.sallyport.gateway.wire.HotPath;
import io.sallyport.net.IpAddress;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A gateway as a packet asks for it; immutable. */
@HotPath
final class CompiledGateway {

    final GatewayView view;
    final int index;
    final long privateLow;

    /** Both 0: it has none. */
    final long privateV6High;

    final long privateV6Low;
    private final GatewayView.Eip[] v4;
    private final GatewayView.Eip[] v6;

    /** Its own; null: none. */
    final @Nullable AclPair acl;

    /** Number of its subnet in its VPC, or {@link SubnetSet#NONE}. */
    final int subnet;

    /** At its subnet's boundary; null: none. */
    final @Nullable AclPair subnetAcl;

    CompiledGateway(GatewayView view, @Nullable AclPair acl, SubnetSet subnets) {
        this.view = view;
        index = view.index();
        privateLow = view.privateAddress().low();
        privateV6High = view.privateAddressV6().map(IpAddress::high).orElse(0L);
        privateV6Low = view.privateAddressV6().map(IpAddress::low).orElse(0L);
        v4 = ofFamily(view.eips(), true);
        v6 = ofFamily(view.eips(), false);
        this.acl = acl;
        subnet = subnets.numberOf(view.subnet());
        subnetAcl = subnets.acl(subnet);
    }

    /** In one order on all nodes. */
    private static GatewayView.Eip[] ofFamily(List<GatewayView.Eip> eips, boolean family) {
        return eips.stream()
                .filter(eip -> eip.address().isV4() == family)
                .sorted(Comparator.comparing(GatewayView.Eip::address))
                .toArray(GatewayView.Eip[]::new);
    }

    /**
     * One client has one EIP for all its connections (RFC 4787 REQ-2: paired), and the next one
     * while that cannot be used.
     *
     * @return null: none of the family can
     */
    GatewayView.@Nullable Eip eipFor(boolean family, long clientHigh, long clientLow) {
        GatewayView.Eip[] eips = family ? v4 : v6;
        if (eips.length == 0) {
            return null;
        }
        long h = (clientHigh * 31 + clientLow) * 0x9e37_79b9_7f4a_7c15L;
        int first = (int) Long.remainderUnsigned(h >>> 16, eips.length);
        for (int i = 0; i < eips.length; i++) {
            GatewayView.Eip eip = eips[(first + i) % eips.length];
            if (eip.use() == GatewayView.Use.FULL) {
                return eip;
            }
        }
        return null;
    }

    /** Whether one of the family is only waiting for its former owner to let go. */
    boolean isAwaiting(boolean family) {
        for (GatewayView.Eip eip : family ? v4 : v6) {
            if (eip.use() == GatewayView.Use.NOT_YET) {
                return true;
            }
        }
        return false;
    }

    /** Whether connections are opened in this life of the EIP. */
    boolean opens(long eipHigh, long eipLow, long poolGeneration) {
        for (GatewayView.Eip eip : isMapped(eipHigh, eipLow) ? v4 : v6) {
            if (eip.poolGeneration() == poolGeneration
                    && eip.address().low() == eipLow
                    && eip.address().high() == eipHigh) {
                return eip.use() == GatewayView.Use.FULL;
            }
        }
        return false;
    }

    /** Whether a connection of the VPC's has its EIP from this gateway, in this life of it. */
    boolean owns(int vpc, long eipHigh, long eipLow, long poolGeneration) {
        if (vpc != view.vpc()) {
            return false;
        }
        for (GatewayView.Eip eip : isMapped(eipHigh, eipLow) ? v4 : v6) {
            if (eip.poolGeneration() == poolGeneration
                    && eip.address().low() == eipLow
                    && eip.address().high() == eipHigh) {
                return true;
            }
        }
        return false;
    }

    boolean isPrivateAddress(long high, long low) {
        return (high == 0 && low == privateLow)
                || (high == privateV6High
                        && low == privateV6Low
                        && (privateV6High | privateV6Low) != 0);
    }
}
