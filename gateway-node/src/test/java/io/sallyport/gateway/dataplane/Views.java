package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.dataplane.Rig.*;
import static io.sallyport.gateway.dataplane.Story.*;

import io.sallyport.gateway.dataplane.Scenes.Flow;
import io.sallyport.gateway.dataplane.Story.Family;
import io.sallyport.gateway.dataplane.Story.Side;
import io.sallyport.gateway.dataplane.Story.Way;
import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import io.sallyport.net.Protocol;
import io.sallyport.store.catalog.AclEntry;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Packets that are judged by more than their headers: views, horizons, paths, whose they are. */
final class Views {

    private static final IpAddress STRANGER = IpAddress.parse("192.168.99.1");
    private static final IpAddress STRANGER6 = IpAddress.parse("fd00:99::1");

    private Views() {}

    private static void each(Story story, List<Flow> flows, String name, Way out, Way in) {
        for (Flow flow : flows) {
            flow.send(story, true, name, out, flow.packet(true, Scenes.data(9)));
            flow.send(story, false, name, in, flow.packet(false, Scenes.data(9)));
        }
    }

    static void views(Story story) {
        List<Flow> flows = Scenes.flows(story, 5000);
        each(story, flows, "as before", Way.FAST, Way.FAST);
        List<AclEntry> allOut = allow(true);
        List<AclEntry> allIn = allow(false);
        List<AclEntry> all = Stream.concat(allOut.stream(), allIn.stream()).toList();
        story.change("an equal ACL", rig -> rig.plainView(Optional.of(all), true));
        each(story, flows, "judged again", Way.UP, Way.FAST);
        each(story, flows, "still allowed", Way.FAST, Way.FAST);
        story.change("in only", rig -> rig.plainView(Optional.of(allIn), true));
        each(story, flows, "denied out", Way.UP, Way.FAST);
        each(story, flows, "denied out", Way.UP, Way.FAST);
        story.change("out only", rig -> rig.plainView(Optional.of(allOut), true));
        each(story, flows, "denied in", Way.UP, Way.UP);
        each(story, flows, "denied in", Way.FAST, Way.UP);
        story.change("no EIP", rig -> rig.plainView(Optional.empty(), false));
        each(story, flows, "the EIP is gone", Way.UP, Way.LEFT);
        each(story, flows, "the EIP is gone", Way.UP, Way.LEFT);
        story.change("the EIP again", rig -> rig.plainView(Optional.empty(), true));
        each(story, flows, "judged again", Way.UP, Way.FAST);
        each(story, flows, "as before", Way.FAST, Way.FAST);
    }

    private static List<AclEntry> allow(boolean egress) {
        return Stream.of("0.0.0.0/0", "::/0")
                .map(IpPrefix::parse)
                .map(prefix ->
                        new AclEntry(
                                prefix.length() + prefix.address().bits(),
                                egress,
                                -1,
                                true,
                                prefix,
                                0,
                                65535,
                                -1,
                                -1))
                .toList();
    }

    static void horizon(Story story) {
        List<Flow> flows = Scenes.flows(story, 5100);
        story.change("fenced", rig -> acts(rig, false));
        each(story, flows, "fenced", Way.DROPPED, Way.DROPPED);
        byte[] stranger = Naive.udp(PLAIN_CLIENT, 5199, REMOTE, 53, NOTHING);
        story.out("fenced, unknown", Way.UP, stranger);
        story.change("acts", rig -> acts(rig, true));
        each(story, flows, "acts again", Way.FAST, Way.FAST);
    }

    private static void acts(Rig rig, boolean may) {
        rig.keeping.acting = may;
        rig.settle();
    }

    static void nextHops(Story story) {
        List<Flow> flows = Scenes.flows(story, 5200);
        story.change("the router is lost", rig -> rig.nextHop = NextHops.UNRESOLVED);
        each(story, flows, "no next hop", Way.UP, Way.FAST);
        story.change(
                "the router is found",
                rig -> {
                    rig.nextHop = ROUTER_MAC;
                    rig.pass(20);
                });
        each(story, flows, "found", Way.FAST, Way.FAST);
        story.change("another router", rig -> rig.nextHop = 0x0200_0000_0ddaL);
        each(story, flows, "another", Way.FAST, Way.FAST);
        story.change("the router", rig -> rig.nextHop = ROUTER_MAC);
    }

    static void stopped(Story story) {
        List<Flow> flows = Scenes.flows(story, 5300);
        for (Flow flow : flows) {
            story.change("stopped", rig -> rig.carrier.stop(id(rig, flow)));
        }
        each(story, flows, "stopped", Way.UP, Way.UP);
        for (Flow flow : flows) {
            story.change("resumed", rig -> rig.carrier.resume(id(rig, flow)));
        }
        story.change("what waited goes", rig -> rig.pass(20));
        each(story, flows, "resumed", Way.FAST, Way.FAST);
        for (Flow flow : flows) {
            story.change("ended", rig -> rig.carrier.drop(id(rig, flow)));
        }
        story.change(
                "forgotten",
                rig -> rig.keeping.open.values().removeIf(c -> c.inside().client().port() == 5300));
        for (Flow flow : flows) {
            flow.send(story, false, "ended", Way.UP, flow.packet(false, NOTHING));
        }
    }

