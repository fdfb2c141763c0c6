package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.dataplane.Rig.*;

import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Packets in an order, and what happens between them: the same for every path through the gateway.
 * What is opened is opened on a rig of the story's own at once, so that later packets can be sent
 * to the ports that it got; all rigs give the same ports in the same order.
 */
final class Story {

    enum Side {
        PLAIN,
        OUTSIDE,
        TUNNEL
    }

    /** How a packet goes where there is a kernel path. */
    enum Way {
        /** The program sends it on. */
        FAST,
        /** The program hands it up, and nothing of it goes on. */
        UP,
        /** Not the gateway's: the box's kernel has it. */
        LEFT,
        /** The gateway is told, and the box's kernel has it too. */
        BOTH,
        /** The program drops it. */
        DROPPED,
        /** One of these: damaged packets. */
        ANY
    }

    sealed interface Step {
        String name();
    }

    record Change(String name, Consumer<Rig> what) implements Step {}

    /** {@code gsoSize} 0: one packet; else a large receive of segments that long. */
    record Arrival(String name, Way way, Side side, byte[] frame, int gsoSize) implements Step {}

    /** Where its clients are. */
    final Side inside;

    final Rig scout = narrow(new Rig());
    final List<Step> steps = new ArrayList<>();

    /** What both families have alike. */
    record Family(IpAddress client, IpAddress remote, IpAddress eip) {
        boolean v4() {
            return client.isV4();
        }

        int header() {
            return v4() ? 20 : 40;
        }
    }

    static final List<Family> FAMILIES =
            List.of(
                    new Family(PLAIN_CLIENT, REMOTE, PLAIN_EIP),
                    new Family(PLAIN_CLIENT6, REMOTE6, PLAIN_EIP6));

    private static final List<Family> TUNNELLED =
            List.of(new Family(CLIENT, REMOTE, EIP), new Family(CLIENT6, REMOTE6, EIP6));

    /** Of clients on a plain device. */
    Story() {
        this(Side.PLAIN);
    }

    Story(Side inside) {
        this.inside = inside;
    }

    List<Family> families() {
        return inside == Side.TUNNEL ? TUNNELLED : FAMILIES;
    }

    int insideMtu() {
        return inside == Side.TUNNEL ? DataPlaneSettings.TUNNEL_MTU : INSIDE_MTU;
    }

    private Consumer<Rig> fromClient(byte[] packet) {
        return rig -> {
            if (inside == Side.TUNNEL) {
                rig.out(packet);
            } else {
                rig.plain(packet);
            }
        };
    }

    /** The rigs' inside device: a kernel path's MTU there is what it was when it was opened. */
    static Rig narrow(Rig rig) {
        rig.plain.mtu = INSIDE_MTU;
        return rig;
    }

    static final int INSIDE_MTU = 1400;

    void change(String name, Consumer<Rig> what) {
        what.accept(scout);
        steps.add(new Change(name, what));
    }

    /**
     * @return the NAT port
     */
    int openUdp(Family family, int port, int remotePort) {
        byte[] first = Naive.udp(family.client, port, family.remote, remotePort, new byte[4]);
        change("open UDP " + family.client + " " + port, fromClient(first));
        return natPort(Protocol.UDP, family, port, remotePort);
    }

    int openTcp(Family family, int port, int remotePort) {
        byte[] syn =
                Naive.tcp(family.client, port, family.remote, remotePort, 2, new byte[0], NOTHING);
        change("open TCP " + family.client + " " + port, fromClient(syn));
        int nat = natPort(Protocol.TCP, family, port, remotePort);
        byte[] answer = Naive.tcp(family.remote, remotePort, family.eip, nat, 18, NOTHING, NOTHING);
        change("answered", rig -> rig.in(answer));
        return nat;
    }

    static final byte[] NOTHING = {};

    private int natPort(Protocol protocol, Family family, int port, int remotePort) {
        return scout.connection(protocol, family.client, port, family.remote, remotePort).natPort();
    }

    void out(String name, Way way, byte[] packet) {
        frame(name, way, inside, outFrame(packet));
    }

    /** As the client sends it. */
    byte[] outFrame(byte[] packet) {
        return Naive.frame(inside == Side.TUNNEL ? VIRTUAL_MAC : INSIDE_MAC, CLIENT_MAC, packet);
    }

    void in(String name, Way way, byte[] packet) {
        frame(name, way, Side.OUTSIDE, Naive.frame(OUTSIDE_MAC, ROUTER_MAC, packet));
    }

    void frame(String name, Way way, Side side, byte[] frame) {
        large(name, way, side, frame, 0);
    }

    void large(String name, Way way, Side side, byte[] frame, int gsoSize) {
        steps.add(new Arrival(side + " " + name, way, side, frame, gsoSize));
    }
}
