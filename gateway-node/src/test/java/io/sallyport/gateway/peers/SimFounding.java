package io.sallyport.gateway.peers;

import io.sallyport.allocator.LeaseGroups;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Limits;
import io.sallyport.allocator.Ports;
import io.sallyport.allocator.table.MemoryTable;
import io.sallyport.allocator.wire.TableRows;
import io.sallyport.ids.EipId;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.InterfaceId;
import io.sallyport.ids.SubnetId;
import io.sallyport.ids.TenantId;
import io.sallyport.ids.VpcId;
import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import io.sallyport.store.calls.ClientCall;
import io.sallyport.store.calls.Law;
import io.sallyport.store.catalog.CatalogCodec;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.Resource;
import io.sallyport.store.machine.ControlMachine;
import io.sallyport.store.machine.Entry;
import io.sallyport.store.machine.StatePart;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * What the stores' disks hold when a run begins: a tenant with a gateway and two elastic IPs, and
 * of each destination all ports but a few in the hand of somebody who never moves, since only where
 * ports are scarce is one used again soon.
 */
final class SimFounding {

    static final TenantId TENANT = new TenantId("111111111111");
    static final GatewayId GATEWAY = new GatewayId("nat-0123456789abcdef0");

    /** Holds what nobody shall get. No life ever has this number. */
    private static final Incarnation NOBODY = new Incarnation((1L << 40) - 1);

    private static final String HEX = "0123456789abcdef0";

    /** The gateway's, one of each family. */
    static final List<EipId> EIPS =
            List.of(new EipId("eipalloc-" + HEX), new EipId("eipalloc-1" + HEX.substring(1)));

    /** They never change, and many runs begin alike. */
    private static final Map<Integer, SimFounding> FOUNDINGS = new ConcurrentHashMap<>();

    private record Share(int group, int groups, List<LeaseKey> keys) {}

    private final Map<Share, SimReplica.Rows> shares = new ConcurrentHashMap<>();

    private final ControlMachine machine = new ControlMachine();
    private final SimReplica.Rows rows = new SimReplica.Rows();
    private final Map<IpAddress, Long> generations = new TreeMap<>();
    private final int freePorts;
    private long index;

    /**
     * @param freePorts of each destination, 1 to {@link Limits#PORTS}
     */
    static SimFounding of(int freePorts) {
        return FOUNDINGS.computeIfAbsent(freePorts, SimFounding::new);
    }

    private SimFounding(int freePorts) {
        this.freePorts = freePorts;
        VpcId vpc = new VpcId("vpc-" + HEX);
        SubnetId subnet = new SubnetId("subnet-" + HEX);
        say(new CatalogCommand.PutTenant(TENANT, "simulated", "0".repeat(64)));
        say(
                new CatalogCommand.PutPool(
                        "public", prefixes("198.51.100.0/28", "2001:db8:ffff::/64")));
        say(new CatalogCommand.CreateVpc(TENANT, vpc, prefixes("10.0.0.0/16", "fd00::/48")));
        say(new CatalogCommand.CreateSubnet(TENANT, subnet, vpc, IpPrefix.parse("10.0.0.0/24")));
        say(
                new CatalogCommand.CreateGateway(
                        TENANT,
                        GATEWAY,
                        subnet,
                        new InterfaceId("eni-" + HEX),
                        Optional.empty(),
                        2));
        for (EipId eip : EIPS) {
            say(
                    new CatalogCommand.AllocateAddress(
                            TENANT, eip, "public", eip.equals(EIPS.getLast()), Optional.empty()));
            say(attach(eip));
        }
        for (Resource.ElasticIp eip : machine.view().catalog().all(Resource.ElasticIp.class)) {
            generations.put(eip.address(), eip.poolGeneration());
        }
        if (machine.view().pools().size() != 2) {
            throw new IllegalStateException("pools: " + machine.view());
        }
        machine.cut();
        boolean more = true;
        while (more) {
            more = machine.drain(rows, 64);
        }
    }

    static CatalogCommand attach(EipId eip) {
        return new CatalogCommand.MoveAddress(
                TENANT,
                eip,
                new Resource.Owner.OfGateway(GATEWAY),
                new CatalogCommand.Existing.End());
    }

    private static List<IpPrefix> prefixes(String one, String other) {
        return List.of(IpPrefix.parse(one), IpPrefix.parse(other));
    }

    private void say(CatalogCommand command) {
        index++;
        ClientCall call = ClientCall.of(1, index, index, Law.CATALOG, CatalogCodec.encode(command));
        machine.apply(index, new Entry(new byte[32], 0, List.of(call)));
    }

    /** The control group's rows, and up to which entry they reach. */
    SimReplica.Rows control() {
        return rows;
    }

    long index() {
        return index;
    }

    /** The gateway's address of that family. */
    IpAddress eip(boolean ipv4) {
        return generations.keySet().stream()
                .filter(a -> a.isV4() == ipv4)
                .findFirst()
                .orElseThrow();
    }

    long generation(IpAddress eip) {
        return generations.getOrDefault(eip, 0L);
    }

    /** A lease group's rows: what nobody shall get of these destinations. */
    SimReplica.Rows leases(int group, int groups, List<LeaseKey> keys) {
        return shares.computeIfAbsent(new Share(group, groups, keys), this::share);
    }

    private SimReplica.Rows share(Share share) {
        SimReplica.Rows held = new SimReplica.Rows();
        MemoryTable table = new MemoryTable(1);
        Ports kept =
                Ports.of(
                        IntStream.rangeClosed(Limits.PORT_MIN + freePorts, Limits.PORT_MAX)
                                .toArray());
        for (LeaseKey key : share.keys()) {
            if (LeaseGroups.of(key, share.groups()) == share.group() && !kept.isEmpty()) {
                table.lease(key, NOBODY, 1, kept);
            }
        }
        TableRows.drainChanged(
                table,
                new TableRows.Sink() {
                    @Override
                    public void put(byte[] key, byte[] value) {
                        held.put(StatePart.ALLOCATOR, key, value);
                    }

                    @Override
                    public void delete(byte[] key) {
                        held.remove(StatePart.ALLOCATOR, key);
                    }
                });
        return held;
    }
}
