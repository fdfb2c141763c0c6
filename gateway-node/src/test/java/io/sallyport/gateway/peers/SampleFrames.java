package io.sallyport.gateway.peers;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.gateway.connections.ClientPath;
import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.connections.Numbers;
import io.sallyport.gateway.ports.Ended;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.NodeId;
import io.sallyport.net.Destination;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One frame of each kind, and more where kinds have forms. */
final class SampleFrames {

    static final Epoch EPOCH = new Epoch(1, 42);
    private static final ConnectionId ID = new ConnectionId(7, 9);
    private static final Frame.Sight SIGHT =
            new Frame.Sight(
                    ID, 1_500_000_000L, 18, 17, new Numbers(true, 0xfedcba98, true, 0x12345678));

    private static final Frame.Held V4 =
            held("10.0.0.5", "203.0.113.9", "198.51.100.7", Optional.of("192.0.2.44"));
    private static final Frame.Held V6 =
            held("2001:db8:1::5", "2001:db8:2::9", "2001:db8:3::7", Optional.empty());

    private static Frame.Held held(
            String client, String remote, String eip, Optional<String> tunnel) {
        InsideKey inside =
                new InsideKey(
                        5001,
                        Protocol.TCP,
                        new Endpoint(IpAddress.parse(client), 40_000),
                        new Endpoint(IpAddress.parse(remote), 443));
        Connection connection =
                new Connection(
                        ID,
                        new GatewayId("nat-0123456789abcdef0"),
                        inside,
                        IpAddress.parse(eip),
                        3,
                        51_234,
                        EPOCH,
                        new Incarnation(7),
                        1234,
                        new ClientPath(
                                tunnel.map(IpAddress::parse), 0x025a00000001L, 0x025a00000002L));
        return new Frame.Held(connection, 2, SIGHT);
    }

    static List<Frame> all() {
        Membership membership =
                new Membership(
                        EPOCH,
                        List.of(
                                member("node-1", 3, Member.Status.LIVE, Set.of()),
                                member(
                                        "node-2",
                                        7,
                                        Member.Status.AWAY,
                                        Set.of(new NodeId("node-1"), new NodeId("node-3")))));
        BitSet known = new BitSet();
        known.set(0);
        known.set(9);
        LeaseKey lease =
                new LeaseKey(
                        IpAddress.parse("198.51.100.7"),
                        3,
                        new Destination(Protocol.UDP, IpAddress.parse("203.0.113.9"), 53));
        return List.of(
                new Frame.Heartbeat(-5),
                new Frame.HeartbeatAck(77),
                new Frame.Notice(membership),
                new Frame.Propose(V4),
                new Frame.Keep(V6, true, false),
                new Frame.Agreed(ID),
                new Frame.HomeRefused(ID),
                new Frame.GateHas(ID, V4),
                new Frame.GateEnding(ID),
                new Frame.Opened(ID),
                new Frame.GivenUp(ID),
                new Frame.StillOpening(ID),
                new Frame.AskInside(11, V6.connection().inside()),
                new Frame.AskOutside(12, V4.connection().outside()),
                new Frame.Answer(12, V4),
                new Frame.NotHere(12, Frame.Absence.UNKNOWN),
                new Frame.NotHere(13, Frame.Absence.NOT_HERE),
                new Frame.NotHere(14, Frame.Absence.ENDING),
                new Frame.Refresh(List.of(SIGHT, SIGHT)),
                new Frame.Stop(ID, 8),
                new Frame.Stopped(8, Frame.Sight.never(ID)),
                new Frame.Resume(ID),
                new Frame.Drop(ID),
                new Frame.Dropped(ID),
                new Frame.Spare(ID, 7),
                new Frame.Spared(ID, 7),
                new Frame.Offer(ID),
                new Frame.Kept(ID, 7),
                new Frame.Silent(
                        List.of(
                                new IdleWindow(
                                        10,
                                        new GatewayId("nat-0123456789abcdef0"),
                                        1_795_305_600L,
                                        1_795_306_199L))),
                new Frame.Freed(ID, lease, 1024, Ended.RESET),
                new Frame.EndAsked(ID),
                new Frame.OpensAnew(ID, 3),
                new Frame.GoesOn(ID, 3, true),
                new Frame.Elsewhere(ID, V6.connection().path(), -1, 1 << 31, 2),
                new Frame.Moved(ID, V4.connection().path()),
                new Frame.EndClaimed(ID, true, 0x89abcdef, true, 1),
                new Frame.HandOver(V6, false, true, true, false, true),
                new Frame.Holding(List.of(new Frame.Hold(V6.sight(), true, false))),
                new Frame.Lacking(List.of(ID)),
                new Frame.HandedOver(),
                new Frame.HomesDone(),
                new Frame.Whether(5, List.of(V4.connection().outside())),
                new Frame.Known(5, true, known),
                new Frame.RelayRenew(
                        4,
                        new AllocatorCommand.Renew(
                                new Incarnation(3),
                                EPOCH,
                                Set.of(new NodeId("node-2")),
                                Map.of(new Incarnation(7), 88L),
                                12)),
                new Frame.RelayAnswer(4, membership));
    }

    private static Member member(
            String node, long incarnation, Member.Status status, Set<NodeId> unreachable) {
        return new Member(
                new NodeId(node),
                new Incarnation(incarnation),
                status,
                "machine/boot",
                Endpoint.parse("192.0.2.1:7000"),
                Endpoint.parse("[2001:db8::1]:9100"),
                new Epoch(1, 3),
                new Epoch(1, 9),
                88,
                new Epoch(1, 8),
                unreachable,
                Map.of(new Incarnation(4), 77L),
                12);
    }

    private SampleFrames() {}
}
