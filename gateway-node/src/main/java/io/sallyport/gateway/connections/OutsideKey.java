package io.sallyport.gateway.connections;

import io.sallyport.net.Endpoint;
import io.sallyport.net.Protocol;

/**
 * The outside 5-tuple: what is unique on the wire (A1). {@code outside} is the EIP and source port.
 */
public record OutsideKey(Protocol protocol, Endpoint outside, Endpoint remote) {

    @Override
    public int hashCode() {
        return KeyHash.plain(outside, remote, protocol.number());
    }
}
