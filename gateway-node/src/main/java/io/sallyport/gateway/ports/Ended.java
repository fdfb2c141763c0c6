package io.sallyport.gateway.ports;

/** How a connection ended, which decides how long its port rests. */
public enum Ended {
    /** Both sides finished. */
    FINISHED,
    /** One side reset it. */
    RESET,
    /** It fell silent, never had a TCP state, or was ended by order. */
    IDLE
}
