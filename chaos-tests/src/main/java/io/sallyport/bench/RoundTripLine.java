package io.sallyport.bench;

import io.sallyport.bench.Testbed.Room;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Arrays;

/** Line 4: how long a small datagram is on its way to the server and back, one at a time. */
final class RoundTripLine implements DataplaneLine {

    private static final int PORT = 7777;
    private static final int BYTES = 18;
    private static final int WARM = 500;
    private static final int PATIENCE_MILLIS = 1000;

    @Override
    public int number() {
        return 4;
    }

    @Override
    public String title() {
        return "round trips";
    }

    @Override
    public void measure(Rounds rounds) {
        int trips = rounds.quick() ? 2_000 : 10_000;
        rounds.each(rig -> turn(rounds, rig, trips));
    }

    private static void turn(Rounds rounds, Rig rig, int trips) {
        Testbed testbed = rig.forwarding().testbed();
        try (Resident client = new Resident("client", testbed.file(Room.CLIENT), 0);
                Resident server = new Resident("server", testbed.file(Room.SERVER), 1)) {
            DatagramSocket answering =
                    server.ask(() -> new DatagramSocket(new InetSocketAddress(PORT)));
            var answers = server.start(() -> answer(answering));
            long[] nanos = client.ask(() -> trips(trips));
            answering.close();
            Resident.result(answers);
            rounds.less("4 round trip p50", "us", rig, nanos[trips / 2] / 1e3);
            rounds.less("4 round trip p99", "us", rig, nanos[trips * 99 / 100] / 1e3);
        }
    }

    /** Until its socket is closed. */
    private static int answer(DatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[BYTES], BYTES);
        int answered = 0;
        while (!socket.isClosed()) {
            try {
                socket.receive(packet);
                socket.send(packet);
                answered++;
            } catch (SocketException e) {
                if (!socket.isClosed()) {
                    throw e;
                }
            }
        }
        return answered;
    }

    private static long[] trips(int count) throws IOException {
        long[] nanos = new long[count];
        DatagramPacket packet = new DatagramPacket(new byte[BYTES], BYTES);
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(InetAddress.ofLiteral(Testbed.SERVER), PORT);
            socket.setSoTimeout(PATIENCE_MILLIS);
            for (int i = -WARM; i < count; i++) {
                long began = System.nanoTime();
                socket.send(packet);
                receive(socket, packet);
                if (i >= 0) {
                    nanos[i] = System.nanoTime() - began;
                }
            }
        }
        Arrays.sort(nanos);
        return nanos;
    }

    private static void receive(DatagramSocket socket, DatagramPacket packet) throws IOException {
        try {
            socket.receive(packet);
        } catch (SocketTimeoutException e) {
            throw new BenchFailure("a datagram or its answer was lost", e);
        }
    }
}
