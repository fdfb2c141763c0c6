package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.dataplane.Rig.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.TableMemory;
import io.sallyport.gateway.dataplane.KernelRig.Verdict;
import io.sallyport.gateway.dataplane.Story.Side;
import io.sallyport.gateway.io.TestNamespace;
import io.sallyport.gateway.kernel.Hook;
import io.sallyport.net.Protocol;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** More ways to clients than the programs have room for: real programs, and Java behind them. */
@Tag("privileged")
@Tag("bpf")
class ManyClientsTest {

    private static final int CONNECTIONS = 2_000;
    private static final int FIRST_PORT = 10_000;
    private static final int ROOM = TableMemory.paths(CONNECTIONS) - 1;

    private static byte[] fromClient(int number) {
        byte[] packet =
                Naive.udp(PLAIN_CLIENT, FIRST_PORT + number, REMOTE, 53, new byte[] {1, 2, 3});
        return Naive.frame(INSIDE_MAC, CLIENT_MAC + number, packet);
    }

    private static byte[] fromRemote(Rig rig, int number) {
        int port = connection(rig, number).natPort();
        byte[] packet = Naive.udp(REMOTE, 53, PLAIN_EIP, port, new byte[] {4, 5});
        return Naive.frame(OUTSIDE_MAC, ROUTER_MAC, packet);
    }

    private static Connection connection(Rig rig, int number) {
        return rig.connection(Protocol.UDP, PLAIN_CLIENT, FIRST_PORT + number, REMOTE, 53);
    }

    /** Both directions, which do what Java alone does. */
    private static List<Verdict> exchange(TwoPaths paths, int number) {
        paths.arrive(Side.PLAIN, fromClient(number), 0);
        Verdict out = paths.both.verdict;
        paths.arrive(Side.OUTSIDE, fromRemote(paths.alone, number), 0);
        return List.of(out, paths.both.verdict);
    }

    @ParameterizedTest
    @EnumSource
    void theProcessForwardsThoseOfOneTooManyUntilThereIsRoom(Hook hook) {
        List<Verdict> fast = List.of(Verdict.SENT, Verdict.SENT);
        List<Verdict> slow = List.of(Verdict.DROPPED, Verdict.DROPPED); // the frame that went up
        try (TestNamespace devices = KernelRig.devices()) {
            devices.inside(() -> {
                try (TwoPaths paths = new TwoPaths(hook, CONNECTIONS)) {
                    for (int number = 0; number <= ROOM; number++) {
                        paths.arrive(Side.PLAIN, fromClient(number), 0);
                    }
                    assertThat(exchange(paths, 0)).isEqualTo(fast);
                    assertThat(exchange(paths, ROOM - 1)).isEqualTo(fast);
                    for (int i = 0; i < 3; i++) {
                        assertThat(exchange(paths, ROOM)).isEqualTo(slow);
                    }
                    for (Rig rig : List.of(paths.alone, paths.both.rig)) {
                        rig.carrier.drop(connection(rig, 7).id());
                        rig.now += 1_000_000_000L;
                        rig.carrier.turn(rig.now);
                        rig.settle();
                    }
                    assertThat(exchange(paths, ROOM))
                            .as("the first finds it")
                            .containsExactly(Verdict.DROPPED, Verdict.SENT);
                    assertThat(exchange(paths, ROOM)).isEqualTo(fast);
                    assertThat(exchange(paths, ROOM - 1)).isEqualTo(fast);
                    paths.compareCounters();
                    return null;
                }
            });
        }
    }
}
