package io.sallyport.gateway.peers;

/** What the process must know at once. */
public interface PeerEvents {

    /**
     * This life is over: its horizon passed, or the store calls it dead. The process stops and is
     * started again as a new incarnation. Called once, on the worker thread or, during the join, on
     * the joining thread.
     */
    void fenced(String why);
}
