package io.sallyport.gateway.peers;

import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.connections.KeyHash;
import io.sallyport.gateway.connections.OutsideKey;
import io.sallyport.net.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * All copies that this node keeps, by identity, inside key and outside key. Two of one key lie
 * beside each other only for moments: an old one that is ending, or a second mapping that an epoch
 * brought together. Iteration is by position, so that long passes can be cut into turns. Tenants
 * choose the tuples, so the hashes are keyed. Worker thread.
 */
final class Copies {

    private static final long OUTSIDE = 1L << 40;

    private final KeyHash hash;
    private final CopyIndex byId = new CopyIndex();
    private final CopyIndex byInside = new CopyIndex();
    private final CopyIndex byOutside = new CopyIndex();
    private final List<Copy> all = new ArrayList<>();

    private @Nullable Keepers keepers;
    private int era;

    Copies(RandomGenerator random) {
        hash = new KeyHash(random.nextLong(), random.nextLong(), random.nextLong());
    }

    /**
     * A new epoch has these keepers. Each copy enters it when it is met next, so that learning an
     * epoch takes no time that grows with the copies.
     */
    void enter(Keepers newest) {
        keepers = newest;
        era++;
    }

    private Copy inEra(Copy copy) {
        if (copy.era != era && keepers != null) {
            copy.enter(era, keepers.home(copy.outside), keepers.gate(copy.connection.inside()));
        }
        return copy;
    }

    int size() {
        return all.size();
    }

    Copy at(int position) {
        return inEra(all.get(position));
    }

    /** A list that stays as it is while copies come and go; ask {@link #has} of each. */
    List<Copy> snapshot() {
        return List.copyOf(all);
    }

    @Nullable Copy get(ConnectionId id) {
        long h = hashOf(id);
        for (int place = byId.first(h); place != CopyIndex.NONE; place = byId.next(h, place)) {
            Copy copy = byId.at(place);
            if (copy.id().equals(id)) {
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
            if (byInside.at(at).connection.inside().equals(key)) {
                return true;
            }
        }
        return false;
    }

    boolean hasOutside(OutsideKey key) {
        long h = hashOf(key);
        for (int at = byOutside.first(h); at != CopyIndex.NONE; at = byOutside.next(h, at)) {
            if (byOutside.at(at).outside.equals(key)) {
                return true;
            }
        }
        return false;
    }

    /** Those of an inside key, the oldest first; frozen ones are forgotten here. */
    List<Copy> inside(InsideKey key) {
        List<Copy> found = List.of();
        long h = hashOf(key);
        for (int at = byInside.first(h); at != CopyIndex.NONE; at = byInside.next(h, at)) {
            Copy copy = byInside.at(at);
            if (copy.connection.inside().equals(key)) {
                found = with(found, inEra(copy));
            }
        }
        return found;
    }

    List<Copy> outside(OutsideKey key) {
        List<Copy> found = List.of();
        long h = hashOf(key);
        for (int at = byOutside.first(h); at != CopyIndex.NONE; at = byOutside.next(h, at)) {
            Copy copy = byOutside.at(at);
            if (copy.outside.equals(key)) {
                found = with(found, inEra(copy));
            }
        }
        return found;
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
        copy.position = all.size();
        all.add(copy);
        copy.era = era;
        byId.add(hashOf(copy.id()), copy);
        byOutside.add(hashOf(copy.outside), copy);
        if (!copy.frozen) {
            byInside.add(hashOf(copy.connection.inside()), copy);
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
        byId.remove(hashOf(copy.id()), copy);
        byOutside.remove(hashOf(copy.outside), copy);
        byInside.remove(hashOf(copy.connection.inside()), copy);
    }

    /** Its inside key is free for another; its port is not. */
    void freeze(Copy copy) {
        copy.frozen = true;
        byInside.remove(hashOf(copy.connection.inside()), copy);
    }

    private long hashOf(ConnectionId id) {
        return hash.of(id.incarnation(), id.sequence(), 0, 0, 0, 0);
    }

    private long hashOf(InsideKey key) {
        IpAddress client = key.client().address();
        IpAddress remote = key.remote().address();
        return hash.of(
                client.high(),
                client.low(),
                remote.high(),
                remote.low(),
                (long) key.client().port() << 16 | key.remote().port(),
                (long) key.vpc() << 8 | key.protocol().number());
    }

    private long hashOf(OutsideKey key) {
        IpAddress eip = key.outside().address();
        IpAddress remote = key.remote().address();
        return hash.of(
                eip.high(),
                eip.low(),
                remote.high(),
                remote.low(),
                (long) key.outside().port() << 16 | key.remote().port(),
                OUTSIDE | key.protocol().number());
    }

    /** The same order at every node: by epoch, then by name. */
    static boolean older(Copy one, Copy other) {
        int byEpoch = one.connection.opened().compareTo(other.connection.opened());
        if (byEpoch != 0) {
            return byEpoch < 0;
        }
        int byLife = Long.compare(one.id().incarnation(), other.id().incarnation());
        return byLife != 0 ? byLife < 0 : one.id().sequence() < other.id().sequence();
    }
}
