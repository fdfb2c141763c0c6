package io.sallyport.gateway.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.connections.ClientPath;
import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.connections.Numbers;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.Incarnation;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CopyTest {

    private static final Incarnation ME = new Incarnation(5);

    private final Copies copies = new Copies(new Random(3), ME, SimCarriage.still());

    private static Connection connection(String client, String remote, String eip, int port) {
        return new Connection(
                new ConnectionId(Long.MAX_VALUE, Long.MIN_VALUE),
                new GatewayId("nat-00000000000000001"),
                new InsideKey(
                        0xff_ffff, Protocol.TCP, Endpoint.parse(client), Endpoint.parse(remote)),
                IpAddress.parse(eip),
                9,
                port,
                new Epoch(2, 3),
                new Incarnation(4),
                77,
                new ClientPath(Optional.of(IpAddress.parse("192.0.2.9")), 1L << 47, 2));
    }

    private Copy copy(Connection connection) {
        return copies.copyOf(connection, 3, Copy.State.OPENING, ME, ME, 0);
    }

    @Test
    void givesTheConnectionBackAsItCame() {
        Connection v4 = connection("10.0.0.1:65535", "198.51.100.9:0", "203.0.113.7", 65535);
        Connection v6 = connection("[2001:db8::1]:1", "[2001:db8::2]:65535", "2001:db8::3", 1024);
        for (Connection connection : new Connection[] {v4, v6}) {
            Copy copy = copy(connection);
            assertThat(copy.connection()).isEqualTo(connection);
            assertThat(copy.inside()).isEqualTo(connection.inside());
            assertThat(copy.outside()).isEqualTo(connection.outside());
            assertThat(copy.isOf(connection.id())).isTrue();
            assertThat(copy.isInside(connection.inside())).isTrue();
            assertThat(copy.isOutside(connection.outside())).isTrue();
        }
        assertThat(copy(v4).isInside(v6.inside())).isFalse();
        assertThat(copy(v4).isOutside(v6.outside())).isFalse();
    }

    @Test
    void whatIsCommonToTwoLiesOnce() {
        Copy one = copy(connection("10.0.0.1:1", "198.51.100.9:80", "203.0.113.7", 1024));
        Copy other = copy(connection("10.0.0.1:2", "198.51.100.9:80", "203.0.113.7", 1025));
        assertThat(other.client).isSameAs(one.client);
        assertThat(other.opener).isSameAs(one.opener);
        assertThat(other.lease).isSameAs(one.lease);
        assertThat(other.noted()).isSameAs(one.noted());
    }

    @Test
    void itsHomeIsToldOfFlagsOnce() {
        Copy copy = copy(connection("10.0.0.1:1", "198.51.100.9:80", "203.0.113.7", 1024));
        assertThat(copy.hasFreshFlags()).isFalse();
        copy.saw(new Frame.Sight(copy.id(), 0, 0xff, 0, Numbers.NONE), 1);
        assertThat(copy.hasFreshFlags()).isTrue();
        copy.reported(2);
        assertThat(copy.hasFreshFlags()).isFalse();
        copy.saw(new Frame.Sight(copy.id(), 0, 0, 0x80, Numbers.NONE), 3);
        assertThat(copy.hasFreshFlags()).isTrue();
        assertThat(copy.flagsOut()).isEqualTo(0xff);
        assertThat(copy.flagsIn()).isEqualTo(0x80);
    }
}
