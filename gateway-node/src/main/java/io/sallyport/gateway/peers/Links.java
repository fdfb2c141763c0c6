package io.sallyport.gateway.peers;

import io.sallyport.allocator.Membership;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;

/**
 * Ordered sessions to the other nodes. A session that breaks is told as {@code down} and voids what
 * was in flight both ways; the next one is told as {@code up}. Worker thread.
 */
interface Links {

    /** Whether a session is open. */
    boolean isUp(Incarnation peer);

    /** Sends in the current session; nothing where there is none (its breaking was or is told). */
    void send(Incarnation peer, Epoch epoch, Frame frame);

    /** These are the nodes to have sessions with: all that are not dead. */
    void reach(Membership membership);
}
