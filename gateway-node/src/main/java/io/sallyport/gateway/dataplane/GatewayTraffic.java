package io.sallyport.gateway.dataplane;

/**
 * What one gateway moved through this node since the process began.
 *
 * @param gateway its index
 * @param bytesOut IP total lengths
 */
public record GatewayTraffic(
        int gateway,
        long packetsOut,
        long bytesOut,
        long packetsIn,
        long bytesIn,
        long packetsDenied,
        long connections) {}
