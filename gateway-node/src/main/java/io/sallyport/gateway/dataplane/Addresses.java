package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.wire.Headers.isMapped;

import io.sallyport.gateway.wire.HotPath;

/** Addresses that no packet of ours may come from or go to (RFC 6890). */
@HotPath
final class Addresses {

    private Addresses() {}

    /** Not a unicast source: multicast, broadcast, unspecified, loopback. */
    static boolean isNobodys(long high, long low) {
        if (isMapped(high, low)) {
            int first = (int) (low >>> 24) & 0xff;
            return first == 0 || first == 127 || first >= 224;
        }
        return high >>> 56 == 0xff || (high == 0 && low >>> 32 == 0);
    }

    /** Not a destination behind a gateway: those, and link-local. */
    static boolean isNoRemote(long high, long low) {
        if (isMapped(high, low)) {
            return isNobodys(high, low) || (low >>> 16 & 0xffff) == 0xa9fe;
        }
        return isNobodys(high, low) || high >>> 54 == 0xfe80 >>> 6;
    }
}
