package io.sallyport.store.raft.transport;

import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A wire to one server that can be cut, or that swallows what is put into it. */
final class Wire implements AutoCloseable {

    private final ServerSocket door;
    private final Endpoint target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean swallowing;

    Wire(Endpoint target) throws IOException {
        this.target = target;
        this.door = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    Endpoint endpoint() {
        return new Endpoint(IpAddress.parse("127.0.0.1"), door.getLocalPort());
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket near = door.accept();
                Socket far = new Socket();
                sockets.add(near);
                sockets.add(far);
                far.connect(new InetSocketAddress(target.address().toInetAddress(), target.port()));
                near.setTcpNoDelay(true);
                far.setTcpNoDelay(true);
                Thread.ofVirtual().start(() -> carry(near, far));
                Thread.ofVirtual().start(() -> carry(far, near));
            } catch (IOException e) {
                cut();
            }
        }
    }

    private void carry(Socket from, Socket to) {
        byte[] bytes = new byte[64 * 1024];
        try (from;
                to) {
            for (int n = from.getInputStream().read(bytes);
                    n >= 0;
                    n = from.getInputStream().read(bytes)) {
                if (!swallowing) {
                    to.getOutputStream().write(bytes, 0, n);
                }
            }
        } catch (IOException e) {
            // One end is gone; closing both tells the other.
            return;
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    /** Breaks every connection that there is; new ones are made. */
    void cut() {
        for (Socket socket : sockets) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** From now on connections stay, and nothing comes through. */
    void swallow() {
        swallowing = true;
    }

    /** New connections carry again; those from which something is missing never do. */
    void heal() {
        cut();
        swallowing = false;
    }

    @Override
    public void close() throws IOException {
        door.close();
        cut();
    }
}
