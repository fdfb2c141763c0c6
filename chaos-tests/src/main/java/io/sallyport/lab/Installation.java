package io.sallyport.lab;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A built source tree: where the processes' class paths and JVM flags are.
 *
 * @param home the repository's top level
 */
record Installation(Path home) {

    /** What can be started as a process, with its module and its main class. */
    enum Role {
        STORE("raft-store", "io.sallyport.store.Main"),
        GATEWAY("gateway-node", "io.sallyport.gateway.Main"),
        GUARD("gateway-node", "io.sallyport.gateway.guard.Main"),
        ROUTES("gateway-node", "io.sallyport.gateway.Main"),
        CONTROL("control-api", "io.sallyport.control.Main"),
        S3("chaos-tests/s3server", "org.gaul.s3proxy.Main"),
        PROBE("chaos-tests", "io.sallyport.lab.RouterProbe"),
        SERVER("chaos-tests", "io.sallyport.lab.TestServer"),
        CLIENT("chaos-tests", "io.sallyport.lab.TestClient"),
        LETTERS("chaos-tests", "io.sallyport.lab.Letters"),
        CROWD("chaos-tests", "io.sallyport.lab.Crowd"),
        CROWD_SERVER("chaos-tests", "io.sallyport.lab.CrowdServer");

        private final String module;
        private final String main;

        Role(String module, String main) {
            this.module = module;
            this.main = main;
        }
    }

    /**
     * From the system property {@code sallyport.home}, else the tree above the working directory.
     */
    static Installation find() {
        String given = System.getProperty("sallyport.home");
        if (given != null) {
            return new Installation(Path.of(given).toAbsolutePath());
        }
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.isDirectory(at.resolve("raft-store"))
                    && Files.isDirectory(at.resolve("chaos-tests"))) {
                return new Installation(at);
            }
        }
        throw new LabFailure("not inside a Sallyport source tree; set -Dsallyport.home");
    }

    /** The command that runs a role, up to its own arguments. */
    List<String> command(Role role) {
        List<String> command = new ArrayList<>(java(role));
        Path cache = aotCache(role);
        if (Files.exists(cache)) {
            command.add("-XX:AOTCache=" + cache);
        }
        command.addAll(List.of("-cp", classPath(role), role.main));
        return command;
    }

    /** The same, but at its clean end it writes the cache that makes later starts faster. */
    List<String> trainingCommand(Role role) {
        List<String> command = new ArrayList<>(java(role));
        command.add("-XX:AOTCacheOutput=" + aotCache(role));
        command.addAll(List.of("-cp", classPath(role), role.main));
        return command;
    }

    /** The ahead-of-time cache of a role; one that is older than the build is not used. */
    Path aotCache(Role role) {
        return home.resolve("chaos-tests/target/aot")
                .resolve(role.name().toLowerCase(java.util.Locale.ROOT) + ".aot");
    }

    /**
     * Whether what runs longest has caches, and of this build: of another's it would start slowly.
     */
    boolean isTrained() {
        return List.of(Role.STORE, Role.GATEWAY, Role.CONTROL).stream().allMatch(this::isTrained);
    }

    private boolean isTrained(Role role) {
        File cache = aotCache(role).toFile();
        return cache.exists()
                && Pattern.compile(":")
                        .splitAsStream(classPath(role))
                        .allMatch(jar -> new File(jar).lastModified() <= cache.lastModified());
    }

    private List<String> java(Role role) {
        Path launch = home.resolve("chaos-tests/launch");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("@" + launch.resolve("common.args"));
        switch (role) {
            case STORE -> command.add("@" + launch.resolve("store.args"));
            case GATEWAY -> command.add("@" + launch.resolve("gateway.args"));
            case CONTROL -> command.add("@" + launch.resolve("control.args"));
            case GUARD, ROUTES -> command.add("@" + launch.resolve("guard.args"));
            case PROBE, SERVER, CLIENT, LETTERS, CROWD, CROWD_SERVER ->
                    command.add("@" + launch.resolve("tool.args"));
            case S3 -> {
                command.add("@" + launch.resolve("tool.args"));
                command.add("-Dlogback.configurationFile=" + launch.resolve("quiet-logback.xml"));
            }
        }
        return command;
    }

    private String classPath(Role role) {
        Path target = home.resolve(role.module).resolve("target");
        Path list = target.resolve("classpath");
        try {
            String libraries = Files.readString(list).strip();
            Path jar = target.resolve(Path.of(role.module).getFileName() + "-0.1.0-SNAPSHOT.jar");
            return Files.exists(jar) ? jar + ":" + libraries : libraries;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    list + " cannot be read; ./sallyport builds it (mvn package)", e);
        }
    }
}
