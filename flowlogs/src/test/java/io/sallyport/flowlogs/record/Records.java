package io.sallyport.flowlogs.record;

import io.sallyport.flowlogs.meter.FlowRing;
import io.sallyport.flowlogs.meter.FlowSample;
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
                Optional.of(IpAddress.parse("fd00::220")),
                false);
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

    /** TCP packets of that connection, from a client's port to the same NAT port. */
    public static FlowSample sample(
            int gateway,
            int legs,
            int port,
            long packets,
            long bytes,
            long first,
            long last,
            boolean accepted) {
        FlowSample sample = new FlowSample();
        sample.gateway = gateway;
        sample.legs = legs;
        sample.protocol = 6;
        sample.client(CLIENT.high(), CLIENT.low(), port);
        sample.eip(EIP.high(), EIP.low(), port);
        sample.remote(REMOTE.high(), REMOTE.low(), 443);
        sample.counted(packets, bytes, first, last, 2);
        sample.accepted = accepted;
        sample.reason = accepted ? 0 : 30;
        sample.openedMillis = first;
        return sample;
    }

    /** Two packets of that connection, into a ring. */
    public static boolean offer(
            FlowRing ring, int gateway, int legs, int port, long millis, boolean accepted) {
        return ring.offer(sample(gateway, legs, port, 2, 120, millis, millis, accepted));
    }
}
