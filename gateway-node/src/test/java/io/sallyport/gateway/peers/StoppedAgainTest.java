package io.sallyport.gateway.peers;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.connections.Connection;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A holder's answer to a stop that was called off comes when the home asks again: it says nothing
 * of what the holder has forwarded in between. Simulated time.
 */
class StoppedAgainTest {

    private static final int CONNECTIONS = 30;
    private static final long SECOND = 1_000 * SimWorld.MS;
    private static final Duration IDLE = Duration.ofSeconds(2);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whatAHolderSawBeforeTheLastStopEndsNothing(long seed) {
        SimWorld world = new SimWorld(SimScenario.quiet(seed, 3, 256));
        world.timeouts = new Timeouts(IDLE, IDLE, IDLE, IDLE, IDLE, IDLE);
        world.start();
        SimLoad load = new SimLoad(world, CONNECTIONS, 1);
        SimNode holder = world.nodes.getFirst();
        SimNode home = world.nodes.get(1);
        for (int i = 0; i < CONNECTIONS; i++) {
            load.open(holder, load.key(i));
        }
        world.run(SECOND);
        Connection stream =
                load.believed().stream()
                        .filter(c -> isHeldByBothAlone(c, home))
                        .findFirst()
                        .orElseThrow();
        Copy atHome = requireNonNull(home.protocol().copy(stream.id()));
        while (atHome.state != Copy.State.STOPPED) {
            world.run(SimWorld.MS / 100);
        }
        load.packet(holder, stream, true, 0);
        int before = requireNonNull(atHome.fan).question - 1;
        home.protocol()
                .received(
                        requireNonNull(holder.life()),
                        stream.opened(),
                        List.of(new Frame.Stopped(before, Frame.Sight.never(stream.id()))));
        world.run(SECOND);
        assertThat(holder.protocol().copy(stream.id())).isNotNull();
        assertThat(atHome.state).isEqualTo(Copy.State.OPEN);
    }

    private static boolean isHeldByBothAlone(Connection connection, SimNode home) {
        Copy copy = home.protocol().copy(connection.id());
        return copy != null && copy.home.equals(home.life()) && copy.noted().size() == 2;
    }
}