    private static io.sallyport.gateway.connections.ConnectionId id(Rig rig, Flow flow) {
        Protocol protocol = flow.tcp() ? Protocol.TCP : Protocol.UDP;
        Family f = flow.family();
        int far = flow.tcp() ? 80 : 53;
        return rig.connection(protocol, f.client(), flow.port(), f.remote(), far).id();
    }

    static void moved(Story story) {
        for (Flow flow : Scenes.flows(story, 5400)) {
            byte[] packet = flow.packet(true, Scenes.data(5));
            byte[] elsewhere = Naive.frame(INSIDE_MAC, 0x0200_0000_0777L, packet);
            byte[] back = flow.packet(false, Scenes.data(5));
            if (flow.tcp()) {
                byte[] guessed = Naive.numbered(packet, 0x71223344L, 0x55667788L);
                byte[] strange = Naive.frame(INSIDE_MAC, 0x0200_0000_0777L, guessed);
                flow.send(story, false, "acknowledged", Way.FAST, back);
                story.frame("from another MAC, beside the window", Way.UP, Side.PLAIN, strange);
            }
            story.frame("from another MAC", Way.UP, Side.PLAIN, elsewhere);
            story.frame("from there again", Way.FAST, Side.PLAIN, elsewhere);
            flow.send(story, false, "to there", Way.FAST, back);
            story.change("a second", rig -> rig.pass(1_000));
            flow.send(story, true, "from here again", Way.UP, packet);
            flow.send(story, false, "to here", Way.FAST, back);
        }
    }

    /** Connections of tunnels: what comes in for them is sent into the tunnel. */
    static void tunnels(Story story) {
        for (boolean v4 : new boolean[] {true, false}) {
            IpAddress client = v4 ? CLIENT : CLIENT6;
            IpAddress remote = v4 ? REMOTE : REMOTE6;
            IpAddress eip = v4 ? EIP : EIP6;
            byte[] first = Naive.udp(client, 5500, remote, 53, NOTHING);
            story.change("open in a tunnel", rig -> rig.out(first));
            int nat = story.scout.connection(Protocol.UDP, client, 5500, remote, 53).natPort();
            byte[] in = Naive.udp(remote, 53, eip, nat, Scenes.data(77));
            story.in("into a tunnel", Way.UP, in);
            byte[] longer = Naive.udp(remote, 53, eip, nat, Scenes.data(1450));
            story.in("too long for a tunnel", Way.UP, longer);
            byte[] plain = Naive.udp(client, 5500, remote, 53, NOTHING);
            story.out("a tunnel's source on a plain device", Way.UP, plain);
        }
    }

