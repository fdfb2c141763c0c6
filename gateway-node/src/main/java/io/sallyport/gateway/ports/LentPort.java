package io.sallyport.gateway.ports;

import io.sallyport.gateway.connections.ConnectionId;

/** A port that a connection has, or may have: its answer did not come. */
public record LentPort(LeasedPort port, ConnectionId borrower) {}
