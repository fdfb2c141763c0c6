package io.sallyport.flowlogs.record;

import io.sallyport.flowlogs.meter.FlowRing;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.InterfaceId;
import io.sallyport.ids.SubnetId;
import io.sallyport.ids.TenantId;
import io.sallyport.ids.VpcId;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.util.Optional;

/**
 * A connection of a client 10.0.1.5 through the gateway 10.0.0.220, seen as 198.51.100.7, to
 * 203.0.113.5:443, and what tests say of it.
 */
public final class Records {

    public static final IpAddress CLIENT = IpAddress.parse("10.0.1.5");
    public static final IpAddress GATEWAY = IpAddress.parse("10.0.0.220");
    public static final IpAddress EIP = IpAddress.parse("198.51.100.7");
    public static final IpAddress REMOTE = IpAddress.parse("203.0.113.5");
    public static final int OUTWARD = Leg.FROM_CLIENT.bit() | Leg.TO_REMOTE.bit();
    public static final int INWARD = Leg.FROM_REMOTE.bit() | Leg.TO_CLIENT.bit();

    private Records() {}

    /** The interface of that number. */
    public static Watched watched(String account, int number) {
        String digits = "%017x".formatted(number);
        return new Watched(
                new TenantId(account),
                new GatewayId("nat-" + digits),
                new InterfaceId("eni-" + digits),
                new VpcId("vpc-" + digits),
                new SubnetId("subnet-" + digits),
                GATEWAY,
                Optional.of(IpAddress.parse("fd00::220")));
    }

    public static Tuple tuple(Protocol protocol, int clientPort, int natPort) {
        return new Tuple(
                protocol,
                Optional.of(CLIENT),
                clientPort,
                Optional.of(EIP),
                natPort,
                Optional.of(REMOTE),
                443);
    }

    /** Gives the sink TCP packets of that connection, from a client's port to the same NAT port. */
    public static void count(
            FlowRing.Sink sink,
            int gateway,
            int legs,
            int port,
            long packets,
            long bytes,
            long first,
            long last,
            boolean accepted) {
        sink.accept(
                gateway,
                legs,
                6,
                CLIENT.high(),
                CLIENT.low(),
                port,
                EIP.high(),
                EIP.low(),
                port,
                REMOTE.high(),
                REMOTE.low(),
                443,
                packets,
                bytes,
                first,
                last,
                2,
                accepted,
                accepted ? 0 : 30,
                first,
                0);
    }

    /** The same, into a ring. */
    public static boolean offer(
            FlowRing ring, int gateway, int legs, int port, long millis, boolean accepted) {
        boolean[] taken = {false};
        count(
                (g, l, p, ch, cl, cp, eh, el, np, rh, rl, rp, n, b, f, t, flags, a, r, o, e) ->
                        taken[0] =
                                ring.offer(
                                        g, l, p, ch, cl, cp, eh, el, np, rh, rl, rp, n, b, f, t,
                                        flags, a, r, o, e),
                gateway,
                legs,
                port,
                2,
                120,
                millis,
                millis,
                accepted);
        return taken[0];
    }
}
