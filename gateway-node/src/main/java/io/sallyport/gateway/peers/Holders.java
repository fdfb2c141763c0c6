package io.sallyport.gateway.peers;

import io.sallyport.ids.Incarnation;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * Who has a copy, in the order in which they got it: a handful of nodes, kept for each connection,
 * so it is an array and not a map. Worker thread.
 */
final class Holders extends AbstractSet<Incarnation> {

    private static final Incarnation[] NOBODY = new Incarnation[0];

    private Incarnation[] members = NOBODY;
    private int size;

    Holders() {}

    Holders(Collection<Incarnation> first) {
        addAll(first);
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public boolean contains(Object member) {
        return indexOf(member) >= 0;
    }

    private int indexOf(Object member) {
        for (int i = 0; i < size; i++) {
            if (members[i].equals(member)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public boolean add(Incarnation member) {
        if (indexOf(member) >= 0) {
            return false;
        }
        if (size == members.length) {
            members = Arrays.copyOf(members, size + 1);
        }
        members[size++] = member;
        return true;
    }

    @Override
    public boolean remove(Object member) {
        int index = indexOf(member);
        if (index < 0) {
            return false;
        }
        removeAt(index);
        return true;
    }

    private void removeAt(int index) {
        System.arraycopy(members, index + 1, members, index, --size - index);
        members = size == 0 ? NOBODY : Arrays.copyOf(members, size);
    }

    @Override
    public void clear() {
        members = NOBODY;
        size = 0;
    }

    @Override
    public Iterator<Incarnation> iterator() {
        return new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < size;
            }

            @Override
            public Incarnation next() {
                if (next >= size) {
                    throw new NoSuchElementException();
                }
                return members[next++];
            }

            @Override
            public void remove() {
                removeAt(--next);
            }
        };
    }
}
