package io.sallyport.gateway.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ProbeResponderTest {

    private static int freePort() throws IOException {
        try (DatagramSocket free = new DatagramSocket(0)) {
            return free.getLocalPort();
        }
    }

    private static boolean answers(int port, int waitMillis) throws IOException {
        try (DatagramSocket prober = new DatagramSocket()) {
            prober.setSoTimeout(waitMillis);
            byte[] question = {1, 2, 3};
            prober.send(new DatagramPacket(question, 3, InetAddress.getLoopbackAddress(), port));
            DatagramPacket answer = new DatagramPacket(new byte[16], 16);
            prober.receive(answer);
            return answer.getLength() == 3;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    @Test
    void answersOnlyWhilePacketsAreCarried() throws IOException {
        AtomicBoolean carrying = new AtomicBoolean(true);
        int port = freePort();
        try (ProbeResponder probe =
                new ProbeResponder(
                        new Endpoint(IpAddress.parse("127.0.0.1"), port), carrying::get)) {
            probe.start();
            assertThat(answers(port, 5000)).isTrue();
            carrying.set(false);
            assertThat(answers(port, 200)).isFalse();
            carrying.set(true);
            assertThat(answers(port, 5000)).isTrue();
            probe.fallSilent();
            assertThat(answers(port, 200)).isFalse();
        }
    }
}
