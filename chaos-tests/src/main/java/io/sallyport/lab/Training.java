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
 * What a lab lives through while the first process of each kind learns for the ahead-of-time cache
 * of all of its kind, which holds classes and profiles: with it a process needs half the processor
 * time until it is warm, which on few cores decides how soon a store leads and a node forwards
 * again. What they will have to do in a hurry, they are to have done here: to open connections
 * together, and to go on with those of a node that died.
 */
final class Training {

    private static final Duration ENDED_WITHIN = Duration.ofSeconds(60);
    private static final Duration SETTLED_WITHIN = Duration.ofSeconds(60);

    /** From a death until the others have an epoch without it, and all copies are made again. */
    private static final Duration MOURNING = Duration.ofMillis(2_500);

    private static final int CROWD = 8_000;
    private static final int CROWD_PORT = 9_200;

    private final Installation installation;
    private final Consumer<String> told;
    private LabState state;

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
                        new Topology(id, 3, 3, 1, 1),
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
        try {
            told.accept(opens(5));
            deaths();
        } finally {
            end();
        }
    }

    /** Nodes die in turn, and come back, under connections that are asked after each death. */
    private void deaths() {
        Traffic traffic = new Traffic(installation, state);
        Host server = state.topology().server(1);
        List<String> serve = new ArrayList<>(installation.command(Role.CROWD_SERVER));
        serve.add(Integer.toString(CROWD_PORT));
        Processes processes = new Processes(state.topology().prefix());
        Path files = Path.of(state.directory());
        Processes.awaitReady(processes.start("crowd-server", server, serve, files), SETTLED_WITHIN);
        traffic.awaitSettled(SETTLED_WITHIN);
        String to = server.address() + ":" + CROWD_PORT;
        try (Traffic.Running crowd = traffic.start(Role.CROWD, state.topology().client(1), to)) {
            told.accept(crowd.line());
            told.accept(answer(crowd, "open " + CROWD + " 2000"));
            for (String node : List.of("gw-2", "gw-3")) {
                new Faults(state).kill(List.of(node));
                told.accept(node + " is dead: " + answer(crowd, "ask " + CROWD));
                Processes.pause(MOURNING);
                state = Lab.restart(state, node);
                traffic.awaitSettled(SETTLED_WITHIN);
                told.accept(node + " is back: " + answer(crowd, "ask " + CROWD));
            }
        }
    }

    private static String answer(Traffic.Running crowd, String question) {
        crowd.say(question);
        return crowd.line();
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
