package io.sallyport.store.raft;

import io.sallyport.net.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Ratis would end the whole process without a word of ours where its port is taken. */
final class PortProbe {

    private PortProbe() {}

    /**
     * @throws PortBusyException where nothing could listen there
     */
    static void check(String what, Endpoint endpoint) throws PortBusyException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(endpoint.address().toInetAddress(), endpoint.port()));
        } catch (IOException e) {
            throw new PortBusyException(what, endpoint, e);
        }
    }
}
