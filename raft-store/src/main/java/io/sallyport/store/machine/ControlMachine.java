package io.sallyport.store.machine;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.MemberLaw;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.Pool;
import io.sallyport.allocator.Stamp;
import io.sallyport.allocator.wire.AllocatorCodec;
import io.sallyport.allocator.wire.WireException;
import io.sallyport.allocator.wire.WireReader;
import io.sallyport.allocator.wire.WireWriter;
import io.sallyport.store.calls.Answer;
import io.sallyport.store.calls.ClientCall;
import io.sallyport.store.calls.Law;
import io.sallyport.store.catalog.Catalog;
import io.sallyport.store.catalog.CatalogCodec;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.CatalogLaw;
import java.util.List;

/**
 * The state of the control group: the catalog, the members, and what of both the lease groups need
 * to know. {@link #view} may be read by any thread without waiting; the rest as {@link Machine}
 * says.
 */
public final class ControlMachine implements Machine {

    /**
     * What may be seen from outside, as it was after one entry.
     *
     * @param index the last entry that was applied; 0 before the first
     * @param leaseGroups how many there are; 0 before the cluster is founded
     * @param pools those that may be leased from
     */
    public record View(
            long index,
            Catalog catalog,
            Membership membership,
            int leaseGroups,
            List<Pool> pools) {}

    private static final byte[] FOUNDED = {'f', 'o', 'u', 'n', 'd', 'e', 'd'};
    private static final byte[] MEMBERS = {'m', 'e', 'm', 'b', 'e', 'r', 's'};
    private static final byte[] NOTHING_MORE = {};

    private final CatalogLaw catalog = new CatalogLaw();
    private final MemberLaw members = new MemberLaw();
    private final OpenPools pools = new OpenPools();
    private final ClientTable clients = new ClientTable();
    private final Obedience obedience = new Obedience(clients, this::obey);
    private final HeldRows held = new HeldRows();
    private int leaseGroups;
    private int writtenLeaseGroups;
    private Membership written = members.membership();
    private volatile View view = new View(0, catalog.catalog(), members.membership(), 0, List.of());

    @Override
    public void check(ClientCall call) {
        call.each().forEach(command -> check(call.law(), command));
    }

    private static void check(Law law, byte[] command) {
        switch (law) {
            case ALLOCATOR -> checkFromClient(ofMembers(command));
            case CATALOG -> {
                if (CatalogCodec.decodeCommand(command).innermost()
                        instanceof CatalogCommand.EndDrain) {
                    throw new WireException("only the leader says this, to itself");
                }
            }
            case CLUSTER -> throw new WireException("only stores say this, to themselves");
        }
    }

    private static void checkFromClient(AllocatorCommand.OfMembers command) {
        switch (command) {
            case AllocatorCommand.Join _,
                    AllocatorCommand.Leave _,
                    AllocatorCommand.Renew _,
                    AllocatorCommand.Fence _ -> {}
            case AllocatorCommand.Away _, AllocatorCommand.Dead _, AllocatorCommand.Forget _ ->
                    throw new WireException("only the leader says this, to itself");
        }
    }

    private static AllocatorCommand.OfMembers ofMembers(byte[] command) {
        return switch (AllocatorCodec.decodeCommand(command)) {
            case AllocatorCommand.OfMembers ours -> ours;
            case AllocatorCommand.OfLeases theirs ->
                    throw new WireException("a command for a lease group: " + theirs);
        };
    }

    @Override
    public synchronized List<Answer.Applied> apply(long index, Entry entry) {
        List<Answer.Applied> answers = obedience.apply(index, entry);
        if (pools.mayOpen(catalog.catalog(), members.membership())) {
            catalog.apply(index, catalog.opened(pools.obeyed(), OpenPools.OPENED_MAX, index));
        }
        publish(index);
        return answers;
    }

    private byte[] obey(Law law, byte[] command, Stamp stamp) {
        return switch (law) {
            case ALLOCATOR -> {
                var decision = members.decide(ofMembers(command), stamp.index());
                members.apply(decision);
                yield AllocatorCodec.encode(under(catalog.catalog(), decision.result()));
            }
            case CATALOG -> {
                var decision = catalog.decide(CatalogCodec.decodeCommand(command), stamp.index());
                catalog.apply(stamp.index(), decision.changes());
                yield CatalogCodec.encode(decision.result());
            }
            case CLUSTER -> {
                switch (ClusterCommand.decode(command)) {
                    case ClusterCommand.Found(int groups) -> {
                        leaseGroups = leaseGroups == 0 ? groups : leaseGroups;
                    }
                }
                yield NOTHING_MORE;
            }
        };
    }

    /**
     * A new member is told which catalog it joins under: what that one gave to others is not its to
     * carry, and it might read an older one from a store that lags.
     */
    private static AllocatorResult under(Catalog now, AllocatorResult result) {
        return result instanceof AllocatorResult.Joined(var incarnation, var membership, long none)
                ? new AllocatorResult.Joined(incarnation, membership, now.version())
                : result;
    }

    private void publish(long index) {
        Catalog now = catalog.catalog();
        pools.follow(now);
        view = new View(index, now, members.membership(), leaseGroups, pools.pools());
    }

    /** The latest whole state; from any thread, without waiting. */
    public View view() {
        return view;
    }

    @Override
    public synchronized int clients() {
        return clients.size();
    }

    @Override
    public synchronized void cut() {
        catalog.drainDirty(
                new CatalogLaw.CheckpointSink() {
                    @Override
                    public void put(byte[] key, byte[] value) {
                        held.put(StatePart.CATALOG, key, value);
                    }

                    @Override
                    public void remove(byte[] key) {
                        held.remove(StatePart.CATALOG, key);
                    }
                });
        if (written != members.membership()) {
            written = members.membership();
            held.put(StatePart.ALLOCATOR, MEMBERS, AllocatorCodec.encode(written));
        }
        if (writtenLeaseGroups != leaseGroups) {
            writtenLeaseGroups = leaseGroups;
            held.put(StatePart.CLUSTER, FOUNDED, new WireWriter(2).u16(leaseGroups).toBytes());
        }
        clients.drainDirty(held);
    }

    @Override
    public boolean drain(StateSink sink, int rows) {
        return held.drain(sink, rows);
    }

    @Override
    public synchronized void load(StatePart part, byte[] key, byte[] value) {
        switch (part) {
            case META -> {}
            case CATALOG -> catalog.load(key, value);
            case ALLOCATOR -> {
                written = AllocatorCodec.decodeMembership(value);
                members.load(written);
            }
            case CLUSTER -> {
                leaseGroups = WireReader.whole(value, WireReader::u16);
                writtenLeaseGroups = leaseGroups;
            }
            case POOLS -> {}
            case CLIENTS -> clients.load(key, value);
        }
    }

    @Override
    public synchronized void loaded(long index) {
        publish(index);
    }
}
