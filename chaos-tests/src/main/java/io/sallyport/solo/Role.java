package io.sallyport.solo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
        Path target = home.resolve(module).resolve("target");
        Path list = target.resolve("classpath");
        Path launch = home.resolve("chaos-tests/launch");
        try {
            String classPath =
                    target.resolve(module + "-0.1.0-SNAPSHOT.jar")
                            + ":"
                            + Files.readString(list).strip();
            return List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "@" + launch.resolve("common.args"),
                    "@" + launch.resolve(label() + ".args"),
                    "-cp",
                    classPath,
                    main,
                    "--config",
                    config.toString());
        } catch (IOException e) {
            throw new SoloFailure(
                    SoloFailure.MISSING, list + " is missing: ./sallyport builds it (" + e + ")");
        }
    }
}
