package io.sallyport.net;

/** An IANA protocol number, 0 to 255. */
public record Protocol(int number) {

    public static final Protocol ICMP = new Protocol(1);
    public static final Protocol TCP = new Protocol(6);
    public static final Protocol UDP = new Protocol(17);
    public static final Protocol ICMPV6 = new Protocol(58);

    public Protocol {
        if (number < 0 || number > 255) {
            throw new IllegalArgumentException("protocol number " + number + " is not 0 to 255");
        }
    }

    @Override
    public String toString() {
        return switch (number) {
            case 1 -> "icmp";
            case 6 -> "tcp";
            case 17 -> "udp";
            case 58 -> "icmpv6";
            default -> Integer.toString(number);
        };
    }
}
