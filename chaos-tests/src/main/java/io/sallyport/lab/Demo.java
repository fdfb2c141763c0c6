package io.sallyport.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The whole spine on real packets, told as it happens. Every sentence that says something worked
 * has checked it; the first that did not ends the demo with 1.
 */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description =
                "A TCP connection through a gateway, the death of its node, and the flow log.")
final class Demo implements Callable<Integer> {

    private static final int FLOW_LOG_SECONDS = 5;

    @Option(
            names = "--probe",
            defaultValue = "on",
            description = "off: the router does not look for dead nodes, so the stream must stall")
    private String probe = "on";

    @Option(names = "--id", defaultValue = "demo", description = "names the demo's own lab")
    private String id = "demo";

    private final Narration narration = new Narration();
    private final Installation installation = Installation.find();
    private final AtomicBoolean ended = new AtomicBoolean();

    @Override
    public Integer call() {
        boolean probing = LabCommands.isOn(probe);
        LabCommands.Place place = new LabCommands.Place();
        place.id = id;
        Path directory = place.directory();
        Thread cleaner = new Thread(() -> end(directory), "cleaner");
        Runtime.getRuntime().addShutdownHook(cleaner);
        boolean worked = false;
        try {
            Lab.down(id, directory);
            run(directory, probing);
            worked = true;
        } finally {
            // After Ctrl-C they are being deleted already.
            if (!worked && !ended.get()) {
                keepLogs(directory);
            }
            end(directory);
        }
        narration.title("done");
        narration.say("the lab is gone: no process, namespace, link or file of it is left");
        return 0;
    }

    private void run(Path directory, boolean probing) {
        narration.title(
                "a lab: 3 stores, 3 gateway nodes, control, S3, router, 3 clients, 2 servers");
        LabState state =
                Lab.up(
                        installation,
                        new Lab.Wish(
                                new Topology(id, 3, 3, 3, 2),
                                directory,
                                probing ? Routing.PROBE : Routing.NONE,
                                FLOW_LOG_SECONDS,
                                false,
                                List.of(),
                                narration::tell),
                        narration::say);
        DemoScenes scene = new DemoScenes(installation, state, narration);
        scene.curl();
        if (probing) {
            scene.surviveDeath();
            scene.uniquePorts();
            scene.deny();
            scene.flowLog();
        } else {
            scene.stall();
        }
    }

    private void end(Path directory) {
        if (ended.compareAndSet(false, true)) {
            Lab.down(id, directory);
        }
    }

    private void keepLogs(Path directory) {
        Path kept = installation.home().resolve("target/demo-logs");
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            Files.createDirectories(kept);
            keepMetrics(directory, kept);
            for (Path file : files.sorted(Comparator.naturalOrder()).toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".log") || name.endsWith(".out")) {
                    Files.copy(file, kept.resolve(name), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        System.err.println("logs of all processes: " + kept);
    }

    private void keepMetrics(Path directory, Path kept) throws IOException {
        if (!Files.exists(LabState.file(directory))) {
            return;
        }
        LabState state = LabState.read(directory);
        for (int n = 1; n <= state.gateways(); n++) {
            Host node = state.topology().gateway(n);
            String url = "http://%s/metrics".formatted(node.at(Configurations.MANAGEMENT_PORT));
            Files.writeString(
                    kept.resolve(node.name() + ".metrics"),
                    new Traffic(installation, state).curl(node, url).output());
        }
    }
}
