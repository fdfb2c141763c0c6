package io.sallyport.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Candidates of one line, which live as long as it. They start side by side; who fails is out. */
final class Guests implements AutoCloseable {

    private final Failures failures;
    private final List<Forwarding> candidates = new ArrayList<>();
    private final List<Rig> rigs = new ArrayList<>();

    Guests(Failures failures) {
        this.failures = failures;
    }

    void begin(String name, Supplier<Forwarding> start) {
        failures.attempt(name, () -> candidates.add(start.get()));
    }

    /** Those that are ready, each with its generators. Once, after all have begun. */
    List<Rig> rigs() {
        for (Forwarding candidate : candidates) {
            failures.attempt(
                    candidate.name(),
                    () -> {
                        candidate.awaitReady();
                        rigs.add(new Rig(candidate));
                    });
        }
        return List.copyOf(rigs);
    }

    @Override
    public void close() {
        rigs.forEach(Rig::close);
        candidates.forEach(Forwarding::close);
    }
}
