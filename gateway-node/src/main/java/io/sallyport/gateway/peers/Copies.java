package io.sallyport.gateway.peers;

import io.sallyport.allocator.LeaseKey;
import io.sallyport.gateway.connections.Carriage;
import io.sallyport.gateway.connections.ClientPath;
import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.connections.KeyHash;
import io.sallyport.gateway.connections.OutsideKey;
import io.sallyport.ids.Incarnation;
import io.sallyport.net.Destination;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * All copies that this node keeps, by identity, inside key and outside key. Two of one key lie
 * beside each other only for moments: an old one that is ending, or a second mapping that an epoch
 * brought together. Whoever asks for one {@link AtRest} gets an object that is none of those at
 * rest any more. Iteration is by position, so that long passes can be cut into turns. Tenants
 * choose the tuples, so the hashes are keyed. Worker thread.
 */
final class Copies {

    /** No VPC has this number. */
    private static final long OUTSIDE = 1L << 32;

    private final KeyHash hash;
    private final CopyIndex byId = new CopyIndex();
    private final CopyIndex byInside = new CopyIndex();
    private final CopyIndex byOutside = new CopyIndex();

    /** Those that are objects. */
    private final List<Copy> all = new ArrayList<>();

    private final Incarnation me;
    private final Carriage carriage;
    private final AtRest atRest;
    private final List<CopyWalk> walks = new ArrayList<>();

    private final Interner<Opener> openers = new Interner<>();
    private final Interner<Client> clients = new Interner<>();
    private final Interner<LeaseKey> leases = new Interner<>();

    private @Nullable Opener recent;
    private @Nullable Keepers keepers;
    private Holders nobody = Holders.nobody();
    private int era;

    /** When that began here. */
    private long enteredNanos;

    Copies(RandomGenerator random, Incarnation me, Carriage carriage) {
        hash = new KeyHash(random.longs(KeyHash.SEEDS).toArray());
        this.me = me;
        this.carriage = carriage;
        atRest = new AtRest(carriage);
    }

    /** A copy that is nowhere yet. */
    Copy copyOf(
            Connection connection,
            int copies,
            Copy.State state,
            Incarnation home,
            Incarnation gate,
            long nowNanos) {
        LeaseKey lease =
                leaseKey(connection.inside(), connection.eip(), connection.poolGeneration());
        return copyOf(connection, leases.of(lease), copies, state, home, gate, nowNanos);
    }

    /** The same, where the lease is known that the port is of. */
    Copy copyOf(
            Connection connection,
            LeaseKey lease,
            int copies,
            Copy.State state,
            Incarnation home,
            Incarnation gate,
            long nowNanos) {
        return new Copy(
                connection,
                openerOf(connection),
                clients.of(Client.of(connection)),
                lease,
                copies,
                state,
                home,
                gate,
                nobody,
                nowNanos);
    }

    /** Its client is reached this way from now on. */
    void moved(Copy copy, ClientPath path) {
        Client before = copy.client;
        copy.client = clients.of(new Client(before.vpc(), before.address(), path));
    }

    private Opener openerOf(Connection connection) {
        Opener opener = recent;
        if (opener == null || !opener.opened(connection)) {
            opener = openers.of(Opener.of(connection));
            recent = opener;
        }
        return opener;
    }

    /** Of which lease a connection's port is. */
    static LeaseKey leaseKey(InsideKey inside, IpAddress eip, long poolGeneration) {
        Endpoint remote = inside.remote();
        return new LeaseKey(
                eip,
                poolGeneration,
                new Destination(inside.protocol(), remote.address(), remote.port()));
    }

    /**
     * A new epoch has these keepers. Each copy enters it when it is met next, so that learning an
     * epoch takes no time that grows with the copies.
     */
    void enter(Keepers newest, long nowNanos) {
        keepers = newest;
        enteredNanos = nowNanos;
        nobody = newest.nobody();
        era++;
    }

    private Copy inEra(Copy copy) {
        if (copy.era != era && keepers != null) {
            copy.enter(era, keepers, nobody);
        }
        return copy;
    }

    /** When a packet of it was seen last, or may have been by one who is gone. */
    long lastSeenNanos(Copy copy) {
        return copy.lacksSight ? Math.max(copy.seenNanos, enteredNanos) : copy.seenNanos;
    }

