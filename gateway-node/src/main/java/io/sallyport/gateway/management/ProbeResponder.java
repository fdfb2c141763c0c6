package io.sallyport.gateway.management;

import io.sallyport.net.Endpoint;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Echoes the router's probes while the node may carry packets and its worker is turning; else it is
 * silent, and so is a process that is stopped or stuck. Thread {@code probe}.
 */
public final class ProbeResponder implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ProbeResponder.class);
    private static final int PROBE_BYTES_MAX = 512;

    private final DatagramSocket socket;
    private final BooleanSupplier carrying;
    private final Thread thread = Thread.ofPlatform().name("probe").daemon().unstarted(this::echo);
    private volatile boolean silent;

    /**
     * Binds; answers after {@link #start}.
     *
     * @param carrying asked for each probe
     * @throws IOException where the address cannot be bound
     */
    public ProbeResponder(Endpoint listen, BooleanSupplier carrying) throws IOException {
        this.carrying = carrying;
        socket = new DatagramSocket(listen.port(), listen.address().toInetAddress());
    }

    public void start() {
        thread.start();
    }

    /** The router is to move this node's packets elsewhere. */
    public void fallSilent() {
        silent = true;
    }

    private void echo() {
        DatagramPacket packet = new DatagramPacket(new byte[PROBE_BYTES_MAX], PROBE_BYTES_MAX);
        while (!socket.isClosed()) {
            try {
                packet.setLength(PROBE_BYTES_MAX);
                socket.receive(packet);
                if (!silent && carrying.getAsBoolean()) {
                    socket.send(packet);
                }
            } catch (IOException e) {
                // An answer that cannot be sent (the prober is gone) must not end the probe.
                if (!socket.isClosed()) {
                    LOG.debug("probe", e);
                }
            }
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
