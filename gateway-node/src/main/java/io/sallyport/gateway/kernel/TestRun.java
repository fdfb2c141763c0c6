package io.sallyport.gateway.kernel;

/**
 * What a program did with a packet when it was run by hand.
 *
 * @param verdict what it returned
 * @param packet as it was afterwards
 * @param context as it was afterwards
 * @param nanos mean of one run
 */
public record TestRun(int verdict, byte[] packet, byte[] context, int nanos) {}
