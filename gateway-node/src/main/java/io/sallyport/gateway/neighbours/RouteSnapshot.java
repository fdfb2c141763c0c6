package io.sallyport.gateway.neighbours;

import io.sallyport.gateway.io.Netlink.Hop;
import io.sallyport.gateway.io.Netlink.Link;
import io.sallyport.gateway.io.Netlink.Neighbour;
import io.sallyport.gateway.io.Netlink.Route;
import io.sallyport.gateway.wire.HotPath;
import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Routes through one device and its neighbours at one moment: longest prefix first, one hash map
 * per prefix length that occurs. Both families share the maps, IPv4 as ::ffff:a.b.c.d/96+n.
 * Immutable.
 *
 * <p>Only routes through the outside device count, as if a socket were bound to it: a default route
 * through another interface of the box never draws translated packets there.
 */
final class RouteSnapshot {

    static final RouteSnapshot EMPTY = new RouteSnapshot(-1, 1500, List.of(), List.of());

    /** What a hop's target is where the neighbour is the destination itself. */
    private static final long ON_LINK = -1;

    private final int defaultMtu;
    private final int[] lengths;
    private final AddressMap[] byLength;
    private final int[] firstHop;
    private final int[] hopCount;
    private final int[] mtus;
    private final long[] hopHighs;
    private final long[] hopLows;
    private final AddressMap macs;

    static RouteSnapshot of(Link outside, List<Route> routes, List<Neighbour> neighbours) {
        return new RouteSnapshot(outside.index(), outside.mtu(), routes, neighbours);
    }

    private RouteSnapshot(int link, int mtu, List<Route> routes, List<Neighbour> neighbours) {
        defaultMtu = mtu;
        List<Route> chosen = choose(link, routes);
        Map<Integer, Integer> perLength = new TreeMap<>(Comparator.reverseOrder());
        chosen.forEach(route -> perLength.merge(wideLength(route.prefix()), 1, Integer::sum));
        lengths = perLength.keySet().stream().mapToInt(Integer::intValue).toArray();
        byLength = perLength.values().stream().map(AddressMap::new).toArray(AddressMap[]::new);
        firstHop = new int[chosen.size()];
        hopCount = new int[chosen.size()];
        mtus = new int[chosen.size()];
        int hops = chosen.stream().mapToInt(route -> route.hops().size()).sum();
        hopHighs = new long[hops];
        hopLows = new long[hops];
        int hop = 0;
        for (int i = 0; i < chosen.size(); i++) {
            Route route = chosen.get(i);
            IpAddress address = route.prefix().address();
            byLength[lengthIndex(wideLength(route.prefix()))].put(address.high(), address.low(), i);
            mtus[i] = route.mtu() == 0 ? mtu : Math.min(route.mtu(), mtu);
            firstHop[i] = hop;
            hopCount[i] = route.hops().size();
            for (Hop one : route.hops()) {
                hopHighs[hop] = one.via().map(IpAddress::high).orElse(ON_LINK);
                hopLows[hop] = one.via().map(IpAddress::low).orElse(ON_LINK);
                hop++;
            }
        }
        macs = new AddressMap(neighbours.size());
        for (Neighbour neighbour : neighbours) {
            if (neighbour.link() == link && neighbour.mac() >= 0) {
                macs.put(neighbour.address().high(), neighbour.address().low(), neighbour.mac());
            }
        }
    }

    private int lengthIndex(int length) {
        int index = 0;
        while (lengths[index] != length) {
            index++;
        }
        return index;
    }

    /** The best route of each prefix, with its hops through this link only. */
    private static List<Route> choose(int link, List<Route> routes) {
        Map<IpPrefix, Route> best = new HashMap<>();
        for (Route route : routes) {
            List<Hop> hops = route.hops().stream().filter(hop -> hop.link() == link).toList();
            if (hops.isEmpty() && !route.hops().isEmpty()) {
                continue;
            }
            Route here = new Route(route.prefix(), hops, route.metric(), route.mtu());
            best.merge(
                    route.prefix(),
                    here,
                    (old, fresh) -> fresh.metric() < old.metric() ? fresh : old);
        }
        return List.copyOf(best.values());
    }

    private static int wideLength(IpPrefix prefix) {
        return prefix.length() + 128 - prefix.address().bits();
    }

    /** The route's number, or -1. */
    @HotPath
    int route(long high, long low) {
        boolean v4 = high == 0 && low >>> 32 == 0xffffL;
        for (int i = 0; i < lengths.length; i++) {
            int length = lengths[i];
            if (v4 && length < 96) {
                return -1;
            }
            long highMask = length >= 64 ? -1L : length == 0 ? 0 : -1L << (64 - length);
            long lowMask = length == 128 ? -1L : length <= 64 ? 0 : -1L << (128 - length);
            long found = byLength[i].get(high & highMask, low & lowMask);
            if (found != AddressMap.MISSING) {
                return (int) found;
            }
        }
        return -1;
    }

    /** Number of the hop that a route uses for an address, or -1 where the route refuses. */
    @HotPath
    int hop(int route, long high, long low) {
        int count = hopCount[route];
        if (count == 0) {
            return -1;
        }
        long mixed = (high ^ low) * 0x9e3779b97f4a7c15L;
        return firstHop[route] + (int) Long.remainderUnsigned(mixed >>> 16, count);
    }

    @HotPath
    boolean onLink(int hop) {
        return hopHighs[hop] == ON_LINK && hopLows[hop] == ON_LINK;
    }

    @HotPath
    long hopHigh(int hop) {
        return hopHighs[hop];
    }

    @HotPath
    long hopLow(int hop) {
        return hopLows[hop];
    }

    /** {@link AddressMap#MISSING} where it is not known. */
    @HotPath
    long mac(long high, long low) {
        return macs.get(high, low);
    }

    @HotPath
    int mtu(int route) {
        return route < 0 ? defaultMtu : mtus[route];
    }

    /** The routers that some route goes through. */
    List<IpAddress> routers() {
        List<IpAddress> routers = new java.util.ArrayList<>();
        for (int hop = 0; hop < hopHighs.length; hop++) {
            if (!onLink(hop)) {
                routers.add(IpAddress.of(hopHighs[hop], hopLows[hop]));
            }
        }
        return routers;
    }
}
