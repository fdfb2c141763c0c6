package io.sallyport.gateway.ports;

import io.sallyport.gateway.ports.LeasedPort.Grant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The ports of one lease that are free to be spent: two bytes each, by grant; one is an object only
 * from when it is drawn. Worker thread.
 */
final class Hand {

    private static final class Pile {
        final Grant grant;
        char[] ports;
        int size;

        Pile(Grant grant, int room) {
            this.grant = grant;
            ports = new char[room];
        }

        LeasedPort take(int index) {
            LeasedPort taken = new LeasedPort(grant, ports[index]);
            ports[index] = ports[--size];
            return taken;
        }
    }

    private final List<Pile> piles = new ArrayList<>(1);
    private int size;

    int size() {
        return size;
    }

    /**
     * @param more how many of this grant will come, with this one
     */
    void add(Grant grant, int port, int more) {
        Pile pile = pileOf(grant, more);
        if (pile.size == pile.ports.length) {
            pile.ports = Arrays.copyOf(pile.ports, pile.size + Math.max(more, pile.size));
        }
        pile.ports[pile.size++] = (char) port;
        size++;
    }

    private Pile pileOf(Grant grant, int room) {
        for (int i = piles.size() - 1; i >= 0; i--) {
            if (piles.get(i).grant == grant) {
                return piles.get(i);
            }
        }
        Pile pile = new Pile(grant, room);
        piles.add(pile);
        return pile;
    }

    /** Any of them, each as likely as the others; null where there is none. */
    @Nullable LeasedPort draw(RandomGenerator random) {
        return size == 0 ? null : take(random.nextInt(size));
    }

    /** Whichever is easiest, since any is as good; null where there is none. */
    @Nullable LeasedPort takeAny() {
        return size == 0 ? null : take(size - 1);
    }

    private LeasedPort take(int index) {
        int rest = index;
        int which = 0;
        while (rest >= piles.get(which).size) {
            rest -= piles.get(which++).size;
        }
        Pile pile = piles.get(which);
        LeasedPort taken = pile.take(rest);
        if (pile.size == 0) {
            piles.remove(which);
        }
        size--;
        return taken;
    }

    /** Their numbers. */
    BitSet numbers() {
        BitSet numbers = new BitSet();
        for (Pile pile : piles) {
            for (int i = 0; i < pile.size; i++) {
                numbers.set(pile.ports[i]);
            }
        }
        return numbers;
    }
}
