package io.sallyport.net;

/**
 * An address and a port.
 *
 * @param port 0 to 65535; the identifier for ICMP echo
 */
public record Endpoint(IpAddress address, int port) {

    public Endpoint {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is not 0 to 65535");
        }
    }

    /** Reads {@code 192.0.2.1:80} and {@code [2001:db8::1]:80}. */
    public static Endpoint parse(String text) {
        int colon = text.lastIndexOf(':');
        boolean bareV6 = colon != text.indexOf(':') && !text.startsWith("[");
        if (colon < 0 || bareV6) {
            throw new IllegalArgumentException("'" + text + "' is not address:port");
        }
        try {
            return new Endpoint(
                    IpAddress.parse(text.substring(0, colon)),
                    Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not address:port", e);
        }
    }

    @Override
    public String toString() {
        return address.isV4() ? address + ":" + port : "[" + address + "]:" + port;
    }
}
