package io.sallyport.gateway.peers;

import io.sallyport.ids.Incarnation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who has a copy, in the order in which they got it. It never changes, and is one object for all
 * copies that the same nodes have: a place in a tree that grows from {@link #nobody}. Worker
 * thread.
 */
final class Holders implements Iterable<Incarnation> {

    private final @Nullable Holders root;
    private final List<Incarnation> members;

    /** Those with one member more. */
    private final List<Holders> larger = new ArrayList<>(1);

    private Holders(@Nullable Holders root, List<Incarnation> members) {
        this.root = root;
        this.members = members;
    }

    /** A tree of its own. */
    static Holders nobody() {
        return new Holders(null, List.of());
    }

    /** The root of this one's tree. */
    Holders none() {
        return root == null ? this : root;
    }

    boolean isEmpty() {
        return members.isEmpty();
    }

    int size() {
        return members.size();
    }

    boolean contains(Incarnation member) {
        return members.contains(member);
    }

    Holders with(Incarnation member) {
        if (contains(member)) {
            return this;
        }
        for (Holders known : larger) {
            if (known.members.getLast().equals(member)) {
                return known;
            }
        }
        List<Incarnation> more = new ArrayList<>(members);
        more.add(member);
        Holders with = new Holders(none(), List.copyOf(more));
        larger.add(with);
        return with;
    }

    Holders with(Holders more) {
        return isEmpty() && more.none() == none() ? more : with(more.members);
    }

    Holders with(Collection<Incarnation> more) {
        Holders with = this;
        for (Incarnation member : more) {
            with = with.with(member);
        }
        return with;
    }

    Holders without(Incarnation member) {
        if (!contains(member)) {
            return this;
        }
        Holders without = none();
        for (Incarnation other : members) {
            if (!other.equals(member)) {
                without = without.with(other);
            }
        }
        return without;
    }

    List<Incarnation> members() {
        return members;
    }

    @Override
    public Iterator<Incarnation> iterator() {
        return members.iterator();
    }
}
