package io.sallyport.solo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The three processes, in the order in which they are stopped. */
enum Role {
    GATEWAY("gateway-node", "io.sallyport.gateway.Main"),
    CONTROL("control-api", "io.sallyport.control.Main"),
    STORE("raft-store", "io.sallyport.store.Main");

    private final String module;
    private final String main;

    Role(String module, String main) {
        this.module = module;
        this.main = main;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * @param home the built source tree
     */
    List<String> command(Path home, Path config) {
        return command(home, List.of("--config", config.toString()));
    }

    /**
     * The command after which nothing of this process is left on the box, whatever its end was; the
     * gateway's only.
     */
    List<String> leaving(Path home, Path config) {
        return command(home, List.of("leave", "--config", config.toString()));
    }

    /**
     * @param arguments what follows the main class
     */
    List<String> command(Path home, List<String> arguments) {
        Path target = home.resolve(module).resolve("target");
        Path list = target.resolve("classpath");
        Path launch = home.resolve("chaos-tests/launch");
        try {
            String classPath =
                    target.resolve(module + "-0.1.0-SNAPSHOT.jar")
                            + ":"
                            + Files.readString(list).strip();
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.add("@" + launch.resolve("common.args"));
            command.add("@" + launch.resolve(label() + ".args"));
            Path cache = home.resolve("chaos-tests/target/aot/" + label() + ".aot");
            if (Files.exists(cache)) {
                // A restart is to take less time than the horizon, on a busy box too.
                command.add("-XX:AOTCache=" + cache);
            }
            command.addAll(List.of("-cp", classPath, main));
            command.addAll(arguments);
            return command;
        } catch (IOException e) {
            throw new SoloFailure(
                    SoloFailure.MISSING, list + " is missing: ./sallyport builds it (" + e + ")");
        }
    }
}
