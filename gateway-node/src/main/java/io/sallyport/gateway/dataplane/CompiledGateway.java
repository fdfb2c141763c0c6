package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.acl.CompiledAcl;
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
    final @Nullable CompiledAcl egress;
    final @Nullable CompiledAcl ingress;

    CompiledGateway(GatewayView view) {
        this.view = view;
        index = view.index();
        privateLow = view.privateAddress().low();
        privateV6High = view.privateAddressV6().map(IpAddress::high).orElse(0L);
        privateV6Low = view.privateAddressV6().map(IpAddress::low).orElse(0L);
        v4 = ofFamily(view.eips(), true);
        v6 = ofFamily(view.eips(), false);
        egress = view.acl().map(entries -> new CompiledAcl(entries, true)).orElse(null);
        ingress = view.acl().map(entries -> new CompiledAcl(entries, false)).orElse(null);
    }

    /** In one order on all nodes. */
    private static GatewayView.Eip[] ofFamily(List<GatewayView.Eip> eips, boolean family) {
        return eips.stream()
                .filter(eip -> eip.address().isV4() == family)
                .sorted(Comparator.comparing(GatewayView.Eip::address))
                .toArray(GatewayView.Eip[]::new);
    }

    /** One client has one EIP for all its connections (RFC 4787 REQ-2: paired); null: none. */
    GatewayView.@Nullable Eip eipFor(boolean family, long clientHigh, long clientLow) {
        GatewayView.Eip[] eips = family ? v4 : v6;
        if (eips.length == 0) {
            return null;
        }
        long h = (clientHigh * 31 + clientLow) * 0x9e37_79b9_7f4a_7c15L;
        return eips[(int) Long.remainderUnsigned(h >>> 16, eips.length)];
    }

    boolean isPrivateAddress(long high, long low) {
        return (high == 0 && low == privateLow)
                || (high == privateV6High
                        && low == privateV6Low
                        && (privateV6High | privateV6Low) != 0);
    }

    boolean allowsOut(int protocol, long high, long low, int targetPort, int type, int code) {
        return egress == null || egress.allows(protocol, high, low, targetPort, type, code);
    }

    boolean allowsIn(int protocol, long high, long low, int targetPort, int type, int code) {
        return ingress == null || ingress.allows(protocol, high, low, targetPort, type, code);
    }
}
