package io.sallyport.store.machine;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.Decision;
import io.sallyport.allocator.LeaseChange;
import io.sallyport.allocator.LeaseLaw;
import io.sallyport.allocator.Member;
import io.sallyport.allocator.MemberLaw;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.Orphan;
import io.sallyport.allocator.OrphansPage;
import io.sallyport.allocator.Pool;
import io.sallyport.allocator.PoolId;
import io.sallyport.allocator.Stamp;
import io.sallyport.allocator.table.MemoryTable;
import io.sallyport.allocator.wire.AllocatorCodec;
import io.sallyport.allocator.wire.TableRows;
import io.sallyport.ids.Incarnation;
import io.sallyport.store.calls.Answer;
import io.sallyport.store.calls.ClientCall;
import io.sallyport.store.catalog.Catalog;
import io.sallyport.store.catalog.CatalogCodec;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.CatalogLaw;
import io.sallyport.store.catalog.Resource;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The state that the log makes: the allocator's, the catalog's, and what each client was answered.
 * The calls of an entry are decided and applied one after the other, each on the state that the one
 * before left.
 *
 * <p>Entries are applied by one thread. {@link #view()} may be read by any; what looks into the
 * tables themselves takes the machine's lock, which applying takes once for an entry.
 */
public final class StoreMachine {

    /**
     * What may be seen from outside, as it was after one entry.
     *
     * @param index the last entry that was applied; 0 before the first
     */
    public record View(long index, Catalog catalog, Membership membership) {}

    private static final byte[] MEMBERS_KEY = {0};

    private final MemoryTable table = new MemoryTable(new SecureRandom().nextLong());
    private final CatalogLaw catalog = new CatalogLaw();
    private final MemberLaw members = new MemberLaw();
    private final LeaseLaw leases = new LeaseLaw(table);
    private final ClientTable clients = new ClientTable();
    private final HeldRows held = new HeldRows();
    private Membership written = Membership.EMPTY;
    private Catalog pooled = Catalog.EMPTY;
    private List<Pool> pools = List.of();
    private volatile View view = new View(0, Catalog.EMPTY, Membership.EMPTY);

    /**
     * Whether an entry may hold this call: what does not decode must never reach the log, where it
     * would stop every replica. From any thread.
     *
     * @throws io.sallyport.allocator.wire.WireException saying what is wrong with it
     */
    public static void check(ClientCall call) {
        Object unused =
                switch (call.law()) {
                    case ALLOCATOR -> AllocatorCodec.decodeCommand(call.command());
                    case CATALOG -> CatalogCodec.decodeCommand(call.command());
                };
    }

    /**
     * Applies one entry and answers each of its calls, in their order.
     *
     * @param index of the entry, greater than any before
     */
    public synchronized List<Answer.Applied> apply(long index, Entry entry) {
        List<Answer.Applied> answers = new ArrayList<>(entry.calls().size());
        int ordinal = 0;
        for (ClientCall call : entry.calls()) {
            answers.add(answer(call, new Stamp(index, ordinal++, entry.entropy())));
        }
        learn(index);
        publish(index);
        return answers;
    }

    /** Members and leases share this log: what an entry made of the members holds after it. */
    private void learn(long index) {
        learnAsOf(index);
        for (Member member : members.membership().members()) {
            Incarnation who = member.incarnation();
            if (member.status() == Member.Status.DEAD && table.leasedTo(who) == 0) {
                members.apply(members.decide(new AllocatorCommand.Forget(who), index));
            }
        }
    }

    private void learnAsOf(long index) {
        leases.behind(index, members.membership(), pools())
                .ifPresent(learn ->
                        leases.apply(leases.decide(learn, new Stamp(index, 0, new byte[32]))));
    }

    private List<Pool> pools() {
        if (pooled.version() == catalog.catalog().version()) {
            return pools;
        }
        pooled = catalog.catalog();
        pools =
                pooled.all(Resource.ElasticIp.class).stream()
                        .filter(eip -> eip.gateway().isPresent())
                        .map(eip ->
                                new Pool(
                                        new PoolId(eip.address(), eip.poolGeneration()),
                                        eip.tenant(),
                                        0))
                        .sorted(Comparator.comparing(Pool::id))
                        .toList();
        return pools;
    }

    private Answer.Applied answer(ClientCall call, Stamp stamp) {
        return switch (clients.standing(call.client(), call.sequence())) {
            case ANSWERED ->
                    clients.answer(call.client(), call.sequence())
                            .<Answer.Applied>map(Answer.Result::new)
                            .orElseGet(Answer.Forgotten::new);
            case FORGOTTEN -> new Answer.Forgotten();
            case NEW -> {
                byte[] result = obey(call, stamp);
                clients.remember(
                        stamp.index(), call.client(), call.sequence(), call.floor(), result);
                yield new Answer.Result(result);
            }
        };
    }

    private byte[] obey(ClientCall call, Stamp stamp) {
        return switch (call.law()) {
            case ALLOCATOR -> {
                AllocatorCommand command = AllocatorCodec.decodeCommand(call.command());
                yield AllocatorCodec.encode(
                        switch (command) {
                            case AllocatorCommand.OfMembers ofMembers -> {
                                Decision<Membership> decision =
                                        members.decide(ofMembers, stamp.index());
                                members.apply(decision);
                                yield decision.result();
                            }
                            case AllocatorCommand.OfLeases ofLeases -> {
                                Decision<LeaseChange> decision = leases.decide(ofLeases, stamp);
                                leases.apply(decision);
                                yield decision.result();
                            }
                        });
            }
            case CATALOG -> {
                CatalogCommand command = CatalogCodec.decodeCommand(call.command());
                var decision = catalog.decide(command, stamp.index());
                catalog.apply(stamp.index(), decision.changes());
                yield CatalogCodec.encode(decision.result());
            }
        };
    }

    private void publish(long index) {
        view = new View(index, catalog.catalog(), members.membership());
    }

    /** The latest whole state; from any thread, without waiting. */
    public View view() {
        return view;
    }

    /** From any thread. */
    public synchronized OrphansPage orphans(Optional<Orphan.Position> after) {
        return table.orphans(after);
    }

    /** How many destinations have a lease. From any thread. */
    public synchronized int destinations() {
        return table.destinations();
    }

    /** How many clients are remembered. From any thread. */
    public synchronized int clients() {
        return clients.size();
    }

    /**
     * What changed since the last cut is what {@link #drain} gives, as it is now. On the applying
     * thread, with nothing of the last cut left to drain.
     */
    public synchronized void cut() {
        drainDirty(held);
    }

    /**
     * Gives rows of the last cut, each once. From any one thread.
     *
     * @param rows at most so many
     * @return whether there are more
     */
    public boolean drain(StateSink sink, int rows) {
        return held.drain(sink, rows);
    }

    synchronized void drainDirty(StateSink sink) {
        catalog.drainDirty(
                new CatalogLaw.CheckpointSink() {
                    @Override
                    public void put(byte[] key, byte[] value) {
                        sink.put(StatePart.CATALOG, key, value);
                    }

                    @Override
                    public void remove(byte[] key) {
                        sink.remove(StatePart.CATALOG, key);
                    }
                });
        TableRows.drainChanged(
                table,
                new TableRows.Sink() {
                    @Override
                    public void put(byte[] key, byte[] value) {
                        sink.put(StatePart.ALLOCATOR, key, value);
                    }

                    @Override
                    public void delete(byte[] key) {
                        sink.remove(StatePart.ALLOCATOR, key);
                    }
                });
        if (!written.equals(members.membership())) {
            written = members.membership();
            sink.put(StatePart.MEMBERS, MEMBERS_KEY, AllocatorCodec.encode(written));
        }
        clients.drainDirty(sink);
    }

    /**
     * Takes back one row of a checkpoint, in any order, into a machine that applied nothing yet;
     * {@link #loaded} ends this.
     *
     * @throws io.sallyport.allocator.wire.WireException where the row is damaged
     */
    public synchronized void load(StatePart part, byte[] key, byte[] value) {
        switch (part) {
            case META -> {}
            case CATALOG -> catalog.load(key, value);
            case MEMBERS -> {
                written = AllocatorCodec.decodeMembership(value);
                members.load(written);
            }
            case ALLOCATOR -> TableRows.load(table, key, value);
            case CLIENTS -> clients.load(key, value);
        }
    }

    /**
     * All rows are back.
     *
     * @param index the last entry that they cover
     */
    public synchronized void loaded(long index) {
        publish(index);
    }
}
