package io.sallyport.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lab's own floor: namespaces, cuts, processes, and that nothing of it stays behind. */
@Tag("privileged")
class LabNetworkTest {

    private final String id = "n" + ProcessHandle.current().pid() % 10_000_000;
    private final Topology topology = new Topology(id, 2, 2, 2, 2);
    private @TempDir Path temporary = Path.of("");

    @AfterEach
    void nothingStays() {
        Lab.down(id, temporary.resolve("lab"));
        assertThat(Network.namespaces(topology.prefix())).isEmpty();
        assertThat(new Processes(topology.prefix()).marked()).isEmpty();
        assertThat(temporary.resolve("lab")).doesNotExist();
        assertThat(Configurations.pins(topology.prefix())).doesNotExist();
    }

    @Test
    void everyMachineReachesEveryOtherOverTheUnderlay() {
        new Network(topology).build();
        Host store = topology.store(1);
        for (Host other : List.of(topology.gateway(2), topology.control(), topology.s3())) {
            ping(store, other.address()).orFail();
        }
        ping(topology.server(1), topology.server(2).address()).orFail();
    }

    @Test
    void theInternetAndTheUnderlayDoNotMeetExceptAtTheRouter() {
        new Network(topology).build();
        String routes =
                Shell.run(topology.gateway(1).inside("cat", "/proc/sys/net/ipv4/ip_forward"))
                        .orFail()
                        .strip();
        assertThat(routes).as("a gateway node's box must not forward by itself").isEqualTo("0");
    }

    @Test
    void aCutSeparatesTwoMachinesAndHealsAgain() {
        new Network(topology).build();
        Faults faults = new Faults(state());
        Host one = topology.store(1);
        Host two = topology.store(2);
        ping(one, two.address()).orFail();

        faults.cut("store-1", "store-2");
        assertThat(ping(one, two.address()).ok()).isFalse();
        ping(one, topology.gateway(1).address()).orFail();

        faults.heal();
        ping(one, two.address()).orFail();

        faults.cut("store-1");
        assertThat(ping(one, topology.gateway(1).address()).ok()).isFalse();
        faults.heal();
        ping(one, two.address()).orFail();
    }

    @Test
    void aCutOfOneWayLeavesTheOther() {
        new Network(topology).build();
        Host one = topology.store(1);
        Host two = topology.store(2);
        new Faults(state()).drop("store-1", "store-2", 100);

        ping(one, two.address());
        assertThat(echoesAsked(two)).isZero();
        ping(two, one.address());
        assertThat(echoesAsked(one)).isPositive();
    }

    @Test
    void ofALossyWaySomeComesThrough() {
        new Network(topology).build();
        new Faults(state()).drop("store-1", "store-2", 50);

        Host two = topology.store(2);
        Shell.run(
                topology.store(1)
                        .inside("ping", "-q", "-c", "60", "-i", "0.002", "-W", "1", two.address()));
        assertThat(echoesAsked(two)).isBetween(1, 59);
    }

    /** Echo requests that a host's kernel has received. */
    private static int echoesAsked(Host host) {
        List<String[]> rows =
                Shell.run(host.inside("cat", "/proc/net/snmp"))
                        .orFail()
                        .lines()
                        .filter(line -> line.startsWith("Icmp:"))
                        .map(line -> line.split(" "))
                        .toList();
        return Integer.parseInt(rows.getLast()[List.of(rows.getFirst()).indexOf("InEchos")]);
    }

    @Test
    void downEndsProcessesThatNoFileKnows() throws Exception {
        new Network(topology).build();
        Path files = temporary.resolve("lab");
        Processes.Running process =
                new Processes(topology.prefix())
                        .start("sleep", topology.store(1), List.of("sleep", "1000"), files);
        assertThat(process.isAlive()).isTrue();
        assertThat(Files.exists(LabState.file(files))).isFalse();

        Lab.down(id, files);

        assertThat(process.isAlive()).isFalse();
    }

    @Test
    void aProcessThatEndsBeforeItIsReadyIsToldWithItsLog() {
        new Network(topology).build();
        Processes.Running process =
                new Processes(topology.prefix())
                        .start(
                                "broken",
                                topology.store(1),
                                List.of("sh", "-c", "sleep 0.2; echo no such thing >&2; exit 3"),
                                temporary.resolve("lab"));
        assertThatThrownBy(() -> Processes.awaitReady(process, java.time.Duration.ofSeconds(20)))
                .isInstanceOf(LabFailure.class)
                .hasMessageContaining("broken ended before it was ready")
                .hasMessageContaining("no such thing");
    }

    private LabState state() {
        return new LabState(
                id,
                temporary.toString(),
                topology.stores(),
                topology.gateways(),
                topology.clients(),
                topology.servers(),
                topology.underlay(),
                Routing.NONE,
                "",
                "",
                "",
                new LabState.Bucket("", "", "", ""),
                List.of(),
                List.of());
    }

    private static Shell.Result ping(Host from, String to) {
        return Shell.run(from.inside("ping", "-q", "-c", "2", "-i", "0.2", "-W", "1", to));
    }
}
