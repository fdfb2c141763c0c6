package io.sallyport.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The processes of an installation, as the launcher starts them. */
enum Part {
    STORE("raft-store", "io.sallyport.store.Main"),
    GATEWAY("gateway-node", "io.sallyport.gateway.Main"),
    CONTROL("control-api", "io.sallyport.control.Main");

    private final String module;
    private final String main;

    Part(String module, String main) {
        this.module = module;
        this.main = main;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * @param home the source tree, built
     * @param java options of the JVM, over the launcher's
     * @param keys its configuration, "key=value", which is written to {@code config}
     */
    List<String> command(Path home, List<String> java, Path config, List<String> keys) {
        write(config, keys);
        Path target = home.resolve(module).resolve("target");
        Path launch = home.resolve("chaos-tests/launch");
        try {
            String libraries = Files.readString(target.resolve("classpath")).strip();
            List<String> command =
                    new ArrayList<>(
                            List.of(
                                    Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                    "@" + launch.resolve("common.args"),
                                    "@" + launch.resolve(label() + ".args")));
            command.addAll(java);
            command.addAll(
                    List.of(
                            "-cp",
                            target.resolve(module + "-0.1.0-SNAPSHOT.jar") + ":" + libraries,
                            main,
                            "--config",
                            config.toString()));
            return command;
        } catch (IOException e) {
            throw new BenchFailure("the source tree is not built: " + e.getMessage(), e);
        }
    }

    private static void write(Path file, List<String> lines) {
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
