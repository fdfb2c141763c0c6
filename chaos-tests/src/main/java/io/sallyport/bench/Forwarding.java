package io.sallyport.bench;

import java.util.Optional;

/** Something that forwards packets from the client's to the server's side of a testbed. */
sealed interface Forwarding extends AutoCloseable
        permits PlainForwarding, Masquerade, SallyportForwarding {

    /** As the report calls it. */
    String name();

    Testbed testbed();

    /** Whether native XDP programs stand on the gateway's devices. */
    boolean isXdp();

    /** Whether the thread that generates packets of known connections also forwards them. */
    boolean isInPlace();

    /** The process that forwards the others; empty: there is none. */
    Optional<SoloNode> node();

    /** Forgets connections where that is quickly done, so that rounds begin alike. */
    void forget();

    @Override
    void close();
}
