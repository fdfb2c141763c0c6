package io.sallyport.gateway.peers;

import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.connections.OutsideKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All copies that this node keeps, by identity, inside key and outside key. Two of one key lie
 * beside each other only for moments: an old one that is ending, or a second mapping that an epoch
 * brought together. Iteration is by position, so that long passes can be cut into turns. Worker
 * thread.
 */
final class Copies {

    private final Map<ConnectionId, Integer> positions = new HashMap<>();
    private final List<Copy> all = new ArrayList<>();
    private final Map<InsideKey, List<Copy>> byInside = new HashMap<>();
    private final Map<OutsideKey, List<Copy>> byOutside = new HashMap<>();

    private @Nullable Keepers keepers;
    private int era;

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

    private List<Copy> inEra(List<Copy> chain) {
        for (int i = 0; i < chain.size(); i++) {
            inEra(chain.get(i));
        }
        return chain;
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
        Integer position = positions.get(id);
        return position == null ? null : inEra(all.get(position));
    }

    boolean has(Copy copy) {
        return get(copy.id()) == copy;
    }

    /** Those of an inside key, the oldest first; frozen ones are forgotten here. */
    List<Copy> inside(InsideKey key) {
        return inEra(byInside.getOrDefault(key, List.of()));
    }

    List<Copy> outside(OutsideKey key) {
        return inEra(byOutside.getOrDefault(key, List.of()));
    }

    void add(Copy copy) {
        if (positions.putIfAbsent(copy.id(), all.size()) != null) {
            throw new IllegalStateException("a second copy of " + copy.id());
        }
        all.add(copy);
        copy.era = era;
        link(byOutside, copy.outside, copy);
        if (!copy.frozen) {
            link(byInside, copy.connection.inside(), copy);
        }
    }

    void remove(Copy copy) {
        Integer position = positions.remove(copy.id());
        if (position == null) {
            throw new IllegalStateException("no copy of " + copy.id());
        }
        Copy last = all.removeLast();
        if (last != copy) {
            all.set(position, last);
            positions.put(last.id(), position);
        }
        unlink(byOutside, copy.outside, copy);
        unlink(byInside, copy.connection.inside(), copy);
    }

    /** Its inside key is free for another; its port is not. */
    void freeze(Copy copy) {
        copy.frozen = true;
        unlink(byInside, copy.connection.inside(), copy);
    }

    private static <K> void link(Map<K, List<Copy>> index, K key, Copy copy) {
        List<Copy> chain = index.computeIfAbsent(key, k -> new ArrayList<>(1));
        int place = 0;
        while (place < chain.size() && older(chain.get(place), copy)) {
            place++;
        }
        chain.add(place, copy);
    }

    private static <K> void unlink(Map<K, List<Copy>> index, K key, Copy copy) {
        List<Copy> chain = index.get(key);
        if (chain != null && chain.remove(copy) && chain.isEmpty()) {
            index.remove(key);
        }
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
