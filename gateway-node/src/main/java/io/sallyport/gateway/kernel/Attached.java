package io.sallyport.gateway.kernel;

/**
 * A program on a device.
 *
 * @param tag the kernel's hash of its instructions
 * @param ingress false: it guards what the node sends
 */
public record Attached(String device, Hook hook, String program, String tag, boolean ingress) {}
