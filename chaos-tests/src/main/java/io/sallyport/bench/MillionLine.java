package io.sallyport.bench;

import io.sallyport.bench.SallyportForwarding.Way;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Lines 1 and 5 with a million connections. The nodes are others, with a table that holds as many,
 * since they would keep them through all of the other lines.
 */
final class MillionLine implements DataplaneLine {

    private static final int CONNECTIONS = 1_000_000;
    private static final int CAPACITY = 1_310_720;
    private static final int MEMORY = 5;

    private final Path home;
    private final Path scratch;
    private final Set<Way> ways;

    /**
     * @param ways of Sallyport's that were asked for
     */
    MillionLine(Path home, Path scratch, Set<Way> ways) {
        this.home = home;
        this.scratch = scratch;
        this.ways = ways;
    }

    @Override
    public int number() {
        return 1;
    }

    @Override
    public boolean isChosenBy(int number) {
        return number == number() || number == MEMORY;
    }

    @Override
    public String title() {
        return "a million connections";
    }

    @Override
    public void measure(Rounds rounds) {
        try (Guests guests = new Guests(rounds.failures())) {
            for (Way way : ways) {
                guests.begin(
                        way.label(),
                        () -> SallyportForwarding.ofMany(way, home, scratch, CAPACITY));
            }
            List<Rig> rigs =
                    new ArrayList<>(
                            rounds.rigs().stream()
                                    .filter(rig -> rig.forwarding().processes().isEmpty())
                                    .toList());
            rigs.addAll(guests.rigs());
            Rounds many = rounds.with(rigs);
            MemoryLine memory = MemoryLine.ofMany(CONNECTIONS, CAPACITY);
            memory.begin(many);
            new EstablishedLine(List.of(Flows.established(FrameKind.UDP_V4, CONNECTIONS)))
                    .measure(many);
            memory.measure(many);
        }
    }
}
