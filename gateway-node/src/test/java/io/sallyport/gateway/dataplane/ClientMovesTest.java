package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.dataplane.Rig.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.connections.ClientPath;
import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.connections.Numbers;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A TCP connection and a UDP one of a tunnel client, and packets from another host. */
class ClientMovesTest {

    private static final IpAddress THERE = IpAddress.parse("10.99.0.8");
    private static final byte[] NOTHING = {};
    private static final int ACK = 0x10;

    /** Beyond any window from what was seen. */
    private static final long FAR = 1L << 30;

    private static final long CLIENTS = 0xffff_ff00L;
    private static final long REMOTES = 0x0000_0100L;

    private final Rig rig = new Rig();
    private int natPort;

    @BeforeEach
    void open() {
        rig.out(Naive.numbered(tcp(2), CLIENTS - 1, 0));
        natPort = rig.connection(Protocol.TCP, CLIENT, 4000, REMOTE, 80).natPort();
        rig.out(Naive.udp(CLIENT, 5000, REMOTE, 53, NOTHING));
    }

    private static byte[] tcp(int flags) {
        return Naive.tcp(CLIENT, 4000, REMOTE, 80, flags, NOTHING, NOTHING);
    }

    /** Both ends have acknowledged something. */
    private void established() {
        fromRemote();
        rig.out(Naive.numbered(tcp(ACK), CLIENTS, REMOTES));
    }

    private void fromRemote() {
        byte[] packet = Naive.tcp(REMOTE, 80, EIP, natPort, ACK, NOTHING, NOTHING);
        rig.in(Naive.numbered(packet, REMOTES, CLIENTS));
    }

    private void there(byte[] packet) {
        rig.pipeline.handle(rig.tunnel, rig.fromTunnel(packet, THERE));
        rig.settle();
    }

    /** Where the client's next packet is sent. */
    private IpAddress where() {
        fromRemote();
        return IpAddress.of(0, rig.tunnel.sent.getLast().tunnelLow());
    }

    private long refused() {
        return rig.counters.drops(DropReason.CLIENT_ELSEWHERE);
    }

    @Test
    void aSegmentThatContinuesTheStreamMovesTheClient() {
        established();
        there(Naive.numbered(tcp(ACK), CLIENTS, REMOTES));
        assertThat(where()).isEqualTo(THERE);
        assertThat(refused()).isZero();
        assertThat(rig.counters.value(Counters.Name.CLIENT_MOVES)).isEqualTo(1);
        assertThat(rig.keeping.moved).containsExactly(path(THERE));
    }

    private static ClientPath path(IpAddress host) {
        return new ClientPath(Optional.of(host), CLIENT_MAC, VIRTUAL_MAC);
    }

    @Test
    void whatTheClientSaysAgainBehindALostAcknowledgementMovesItToo() {
        established();
        there(Naive.numbered(tcp(ACK), CLIENTS - 100_000 & 0xffff_ffffL, REMOTES + 1));
        assertThat(where()).isEqualTo(THERE);
    }

    @Test
    void aNeighbourWhoDoesNotKnowTheNumbersMovesNothing() {
        established();
        there(Naive.numbered(tcp(ACK), CLIENTS + FAR & 0xffff_ffffL, REMOTES));
        there(Naive.numbered(tcp(ACK), CLIENTS, REMOTES + FAR));
        there(Naive.numbered(tcp(ACK), CLIENTS, REMOTES - FAR & 0xffff_ffffL));
        assertThat(where()).isEqualTo(HOST);
        assertThat(refused()).isEqualTo(3);
    }

    @Test
    void aNeighbourMovesNothingByNumbersThatAStrangerOutsideHasMade() {
        established();
        rig.pass(31_000);
        byte[] stranger = Naive.tcp(REMOTE, 80, EIP, natPort, ACK, NOTHING, NOTHING);
        rig.in(Naive.numbered(stranger, REMOTES + FAR, CLIENTS + FAR & 0xffff_ffffL));
        there(Naive.numbered(tcp(ACK), CLIENTS + FAR & 0xffff_ffffL, REMOTES + FAR));
        assertThat(rig.keeping.elsewhere).as("others are asked").containsExactly(path(THERE));
        assertThat(where()).isEqualTo(HOST);
        rig.pass(31_000);
        rig.in(Naive.numbered(stranger, REMOTES + FAR, CLIENTS + FAR & 0xffff_ffffL));
        there(Naive.numbered(tcp(ACK), CLIENTS, REMOTES));
        assertThat(where()).as("the client itself").isEqualTo(THERE);
    }

    /** The client has acknowledged that from where it was. */
    @Test
    void aClientMovesWhoseStreamWasTakenOnItsWord() {
        established();
        takenOver();
        established();
        there(Naive.numbered(tcp(ACK), CLIENTS, REMOTES));
        assertThat(where()).isEqualTo(THERE);
    }

    @Test
    void aNeighbourDoesNotGetManyTries() {
        established();
        for (int i = 0; i < ClientMoves.TRIES; i++) {
            there(Naive.numbered(tcp(ACK), CLIENTS + FAR & 0xffff_ffffL, REMOTES));
        }
        there(Naive.numbered(tcp(ACK), CLIENTS, REMOTES));
        assertThat(where()).as("not even the right one").isEqualTo(HOST);
        rig.pass(1_000);
        there(Naive.numbered(tcp(ACK), CLIENTS, REMOTES));
        assertThat(where()).as("a second later").isEqualTo(THERE);
    }

