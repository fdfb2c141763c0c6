package io.sallyport.allocator.wire;

import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Limits;
import io.sallyport.allocator.Pool;
import io.sallyport.allocator.PoolId;
import io.sallyport.allocator.Ports;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.NodeId;
import io.sallyport.ids.TenantId;
import io.sallyport.net.Destination;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The parts that several codecs share.
 *
 * <pre>
 * incarnation  i64                        epoch  i64 generation, i64 number
 * node         text                       nodes  list of node, ascending
 * lease key    address eip, i64 pool generation, protocol, address remote, u16 remote port
 * ports        u16 count, then u16 each
 * renewals     list of (incarnation, i64), incarnations ascending
 * pool id      address eip, i64 generation
 * pool         pool id, tenant as text, i64 most ports
 * </pre>
 */
final class LawWords {

    private static final int NODE_BYTES_MAX = 63;
    private static final int TENANT_BYTES_MAX = 64;

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
        List<NodeId> nodes = in.list(Limits.PEERS_MAX, LawWords::node);
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

    static void ports(WireWriter out, Ports value) {
        int count = value.size();
        out.u16(count);
        for (int i = 0; i < count; i++) {
            out.u16(value.get(i));
        }
    }

    static Ports ports(WireReader in) {
        int count = in.u16();
        if (count > Limits.PORTS || 2 * count > in.remaining()) {
            throw new WireException(count + " ports, " + in.remaining() + " bytes left");
        }
        char[] ports = new char[count];
        for (int i = 0; i < count; i++) {
            ports[i] = (char) in.u16();
        }
        return Ports.copyOf(ports, count);
    }

    /** Sorted, since a map's own order differs from process to process. */
    static void renewals(WireWriter out, Map<Incarnation, Long> value) {
        out.list(
                List.copyOf(new TreeMap<>(value).entrySet()),
                (each, renewal) -> {
                    incarnation(each, renewal.getKey());
                    each.i64(renewal.getValue());
                });
    }

    static Map<Incarnation, Long> renewals(WireReader in) {
        Map<Incarnation, Long> renewals = new HashMap<>();
        Incarnation last = null;
        for (Renewal renewal : in.list(Limits.PEERS_MAX, Renewal::read)) {
            if (last != null && last.compareTo(renewal.who) >= 0) {
                throw new WireException("incarnations are not ascending");
            }
            last = renewal.who;
            renewals.put(renewal.who, renewal.at);
        }
        return renewals;
    }

    private record Renewal(Incarnation who, long at) {
        static Renewal read(WireReader in) {
            Incarnation who = incarnation(in);
            return new Renewal(who, in.i64());
        }
    }

    static void poolId(WireWriter out, PoolId value) {
        out.address(value.eip()).i64(value.generation());
    }

    static PoolId poolId(WireReader in) {
        IpAddress eip = in.address();
        return new PoolId(eip, in.i64());
    }

    static void tenant(WireWriter out, TenantId value) {
        out.text(value.value());
    }

    static TenantId tenant(WireReader in) {
        return new TenantId(in.text(TENANT_BYTES_MAX));
    }

    static void pool(WireWriter out, Pool value) {
        poolId(out, value.id());
        tenant(out, value.tenant());
        out.i64(value.portsMax());
    }

    static Pool pool(WireReader in) {
        PoolId id = poolId(in);
        TenantId tenant = tenant(in);
        return new Pool(id, tenant, in.i64());
    }
}
