package io.sallyport.bench;

import java.util.List;
import java.util.Optional;

/** Something that forwards packets from the client's to the server's side of a testbed. */
sealed interface Forwarding extends AutoCloseable
        permits PlainForwarding, Masquerade, SallyportForwarding, Fleet {

    /**
     * Waits until it forwards; what was made has only begun to start.
     *
     * @throws BenchFailure where it does not become ready
     */
    default void awaitReady() {}

    /** As the report calls it. */
    String name();

    /** The first, where it has several. */
    Testbed testbed();

    /** One for each of its gateways. */
    default List<Testbed> testbeds() {
        return List.of(testbed());
    }

    /** Whether native XDP programs stand on the gateway's devices. */
    boolean isXdp();

    /** Whether the thread that generates packets of known connections also forwards them. */
    boolean isInPlace();

    /** The node that forwards the others; empty: there is none, or more than one. */
    Optional<SoloNode> node();

    /** Those that take part in forwarding: gateways, and who lends them their ports. */
    default List<Long> processes() {
        return List.of();
    }

    /** Forgets connections where that is quickly done, so that rounds begin alike. */
    void forget();

    @Override
    void close();
}
