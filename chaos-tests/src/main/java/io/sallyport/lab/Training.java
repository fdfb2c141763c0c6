package io.sallyport.lab;

import io.sallyport.lab.Installation.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a small lab lives through while its processes learn for their ahead-of-time caches, which
 * hold classes and profiles: with them a process needs half the processor time until it is warm,
 * which on few cores decides how soon a store leads and a node forwards again.
 */
final class Training {

    private static final Duration ENDED_WITHIN = Duration.ofSeconds(60);

    private final Installation installation;
    private final LabState state;
    private final Consumer<String> told;

    private Training(Installation installation, LabState state, Consumer<String> told) {
        this.installation = installation;
        this.state = state;
        this.told = told;
    }

    /** Where the caches are missing or older than what is built; else nothing is done. */
    static void once(Installation installation, String id, Path directory, Consumer<String> told) {
        if (!installation.isTrained()) {
            run(installation, id, directory, told);
        }
    }

    /** A lab of that id, which must not be up, from its start to the clean end of all. */
    static void run(Installation installation, String id, Path directory, Consumer<String> told) {
        Lab.Wish wish =
                new Lab.Wish(
                        new Topology(id, 1, 1, 1, 1),
                        directory,
                        Routing.PROBE,
                        5,
                        true,
                        List.of(),
                        exchange -> {});
        Lab.down(id, directory);
        try {
            Files.createDirectories(installation.aotCache(Role.STORE).getParent());
            new Training(installation, Lab.up(installation, wish, told), told).live();
        } catch (IOException e) {
            throw new LabFailure("no room for the caches", e);
        } finally {
            Lab.down(id, directory);
        }
    }

    private void live() {
        told.accept(opens(10));
        end();
    }

    /** Connections that are opened and at once refused, so that the caches know of their ways. */
    private String opens(int seconds) {
        Topology topology = state.topology();
        List<String> command = new ArrayList<>(installation.command(Role.CLIENT));
        command.addAll(
                List.of(
                        "opens",
                        "--to",
                        topology.server(1).address() + ":1",
                        "--ports",
                        "20000-20063",
                        "--per-second",
                        "2000",
                        "--seconds",
                        Integer.toString(seconds)));
        return Shell.run(topology.client(1).inside(command)).output();
    }

    /** Caches are written at a clean end, which takes as long as it takes. */
    private void end() {
        List<Processes.Running> processes = state.processes();
        Processes.signal("TERM", processes.stream().map(Processes.Running::pid).toList());
        long deadline = System.nanoTime() + ENDED_WITHIN.toNanos();
        while (processes.stream().anyMatch(Processes.Running::isAlive)
                && System.nanoTime() < deadline) {
            Processes.pause(Duration.ofMillis(50));
        }
    }
}