    /** What the gateway has no connection for, or nothing to do with. */
    static void others(Story story) {
        Flow flow = Flow.udp(story, FAMILIES.getFirst(), 5600);
        Flow flow6 = Flow.udp(story, FAMILIES.getLast(), 5600);
        for (Flow f : List.of(flow, flow6)) {
            boolean v4 = f.family().v4();
            IpAddress client = f.family().client();
            IpAddress remote = f.family().remote();
            IpAddress eip = f.family().eip();
            String[] targets =
                    v4
                            ? new String[] {
                                "192.168.7.1", "192.168.7.77", "224.0.0.251", "169.254.1.1"
                            }
                            : new String[] {"fd00:7::1", "fd00:7::77", "ff02::fb", "fe80::1"};
            for (String target : targets) {
                byte[] packet = Naive.udp(client, 5600, IpAddress.parse(target), 53, NOTHING);
                story.out("to " + target, Way.LEFT, packet);
            }
            IpAddress stranger = v4 ? STRANGER : STRANGER6;
            story.out("from a stranger", Way.UP, Naive.udp(stranger, 1, remote, 53, NOTHING));
            story.out("to an EIP", Way.UP, Naive.udp(client, 1, eip, 53, NOTHING));
            story.out(
                    "to another's EIP", Way.UP, Naive.udp(client, 1, v4 ? EIP : EIP6, 53, NOTHING));
            byte[] packet = f.packet(true, NOTHING);
            byte[] broadcast = Naive.frame(0xffff_ffff_ffffL, CLIENT_MAC, packet);
            story.frame("broadcast", Way.LEFT, Side.PLAIN, broadcast);
            byte[] another = Naive.frame(0x0200_0000_0999L, CLIENT_MAC, packet);
            story.frame("to another's MAC", Way.LEFT, Side.PLAIN, another);
            byte[] back = f.packet(false, NOTHING);
            story.frame(
                    "group",
                    Way.LEFT,
                    Side.OUTSIDE,
                    Naive.frame(0x0100_5e00_0001L, ROUTER_MAC, back));
            story.frame(
                    "another's",
                    Way.LEFT,
                    Side.OUTSIDE,
                    Naive.frame(0x0200_0000_0999L, ROUTER_MAC, back));
            String box = v4 ? "203.0.113.99" : "2001:db8:eee::99";
            story.in(
                    "to the box",
                    Way.LEFT,
                    Naive.udp(remote, 53, IpAddress.parse(box), 22, NOTHING));
            story.in("to a port of nobody's", Way.UP, Naive.udp(remote, 53, eip, 9, NOTHING));
            story.in(
                    "a SYN to an EIP", Way.UP, Naive.tcp(remote, 53, eip, 22, 2, NOTHING, NOTHING));
            story.in(
                    "an ACK of nobody's",
                    Way.UP,
                    Naive.tcp(remote, 53, eip, 22, 16, NOTHING, NOTHING));
            story.in("an EIP's own", Way.UP, Naive.udp(v4 ? EIP : EIP6, 53, eip, 22, NOTHING));
            IpAddress martian = IpAddress.parse(v4 ? "127.0.0.1" : "ff02::1");
            story.in("a martian", Way.UP, Naive.udp(martian, 53, eip, f.nat(), NOTHING));
            story.out("protocol 50", Way.UP, Naive.ip(client, remote, 50, 64, new byte[40]));
            story.in("protocol 50", Way.UP, Naive.ip(remote, eip, 50, 64, new byte[40]));
        }
        byte[] mapped = Naive.udp(PLAIN_CLIENT6, 5600, REMOTE6, 53, NOTHING);
        Arrays.fill(mapped, 8, 18, (byte) 0);
        Arrays.fill(mapped, 18, 20, (byte) 0xff);
        story.out("a mapped source", Way.UP, mapped);
        byte[] lldp = new byte[60];
        lldp[12] = (byte) 0x88;
        lldp[13] = (byte) 0xcc;
        story.frame("no IP", Way.LEFT, Side.PLAIN, lldp);
        story.frame("no IP", Way.LEFT, Side.OUTSIDE, lldp);
        story.frame("no more than a header", Way.LEFT, Side.PLAIN, Arrays.copyOf(lldp, 14));
    }

    static void neighbours(Story story) {
        for (String wanted : List.of("192.168.7.4", "192.168.7.50")) {
            byte[] arp = PipelineTest.arpFor(IpAddress.parse(wanted));
            story.frame("who has " + wanted, Way.BOTH, Side.PLAIN, arp);
        }
        story.frame("who has the EIP", Way.BOTH, Side.OUTSIDE, PipelineTest.arpFor(PLAIN_EIP));
        byte[] asked = solicitation(PLAIN_EIP6);
        story.frame("who has the IPv6 EIP", Way.BOTH, Side.OUTSIDE, asked);
        byte[] far = asked.clone();
        far[14 + 7] = 64;
        story.frame("a solicitation from afar", Way.LEFT, Side.OUTSIDE, far);
    }

    private static byte[] solicitation(IpAddress wanted) {
        byte[] icmp = new byte[32];
        icmp[0] = (byte) 135;
        System.arraycopy(wanted.bytes(), 0, icmp, 8, 16);
        icmp[24] = 1;
        icmp[25] = 1;
        IpAddress group = IpAddress.parse("ff02::1:ff00:8");
        byte[] packet = Naive.ip(IpAddress.parse("fe80::cc"), group, 58, 255, icmp);
        return Naive.frame(0x3333_ff00_0008L, ROUTER_MAC, Naive.fixTransport(packet));
    }

    static void icmp(Story story) {
        for (Family f : FAMILIES) {
            byte[] ask = Naive.echo(f.client(), f.remote(), true, 77, Scenes.data(56));
            story.change("an echo is open", rig -> rig.plain(ask));
            Protocol protocol = f.v4() ? Protocol.ICMP : Protocol.ICMPV6;
            int nat = story.scout.connection(protocol, f.client(), 77, f.remote(), 0).natPort();
            story.out("echo", Way.UP, ask);
            byte[] answer = Naive.echo(f.remote(), f.eip(), false, nat, Scenes.data(56));
            story.in("echo reply", Way.UP, answer);
            story.in("ping to an EIP", Way.UP, Naive.echo(f.remote(), f.eip(), true, 9, NOTHING));
            Flow flow = Flow.udp(story, f, 5700);
            byte[] left = Naive.udp(f.eip(), flow.nat(), f.remote(), 53, Scenes.data(30));
            int type = f.v4() ? 3 : 1;
            byte[] error = Naive.error(f.remote(), f.eip(), type, f.v4() ? 3 : 4, 0, left);
            story.in("port unreachable", Way.UP, error);
        }
    }
}
