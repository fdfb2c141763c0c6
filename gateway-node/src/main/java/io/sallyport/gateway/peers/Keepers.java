package io.sallyport.gateway.peers;

import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.connections.OutsideKey;
import io.sallyport.ids.Incarnation;
import io.sallyport.net.Endpoint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Who keeps what: rendezvous hashing over the live members of one epoch. Each node scores every
 * member by a keyed hash of (key, member); the highest score is the first keeper. So all nodes of
 * an epoch agree without a table, and a member that goes moves only what it kept.
 */
final class Keepers {

    private static final long INSIDE = 1;
    private static final long OUTSIDE = 2;
    private static final long WINDOW = 3;

    private final SipHash hash;
    private final List<Incarnation> members;
    private final Set<Incarnation> live;
    private final Holders nobody = Holders.nobody();

    /**
     * @param members of the epoch, live ones only
     */
    Keepers(SipHash hash, List<Incarnation> members) {
        this.hash = hash;
        this.members = List.copyOf(members);
        live = Set.copyOf(members);
    }

    List<Incarnation> members() {
        return members;
    }

    boolean has(Incarnation member) {
        return live.contains(member);
    }

    boolean hasAll(Holders holders) {
        return live.containsAll(holders.members());
    }

    /** Of this epoch. */
    Holders nobody() {
        return nobody;
    }

    /** The first keeper of an outside key: decides about refusing and ending. */
    Incarnation home(OutsideKey key) {
        return members.size() == 1 ? members.getFirst() : first(digest(key));
    }

    /** The first keeper of an inside key: decides about opening. */
    Incarnation gate(InsideKey key) {
        return members.size() == 1 ? members.getFirst() : first(digest(key));
    }

    /** Who says that a gateway was silent in a window. */
    Incarnation teller(int gateway, int minutes, long endSeconds) {
        return first(hash.hash(WINDOW, gateway, minutes, endSeconds));
    }

    /**
     * Who holds a copy before the first packet leaves: home, gate, opener as far as they differ,
     * then keepers of the outside key until there are {@code copies} of them or no member is left.
     *
     * @param home {@link #home} of the connection, and {@code gate} its {@link #gate}
     */
    Holders holders(
            Connection connection,
            Incarnation home,
            Incarnation gate,
            Incarnation opener,
            int copies) {
        Holders holders = nobody.with(home).with(gate).with(opener);
        if (holders.size() < copies) {
            for (Incarnation keeper : ranked(connection.outside())) {
                if (holders.size() >= copies) {
                    break;
                }
                holders = holders.with(keeper);
            }
        }
        return holders;
    }

    /** All members, the first keeper of the key first. */
    List<Incarnation> ranked(OutsideKey key) {
        long digest = digest(key);
        List<Incarnation> ranked = new ArrayList<>(members);
        ranked.sort(
                Comparator.comparingLong((Incarnation m) -> score(digest, m))
                        .reversed()
                        .thenComparing(Comparator.naturalOrder()));
        return ranked;
    }

    private Incarnation first(long digest) {
        Incarnation best = members.getFirst();
        long most = score(digest, best);
        for (int i = 1; i < members.size(); i++) {
            Incarnation member = members.get(i);
            long score = score(digest, member);
            if (score > most || (score == most && member.compareTo(best) < 0)) {
                best = member;
                most = score;
            }
        }
        return best;
    }

    private long score(long digest, Incarnation member) {
        return hash.hash(digest, member.number());
    }

    private long digest(OutsideKey key) {
        return digest(OUTSIDE, key.protocol().number(), key.outside(), key.remote());
    }

    private long digest(InsideKey key) {
        long kind = INSIDE | (long) key.vpc() << 8;
        return digest(kind, key.protocol().number(), key.client(), key.remote());
    }

    private long digest(long kind, int protocol, Endpoint near, Endpoint far) {
        long ports = (long) protocol << 32 | (long) near.port() << 16 | far.port();
        return hash.hash(
                kind,
                near.address().high(),
                near.address().low(),
                far.address().high(),
                far.address().low(),
                ports);
    }
}
