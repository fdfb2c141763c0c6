package io.sallyport.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the tool says of streams and flows whose echo misbehaves. */
class StreamsTest {

    private static final long MS = 1_000_000;
    private static final int WORD = 64;

    /** What an echo does with the n-th word of a stream, from 0. */
    private interface Manner {
        void answer(int n, byte[] word, Socket to) throws Exception;
    }

    private static final Manner POLITE = (n, word, to) -> to.getOutputStream().write(word);

    private final LinkedBlockingQueue<Manner> manners = new LinkedBlockingQueue<>();
    private ServerSocket listener;
    private DatagramSocket datagrams;

    /** In place of an echo comes that of a flow's first word, which is long past. */
    private volatile boolean late;

    private Streams streams;

    @BeforeEach
    void listen() throws IOException {
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        datagrams = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
        Thread.ofVirtual().start(this::echoEveryOther);
        streams =
                new Streams(
                        (InetSocketAddress) listener.getLocalSocketAddress(),
                        (InetSocketAddress) datagrams.getLocalSocketAddress());
    }

    @AfterEach
    void stop() throws IOException {
        listener.close();
        datagrams.close();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                Manner manner = manners.take();
                Thread.ofVirtual().start(() -> echo(socket, manner));
            }
        } catch (IOException | InterruptedException e) {
            // The test is over.
        }
    }

    private static void echo(Socket socket, Manner manner) {
        try (socket) {
            for (int n = 0; ; n++) {
                byte[] word = socket.getInputStream().readNBytes(WORD);
                if (word.length < WORD) {
                    return;
                }
                manner.answer(n, word, socket);
            }
        } catch (Exception e) {
            // What it was to do.
        }
    }

    private void echoEveryOther() {
        DatagramPacket packet = new DatagramPacket(new byte[64], 64);
        try {
            for (AtomicInteger n = new AtomicInteger(); ; ) {
                datagrams.receive(packet);
                if (n.getAndIncrement() % 2 == 0) {
                    datagrams.send(packet);
                } else if (late) {
                    Arrays.fill(packet.getData(), (byte) 0);
                    datagrams.send(packet);
                }
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    private Streams.Phase talk(Manner... each) throws IOException {
        for (Manner manner : each) {
            manners.add(manner);
        }
        streams.open(each.length, 2);
        return streams.phase(400 * MS, 10 * MS);
    }

    @Test
    void whereAllIsWellNothingIsLost() throws IOException {
        Streams.Phase phase = talk(POLITE, POLITE, POLITE);
        assertThat(phase.streams()).isEqualTo(3);
        assertThat(phase.reset() + phase.ended() + phase.silent()).isZero();
        assertThat(phase.wrongBytes()).isZero();
        assertThat(phase.gapsMillis()).hasSize(3);
    }

    @Test
    void aByteThatIsAnotherIsSeen() throws IOException {
        Streams.Phase phase =
                talk(
                        POLITE,
                        (n, word, to) -> {
                            word[7] ^= (byte) (n == 3 ? 1 : 0);
                            to.getOutputStream().write(word);
                        });
        assertThat(phase.wrongBytes()).isEqualTo(1);
    }

    @Test
    void aResetAndAnEndAreTwoThingsAndBothAreMissingAfterwards() throws IOException {
        Streams.Phase phase =
                talk(
                        POLITE,
                        (n, word, to) -> {
                            to.setSoLinger(n == 3, 0);
                            POLITE.answer(n, word, to);
                            if (n == 3) {
                                to.close();
                            }
                        },
                        (n, word, to) -> {
                            POLITE.answer(n, word, to);
                            if (n == 3) {
                                to.shutdownOutput();
                            }
                        });
        assertThat(phase.reset()).isEqualTo(1);
        assertThat(phase.ended()).isEqualTo(1);
        assertThat(talk(POLITE, POLITE, POLITE).streams()).isEqualTo(3);
    }

    @Test
    void aSilenceIsAGapOfThatStreamAlone() throws IOException {
        Streams.Phase phase =
                talk(
                        POLITE,
                        (n, word, to) -> {
                            if (n == 3) {
                                Thread.sleep(250);
                            }
                            POLITE.answer(n, word, to);
                        });
        assertThat(phase.gapsMillis().getLast()).isGreaterThanOrEqualTo(250);
        assertThat(phase.gapsMillis().getFirst()).isLessThan(phase.gapsMillis().getLast());
        assertThat(phase.silent()).isZero();
    }

    @Test
    void datagramsWithoutAnEchoAreCounted() throws IOException {
        Streams.Phase phase = talk(POLITE);
        assertThat(phase.datagramsSent()).isGreaterThan(20);
        assertThat(phase.datagramsLost()).isEqualTo(phase.datagramsSent() / 2);
    }

    @Test
    void anEchoOfAnEarlierPhaseMakesUpForNoneOfThisOne() throws IOException {
        talk(POLITE);
        late = true;
        Streams.Phase phase = talk(POLITE);
        assertThat(phase.datagramsLost()).isEqualTo(phase.datagramsSent() / 2);
    }
}
