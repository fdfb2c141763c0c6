package io.sallyport.allocator.wire;

import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Limits;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.NodeId;
import io.sallyport.net.Destination;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.util.List;
import java.util.Set;

/**
 * The parts that several codecs share.
 *
 * <pre>
 * incarnation  i64                        epoch  i64 generation, i64 number
 * node         text                       nodes  list of node, ascending
 * lease key    address eip, i64 pool generation, protocol, address remote, u16 remote port
 * ports        list of u16
 * </pre>
 */
final class LawWords {

    private static final int NODE_BYTES_MAX = 63;

    private LawWords() {}

    static void incarnation(WireWriter out, Incarnation value) {
        out.i64(value.number());
    }

    static Incarnation incarnation(WireReader in) {
        return new Incarnation(in.i64());
    }

    static void epoch(WireWriter out, Epoch value) {
        out.i64(value.generation()).i64(value.number());
    }

    static Epoch epoch(WireReader in) {
        long generation = in.i64();
        return new Epoch(generation, in.i64());
    }

    static void node(WireWriter out, NodeId value) {
        out.text(value.value());
    }

    static NodeId node(WireReader in) {
        return new NodeId(in.text(NODE_BYTES_MAX));
    }

    /** Sorted, since a set's own order differs from process to process. */
    static void nodes(WireWriter out, Set<NodeId> value) {
        out.list(value.stream().sorted().toList(), LawWords::node);
    }

    static Set<NodeId> nodes(WireReader in) {
        List<NodeId> nodes = in.list(Limits.UNREACHABLE_MAX, LawWords::node);
        for (int i = 1; i < nodes.size(); i++) {
            if (nodes.get(i - 1).compareTo(nodes.get(i)) >= 0) {
                throw new WireException("nodes are not ascending");
            }
        }
        return Set.copyOf(nodes);
    }

    static void key(WireWriter out, LeaseKey value) {
        Destination destination = value.destination();
        out.address(value.eip())
                .i64(value.poolGeneration())
                .protocol(destination.protocol())
                .address(destination.address())
                .u16(destination.port());
    }

    static LeaseKey key(WireReader in) {
        IpAddress eip = in.address();
        long generation = in.i64();
        Protocol protocol = in.protocol();
        IpAddress remote = in.address();
        return new LeaseKey(eip, generation, new Destination(protocol, remote, in.u16()));
    }

    static void ports(WireWriter out, List<Integer> value) {
        out.list(value, WireWriter::u16);
    }

    static List<Integer> ports(WireReader in) {
        return in.list(Limits.PORTS, WireReader::u16);
    }
}