    @Test
    void aNeighboursTriesAreNotTheClients() {
        established();
        IpAddress neighbour = IpAddress.parse("10.99.0.9");
        byte[] wrong = Naive.numbered(tcp(ACK), CLIENTS + FAR & 0xffff_ffffL, REMOTES);
        for (int i = 0; i < 2 * ClientMoves.TRIES; i++) {
            rig.pipeline.handle(rig.tunnel, rig.fromTunnel(wrong, neighbour));
        }
        there(Naive.numbered(tcp(ACK), CLIENTS, REMOTES));
        assertThat(where()).isEqualTo(THERE);
    }

    @Test
    void neitherSynNorRstNorAPacketWithoutNumbersMovesAnEstablishedConnection() {
        established();
        rig.outside.sent.clear();
        for (int flags : new int[] {2, 4, 4 | ACK, 1, 0}) {
            there(Naive.numbered(tcp(flags), CLIENTS, REMOTES));
        }
        assertThat(where()).isEqualTo(HOST);
        assertThat(rig.outside.sent).isEmpty();
        int slot = rig.table.findOut(VPC, 6, 0, CLIENT.low(), 4000, 0, REMOTE.low(), 80);
        assertThat(rig.table.flags(slot, true) & 5).as("no FIN or RST was noted").isZero();
    }

    @Test
    void aSynMovesAClientWhoseOwnWasNotAnsweredYet() {
        there(Naive.numbered(tcp(2), CLIENTS - 1, 0));
        assertThat(where()).isEqualTo(THERE);
    }

    @Test
    void aSynMovesNobodyWhereOnlyACopyIsKnown() {
        Connection open = rig.connection(Protocol.TCP, CLIENT, 4000, REMOTE, 80);
        InsideKey key = open.inside();
        Connection copy =
                new Connection(
                        new ConnectionId(open.id().incarnation(), open.id().sequence() + 1_000),
                        open.gateway(),
                        new InsideKey(
                                key.vpc(),
                                key.protocol(),
                                new Endpoint(CLIENT, 4001),
                                key.remote()),
                        open.eip(),
                        open.poolGeneration(),
                        natPort + 1,
                        open.opened(),
                        open.lessee(),
                        open.grant(),
                        open.path());
        rig.carrier.install(copy, Numbers.NONE);
        rig.keeping.knows(copy);
        there(Naive.tcp(CLIENT, 4001, REMOTE, 80, 2, NOTHING, NOTHING));
        assertThat(rig.counters.value(Counters.Name.CLIENT_MOVES)).isZero();
        assertThat(refused()).isEqualTo(1);
    }

    /** It is carried here from now on, by a copy that says nothing of its numbers. */
    private void takenOver() {
        Connection open = rig.connection(Protocol.TCP, CLIENT, 4000, REMOTE, 80);
        rig.carrier.drop(open.id());
        rig.carrier.install(open, Numbers.NONE);
    }

    @Test
    void aCarrierThatHasSeenNeitherSideLetsTheSegmentOutAndAsksOthers() {
        takenOver();
        rig.outside.sent.clear();
        there(Naive.numbered(tcp(ACK), CLIENTS, REMOTES));
        assertThat(rig.outside.sent).hasSize(1);
        assertThat(rig.keeping.elsewhere).containsExactly(path(THERE));
        assertThat(where()).isEqualTo(HOST);
    }

    @Test
    void aCarrierThatHasSeenTheClientAloneKnowsWhereItsStreamIs() {
        rig.out(Naive.numbered(tcp(ACK), CLIENTS, REMOTES));
        there(Naive.numbered(tcp(ACK), CLIENTS + FAR & 0xffff_ffffL, REMOTES));
        there(Naive.numbered(tcp(ACK), CLIENTS, REMOTES + FAR));
        assertThat(refused()).isEqualTo(2);
        there(Naive.numbered(tcp(ACK), CLIENTS, REMOTES));
        assertThat(where()).isEqualTo(THERE);
    }

    @Test
    void whatIsNotProvenIsNotNotedEither() {
        takenOver();
        there(Naive.numbered(tcp(ACK), CLIENTS, REMOTES + ClientMoves.WINDOW));
        fromRemote();
        rig.out(Naive.numbered(tcp(ACK), CLIENTS, REMOTES));
        there(Naive.numbered(tcp(ACK), CLIENTS, REMOTES));
        assertThat(where()).as("the client's own next segment is believed").isEqualTo(THERE);
    }

    @Test
    void whoHasSeenTheRemoteProvesItForAnother() {
        fromRemote();
        Connection connection = rig.connection(Protocol.TCP, CLIENT, 4000, REMOTE, 80);
        int right = (int) CLIENTS;
        assertThat(rig.carrier.proves(connection.id(), right, (int) REMOTES)).isTrue();
        assertThat(rig.carrier.proves(connection.id(), right + (int) FAR, 0)).isFalse();
        rig.carrier.moved(connection.id(), path(THERE));
        assertThat(where()).isEqualTo(THERE);
    }

    @Test
    void aDatagramMovesItsClientOnceASecond() {
        byte[] query = Naive.udp(CLIENT, 5000, REMOTE, 53, NOTHING);
        there(query);
        rig.out(query);
        there(query);
        assertThat(refused()).as("back at once").isEqualTo(1);
        rig.pass(1_000);
        rig.out(query);
        assertThat(refused()).isEqualTo(1);
        assertThat(rig.counters.value(Counters.Name.CLIENT_MOVES)).isEqualTo(2);
    }

    @Test
    void fromAHostThatTheVpcDoesNotListNothingIsBelieved() {
        established();
        byte[] right = Naive.numbered(tcp(ACK), CLIENTS, REMOTES);
        rig.pipeline.handle(rig.tunnel, rig.fromTunnel(right, IpAddress.parse("10.98.0.1")));
        rig.settle();
        assertThat(where()).isEqualTo(HOST);
        assertThat(rig.counters.drops(DropReason.TUNNEL_ENDPOINT_REFUSED)).isEqualTo(1);
    }
}
