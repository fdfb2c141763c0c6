package io.sallyport.gateway.peers;

import io.sallyport.ids.GatewayId;
import io.sallyport.ids.Incarnation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Who says that a gateway was silent (ADR 55). Of each window each node tells one node that it saw
 * nothing: the first by rendezvous hashing among the live members. Whom all of them have told knows
 * that nobody saw anything. A node tells one only, and counts among all: so two cannot both know,
 * whatever they think who the members are.
 *
 * <p>Only windows that lie within one epoch with nobody away count: then the members that are asked
 * are all that could have seen a packet. Worker thread.
 */
final class Silences {

    /** A word for which others are still missing is forgotten then. */
    private static final long PATIENCE_NANOS = 30_000_000_000L;

    private record Window(int minutes, GatewayId gateway, long endSeconds) {}

    private static final class Words {
        final long firstNanos;
        final Set<Incarnation> from = new HashSet<>();
        long sinceSeconds = Long.MIN_VALUE;

        Words(long firstNanos) {
            this.firstNanos = firstNanos;
        }
    }

    private final Seat seat;

    /** In the order in which they were first heard of. */
    private final Map<Window, Words> open = new LinkedHashMap<>();

    private Consumer<IdleWindow> nobodySaw = _ -> {};
    private long epochNanos;

    Silences(Seat seat) {
        this.seat = seat;
        epochNanos = seat.now();
    }

    /** A new epoch: who was asked before is not who is to be asked. */
    void learned() {
        open.clear();
        epochNanos = seat.now();
    }

    /**
     * This node saw nothing.
     *
     * @param unixSeconds now
     */
    void silent(List<IdleWindow> windows, long unixSeconds, Consumer<IdleWindow> toldTo) {
        nobodySaw = toldTo;
        Members members = seat.members;
        List<Incarnation> live = members.keepers().members();
        if (!members.live() || members.notDead().size() != live.size()) {
            return;
        }
        Map<Incarnation, List<IdleWindow>> byTeller = new HashMap<>();
        long epochAgeSeconds = (seat.now() - epochNanos) / 1_000_000_000L;
        for (IdleWindow one : windows) {
            if (unixSeconds - one.sinceSeconds() <= epochAgeSeconds) {
                byTeller.computeIfAbsent(teller(one), _ -> new ArrayList<>()).add(one);
            }
        }
        byTeller.forEach((teller, all) -> {
            for (int i = 0; i < all.size(); i += FrameCodec.BATCH_MAX) {
                int end = Math.min(all.size(), i + FrameCodec.BATCH_MAX);
                seat.send(teller, new Frame.Silent(all.subList(i, end)));
            }
        });
    }

    private Incarnation teller(IdleWindow one) {
        return seat.members
                .keepers()
                .teller(one.gateway().value().hashCode(), one.minutes(), one.endSeconds());
    }

    void heard(Incarnation from, Frame.Silent frame) {
        forget();
        int all = seat.members.keepers().members().size();
        for (IdleWindow one : frame.windows()) {
            Window window = new Window(one.minutes(), one.gateway(), one.endSeconds());
            Words words = open.computeIfAbsent(window, _ -> new Words(seat.now()));
            words.from.add(from);
            words.sinceSeconds = Math.max(words.sinceSeconds, one.sinceSeconds());
            if (words.from.size() == all) {
                open.remove(window);
                nobodySaw.accept(
                        new IdleWindow(
                                one.minutes(),
                                one.gateway(),
                                words.sinceSeconds,
                                one.endSeconds()));
            }
        }
    }

    private void forget() {
        Iterator<Words> oldest = open.values().iterator();
        while (oldest.hasNext() && seat.now() - oldest.next().firstNanos > PATIENCE_NANOS) {
            oldest.remove();
        }
    }
}
