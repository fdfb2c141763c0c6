package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.dataplane.Rig.*;

import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.ConnectionTable;
import io.sallyport.gateway.connections.Numbers;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.util.List;

/** One TCP connection of a tunnel client on a rig; numbers are of 32 bits, as longs. */
final class TcpStream {

    static final int FIN = 1;
    static final int SYN = 2;
    static final int RST = 4;
    static final int ACK = 16;
    private static final int PORT = 4000;

    final Rig rig;
    private final IpAddress client;
    private final IpAddress remote;
    private final IpAddress eip;
    final Connection connection;
    private int natPort;
    int slot;

    /** What the client and the remote send next. */
    long out;

    long in;

    private TcpStream(Rig rig, boolean v4, long out, long in) {
        this.rig = rig;
        client = v4 ? CLIENT : CLIENT6;
        remote = v4 ? REMOTE : REMOTE6;
        eip = v4 ? EIP : EIP6;
        this.out = out;
        this.in = in;
        segment(true, SYN, out - 1, 0, 0);
        connection = rig.connection(Protocol.TCP, client, PORT, remote, 80);
        natPort = connection.natPort();
        slot =
                rig.table.findOut(
                        VPC, 6, client.high(), client.low(), PORT, remote.high(), remote.low(), 80);
    }

    /** A SYN has passed; the client's first byte will be number {@code out}. */
    static TcpStream begun(Rig rig, boolean v4, long out) {
        return new TcpStream(rig, v4, out, 0);
    }

    static TcpStream established(Rig rig, boolean v4, long out, long in) {
        TcpStream stream = new TcpStream(rig, v4, out, in);
        stream.segment(false, SYN | ACK, in - 1, out, 0);
        stream.segment(true, ACK, out, in, 0);
        return stream;
    }

    /** Another node carries it from now on, which has a copy that says this. */
    void takenOver(Numbers numbers) {
        rig.carrier.drop(connection.id());
        slot = rig.carrier.install(connection, numbers);
    }

    void segment(boolean outward, int flags, long sequence, long acknowledgement, int length) {
        byte[] data = new byte[length];
        byte[] none = {};
        byte[] packet =
                outward
                        ? Naive.tcp(client, PORT, remote, 80, flags, none, data)
                        : Naive.tcp(remote, 80, eip, natPort, flags, none, data);
        byte[] numbered = Naive.numbered(packet, sequence, acknowledgement);
        if (outward) {
            rig.out(numbered);
        } else {
            rig.in(numbered);
        }
    }

    /** Data in order, which acknowledges all that the other side has sent. */
    void say(boolean outward, int length) {
        segment(outward, ACK, outward ? out : in, outward ? in : out, length);
        if (outward) {
            out += length;
        } else {
            in += length;
        }
    }

    void reset(boolean outward, long sequence) {
        segment(outward, RST, sequence, 0, 0);
    }

    /** All that the connection's life depends on. */
    List<Long> state() {
        ConnectionTable table = rig.table;
        return List.of(
                (long) table.flags(slot, true),
                (long) table.flags(slot, false),
                (long) table.next(slot, true),
                (long) table.next(slot, false),
                table.last(slot, true),
                table.last(slot, false),
                (long) (table.state(slot) & ConnectionTable.STOPPED),
                (long) rig.keeping.flagsTold);
    }

    boolean shows(boolean outward, int flag) {
        return (rig.table.flags(slot, outward) & flag) != 0;
    }

    /** How many packets have left to either side. */
    int sent() {
        return rig.outside.sent.size() + rig.tunnel.sent.size();
    }
}