    /** Nothing is lacking of it where it was seen, and answered, since all who saw it are here. */
    void seenSince(Copy copy) {
        boolean answered = copy.protocol() != Protocol.TCP || copy.flagsIn() != 0;
        copy.lacksSight = !answered || copy.seenNanos <= enteredNanos;
    }

    int size() {
        return all.size() + atRest.size();
    }

    /** Those that are objects, by {@link #at}. */
    int awake() {
        return all.size();
    }

    /** Those that are none. */
    AtRest atRest() {
        return atRest;
    }

    Copy at(int position) {
        return inEra(all.get(position));
    }

    /** A pass over all that are here now. */
    CopyWalk walk() {
        CopyWalk walk = new CopyWalk(List.copyOf(all), atRest.all(), this::inSlot);
        walks.removeIf(CopyWalk::isOver);
        walks.add(walk);
        return walk;
    }

    /** Nobody is to miss one that is put to rest meanwhile. */
    private boolean isWalked() {
        if (!walks.isEmpty()) {
            walks.removeIf(CopyWalk::isOver);
        }
        return !walks.isEmpty();
    }

    /**
     * A connection that is installed, open and this node's alone is kept from now on, as far as its
     * record says all of it.
     *
     * @return false where it cannot be at rest now: {@link #add} it
     */
    boolean addAtRest(int slot, int copies) {
        if (isWalked() || !atRest.takes(era)) {
            return false;
        }
        atRest.add(slot, copies, era);
        return true;
    }

    /** Where its record says all of it, {@code copy} is none any more. */
    void rest(Copy copy) {
        if (isHere(copy)
                && copy.era == era
                && copy.isQuiet(me)
                && atRest.takes(era)
                && !isWalked()) {
            int slot = atRest.slotFor(copy);
            if (slot != AtRest.NOWHERE) {
                remove(copy);
                atRest.add(slot, copy.copies, era);
            }
        }
    }

    /** One that rests is an object again. */
    Copy wake(int slot) {
        Connection connection = atRest.connection(slot);
        Copy copy =
                copyOf(
                        connection,
                        atRest.copies(slot),
                        Copy.State.OPEN,
                        me,
                        me,
                        atRest.seenNanos(slot));
        copy.wakes(me, atRest.era(), carriage.observe(connection.id()));
        atRest.remove(slot);
        put(copy);
        return inEra(copy);
    }

    /** Whatever copy there is of the connection in that slot; null where it has none. */
    private @Nullable Copy inSlot(int slot) {
        if (atRest.has(slot)) {
            return wake(slot);
        }
        Connection connection = carriage.connection(slot);
        return connection == null ? null : get(connection.id());
    }

    @Nullable Copy get(ConnectionId id) {
        Copy awake = getAwake(id);
        if (awake != null) {
            return awake;
        }
        int slot = atRest.find(id);
        return slot == AtRest.NOWHERE ? null : wake(slot);
    }

    private @Nullable Copy getAwake(ConnectionId id) {
        long h = hashOf(id);
        for (int place = byId.first(h); place != CopyIndex.NONE; place = byId.next(h, place)) {
            Copy copy = byId.at(place);
            if (copy.isOf(id)) {
                return inEra(copy);
            }
        }
        return null;
    }

    boolean has(Copy copy) {
        boolean here = isHere(copy);
        if (here) {
            inEra(copy);
        }
        return here;
    }

    private boolean isHere(Copy copy) {
        return copy.position < all.size() && all.get(copy.position) == copy;
    }

    /** Frozen ones are forgotten here. */
    boolean hasInside(InsideKey key) {
        long h = hashOf(key);
        for (int at = byInside.first(h); at != CopyIndex.NONE; at = byInside.next(h, at)) {
            if (byInside.at(at).isInside(key)) {
                return true;
            }
        }
        return atRest.find(key) != AtRest.NOWHERE;
    }

    boolean hasOutside(OutsideKey key) {
        long h = hashOf(key);
        for (int at = byOutside.first(h); at != CopyIndex.NONE; at = byOutside.next(h, at)) {
            if (byOutside.at(at).isOutside(key)) {
                return true;
            }
        }
        return atRest.find(key) != AtRest.NOWHERE;
    }

