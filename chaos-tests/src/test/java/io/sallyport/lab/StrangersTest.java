package io.sallyport.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Who comes from within the underlay, by curl, to the ports on which members talk. */
@Tag("privileged")
@ExtendWith(SharedLab.class)
class StrangersTest {

    private static final String MEMBER = "node/gw-9";

    @TempDir private Path disk = Path.of("/");

    /** Makes a key and a certificate, as an operator would; answers what curl needs of them. */
    private List<String> disguise(
            SharedLab.UnderTest lab, Path directory, String cluster, String... more) {
        List<String> command = new ArrayList<>(lab.installation.command(Installation.Role.STORE));
        command.addAll(
                List.of(
                        "certificates",
                        "--cluster",
                        cluster,
                        "--into",
                        directory.toString(),
                        MEMBER));
        command.addAll(List.of(more));
        Shell.run(command).orFail();
        return List.of(
                "--cert",
                directory.resolve(MEMBER + ".pem").toString(),
                "--key",
                directory.resolve(MEMBER + ".key").toString());
    }

    /** With the lab's own authority, whose key lies where a stranger would not find it. */
    private Path authority(SharedLab.UnderTest lab, String name) {
        Path copy = disk.resolve(name);
        Path own = Path.of(lab.state.directory()).resolve("certificates");
        Shell.run("mkdir", copy.toString()).orFail();
        Shell.run(
                        "cp",
                        own.resolve("authority.pem").toString(),
                        own.resolve("authority.key").toString(),
                        copy.toString())
                .orFail();
        return copy;
    }

    @Test
    void whoIsNoMemberGetsNoByteAndIsCounted(SharedLab.UnderTest lab) {
        String cluster = "lab-" + lab.topology.id();
        Map<String, List<String>> disguises = new LinkedHashMap<>();
        disguises.put("no_certificate", List.of());
        disguises.put("not_signed", disguise(lab, disk.resolve("forged"), cluster));
        disguises.put("other_cluster", disguise(lab, authority(lab, "green"), "green"));
        disguises.put("expired", disguise(lab, authority(lab, "old"), cluster, "--days", "0"));
        Host store = lab.topology.store(1);
        Host node = lab.topology.gateway(1);
        for (String port :
                List.of(
                        node.address() + ":" + Configurations.PEERS_PORT,
                        store.address() + ":" + Configurations.FRONT_PORT,
                        store.address() + ":" + Configurations.RAFT_PORT)) {
            assertThat(dial(lab, "http://" + port, List.of())).as("plain to " + port).isEmpty();
            disguises.forEach((reason, words) ->
                    assertThat(dial(lab, "https://" + port, words))
                            .as(reason + " to " + port)
                            .isEmpty());
        }
        for (Host host : List.of(node, store)) {
            String metrics = metrics(lab, host);
            disguises
                    .keySet()
                    .forEach(reason ->
                            assertThat(metrics)
                                    .as(host.name())
                                    .containsPattern(
                                            "sallyport_refused_total\\{.*reason=\""
                                                    + reason
                                                    + "\"} [1-9]"));
        }
        assertThat(lab.alive()).doesNotContainValue(false);
    }

    private static String dial(SharedLab.UnderTest lab, String url, List<String> words) {
        List<String> command =
                new ArrayList<>(List.of("curl", "-sk", "--noproxy", "*", "--max-time", "10"));
        command.addAll(words);
        command.add(url);
        Shell.Result said = Shell.run(lab.topology.gateway(2).inside(command));
        assertThat(said.ok()).as(String.join(" ", command)).isFalse();
        return said.output();
    }

    private static String metrics(SharedLab.UnderTest lab, Host host) {
        return lab.traffic
                .curl(
                        host,
                        "http://%s:%d/metrics"
                                .formatted(host.address(), Configurations.MANAGEMENT_PORT))
                .orFail();
    }
}
