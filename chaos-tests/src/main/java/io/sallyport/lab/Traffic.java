package io.sallyport.lab;

import io.sallyport.lab.Installation.Role;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** Makes traffic in a running lab and looks at it from both ends. */
final class Traffic {

    private final Installation installation;
    private final LabState state;
    private final Topology topology;

    Traffic(Installation installation, LabState state) {
        this.installation = installation;
        this.state = state;
        this.topology = state.topology();
    }

    /** A {@link TestClient} at work: its lines are read one by one, its last is a report. */
    static final class Running implements AutoCloseable {
        private final Process process;
        private final BufferedReader lines;

        private Running(Process process) {
            this.process = process;
            this.lines =
                    new BufferedReader(
                            new InputStreamReader(
                                    process.getInputStream(), StandardCharsets.UTF_8));
        }

        /** Waits for the next line. */
        String line() {
            try {
                String line = lines.readLine();
                if (line == null) {
                    throw new LabFailure("the client ended with " + process.waitFor());
                }
                return line;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new LabFailure("interrupted", e);
            }
        }

        /** Waits for the line that is a report. */
        <T> T report(Class<T> kind) {
            String line = line();
            while (!line.startsWith("{")) {
                line = line();
            }
            return LabState.JSON.readValue(line, kind);
        }

        /** Tells it something, a line. */
        void say(String line) {
            try {
                process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
                process.getOutputStream().flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Lets {@code hold} go. */
        void release() {
            try {
                process.getOutputStream().close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    /**
     * Starts the client's tool inside a host, for example {@code stream --to 198.51.100.11:9001}.
     */
    Running start(Host host, String... arguments) {
        return start(Role.CLIENT, host, arguments);
    }

    /** Starts a tool inside a host. */
    Running start(Role tool, Host host, String... arguments) {
        List<String> command = new ArrayList<>(installation.command(tool));
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(host.inside(command))
                        .redirectError(
                                ProcessBuilder.Redirect.appendTo(
                                        Path.of(state.directory(), "traffic.log").toFile()));
        builder.environment().put(Processes.MARK, topology.prefix());
        try {
            return new Running(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code curl} inside a host; five seconds of patience. */
    Shell.Result curl(Host host, String url) {
        return Shell.run(
                host.inside(
                        "curl",
                        "-sS",
                        "-g",
                        "--noproxy",
                        "*",
                        "--max-time",
                        "5",
                        "--connect-timeout",
                        "5",
                        url));
    }

    /** What a server says it has accepted so far. */
    Accepted accepted(Host server) {
        return LabState.JSON.readValue(
                curl(server, "http://127.0.0.1/accepted").orFail(), Accepted.class);
    }

    /** See {@link TestServer}. */
    record Accepted(
            long accepted, int live, long duplicates, int mostAtOnce, Map<String, Long> bySource) {
        Accepted {
            bySource = Map.copyOf(bySource);
        }
    }

    /** Remote ends of a server's established TCP connections on a port, as its kernel has them. */
    List<String> peers(Host server, int port) {
        return Shell.run(
                        server.inside(
                                "ss", "-Htn", "state", "established", "sport", "=", ":" + port))
                .orFail()
                .lines()
                .map(line -> line.strip().split("\\s+"))
                .map(fields -> fields[fields.length - 1])
                .toList();
    }

    /**
     * TCP counters of a host's kernel: {@code OutRsts} it sent, {@code EstabResets} connections
     * that ended at once.
     */
    Map<String, Long> tcpCounters(Host host) {
        List<String[]> rows =
                Shell.run(host.inside("cat", "/proc/net/snmp"))
                        .orFail()
                        .lines()
                        .filter(line -> line.startsWith("Tcp:"))
                        .map(line -> line.split(" "))
                        .toList();
        Map<String, Long> counters = new TreeMap<>();
        for (int i = 1; i < rows.getFirst().length; i++) {
            counters.put(rows.getFirst()[i], Long.valueOf(rows.getLast()[i]));
        }
        return counters;
    }

    /** Resets that a host has sent or suffered since boot. */
    long resets(Host host) {
        Map<String, Long> counters = tcpCounters(host);
        return counters.getOrDefault("OutRsts", 0L) + counters.getOrDefault("EstabResets", 0L);
    }

    /** Waits until all gateway nodes are members of one settled epoch and forward. */
    void awaitSettled(java.time.Duration within) {
        long deadline = System.nanoTime() + within.toNanos();
        List<String> seen = seenEpochs();
        while (seen.contains("") || seen.stream().distinct().count() != 1) {
            if (System.nanoTime() > deadline) {
                throw new LabFailure(
                        "the gateway nodes are not settled after %d s; their epochs: %s"
                                .formatted(within.toSeconds(), seen));
            }
            Processes.pause(java.time.Duration.ofMillis(100));
            seen = seenEpochs();
        }
    }

    /** For each gateway node its epoch; empty where it is not settled or does not forward. */
    private List<String> seenEpochs() {
        List<String> epochs = new ArrayList<>();
        for (int n = 1; n <= topology.gateways(); n++) {
            Host node = topology.gateway(n);
            Shell.Result answer =
                    curl(
                            node,
                            "http://%s/status".formatted(node.at(Configurations.MANAGEMENT_PORT)));
            JsonNode status =
                    answer.ok()
                            ? LabState.JSON.readTree(answer.output())
                            : LabState.JSON.createObjectNode();
            boolean settled =
                    status.path("settled").asBoolean(false)
                            && status.path("carrying").asBoolean(false);
            epochs.add(settled ? status.path("epoch").asString("") : "");
        }
        return epochs;
    }
}