    /** Those of an inside key, the oldest first; frozen ones are forgotten here. */
    List<Copy> inside(InsideKey key) {
        wakeIfAny(atRest.find(key));
        List<Copy> found = List.of();
        long h = hashOf(key);
        for (int at = byInside.first(h); at != CopyIndex.NONE; at = byInside.next(h, at)) {
            Copy copy = byInside.at(at);
            if (copy.isInside(key)) {
                found = with(found, inEra(copy));
            }
        }
        return found;
    }

    List<Copy> outside(OutsideKey key) {
        wakeIfAny(atRest.find(key));
        List<Copy> found = List.of();
        long h = hashOf(key);
        for (int at = byOutside.first(h); at != CopyIndex.NONE; at = byOutside.next(h, at)) {
            Copy copy = byOutside.at(at);
            if (copy.isOutside(key)) {
                found = with(found, inEra(copy));
            }
        }
        return found;
    }

    private void wakeIfAny(int slot) {
        if (slot != AtRest.NOWHERE) {
            Copy unused = wake(slot);
        }
    }

    private static List<Copy> with(List<Copy> found, Copy copy) {
        if (found.isEmpty()) {
            return List.of(copy);
        }
        List<Copy> more = new ArrayList<>(found);
        int place = 0;
        while (place < more.size() && older(more.get(place), copy)) {
            place++;
        }
        more.add(place, copy);
        return more;
    }

    void add(Copy copy) {
        if (get(copy.id()) != null) {
            throw new IllegalStateException("a second copy of " + copy.id());
        }
        copy.era = era;
        put(copy);
    }

    private void put(Copy copy) {
        copy.position = all.size();
        all.add(copy);
        byId.add(hashById(copy), copy);
        byOutside.add(hashByOutside(copy), copy);
        if (!copy.frozen) {
            byInside.add(hashByInside(copy), copy);
        }
    }

    void remove(Copy copy) {
        if (!isHere(copy)) {
            throw new IllegalStateException("no copy of " + copy.id());
        }
        Copy last = all.removeLast();
        if (last != copy) {
            all.set(copy.position, last);
            last.position = copy.position;
        }
        byId.remove(hashById(copy), copy);
        byOutside.remove(hashByOutside(copy), copy);
        byInside.remove(hashByInside(copy), copy);
    }

    /** Its inside key is free for another; its port is not. */
    void freeze(Copy copy) {
        copy.frozen = true;
        byInside.remove(hashByInside(copy), copy);
    }

    private long hashById(Copy copy) {
        return hash.of(copy.opener.life().number(), copy.sequence(), 0, 0, 0, 0);
    }

    private long hashOf(ConnectionId id) {
        return hash.of(id.incarnation(), id.sequence(), 0, 0, 0, 0);
    }

    private long hashByInside(Copy copy) {
        return hash(copy.client.address(), copy.clientPort(), copy, copy.client.vpc());
    }

    private long hashOf(InsideKey key) {
        Endpoint client = key.client();
        IpAddress to = key.remote().address();
        int port = key.remote().port();
        return hash(client.address(), client.port(), to, port, key.protocol(), key.vpc());
    }

    private long hashByOutside(Copy copy) {
        return hash(copy.lease.eip(), copy.natPort(), copy, OUTSIDE);
    }

    private long hashOf(OutsideKey key) {
        Endpoint outside = key.outside();
        IpAddress to = key.remote().address();
        int port = key.remote().port();
        return hash(outside.address(), outside.port(), to, port, key.protocol(), OUTSIDE);
    }

    private long hash(IpAddress near, int nearPort, Copy copy, long space) {
        Destination to = copy.lease.destination();
        return hash(near, nearPort, to.address(), to.port(), to.protocol(), space);
    }

    private long hash(
            IpAddress near, int nearPort, IpAddress far, int farPort, Protocol p, long space) {
        return hash.of(
                near.high(),
                near.low(),
                far.high(),
                far.low(),
                (long) nearPort << 16 | farPort,
                space << 8 | p.number());
    }

    /** The same order at every node: by epoch, then by name. */
    static boolean older(Copy one, Copy other) {
        int byEpoch = one.opener.opened().compareTo(other.opener.opened());
        if (byEpoch != 0) {
            return byEpoch < 0;
        }
        int byLife = one.opener.life().compareTo(other.opener.life());
        return byLife != 0 ? byLife < 0 : one.sequence() < other.sequence();
    }
}
