package io.sallyport.gateway.connections;

/**
 * Names one opening of one connection for ever: the opener's incarnation and a number it never uses
 * twice.
 */
public record ConnectionId(long incarnation, long sequence) {}
