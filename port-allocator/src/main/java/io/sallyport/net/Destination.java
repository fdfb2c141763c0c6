package io.sallyport.net;

/**
 * What a source port must be unique against: the remote end within a pool (elastic IP, protocol).
 * ICMP echo has remote port 0.
 */
public record Destination(Protocol protocol, IpAddress address, int port) {

    public Destination {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is not 0 to 65535");
        }
    }

    /** The destination of an endpoint-independent pool: one lease serves all remotes. */
    public static Destination wildcard(Protocol protocol) {
        return new Destination(protocol, new Ipv6(0, 0), 0);
    }

    public boolean isWildcard() {
        return port == 0 && address.high() == 0 && address.low() == 0;
    }

    @Override
    public String toString() {
        return protocol + " " + new Endpoint(address, port);
    }
}
