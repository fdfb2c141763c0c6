package io.sallyport.gateway.kernel;

/**
 * What a program of the kernel path does with a packet beside dropping it, with its number in
 * reasons.h; drops have the numbers of the node's drop reasons. Numbers are never used again.
 */
public enum PathOutcome {
    MISS(128, "No connection has its key."),
    NEIGHBOUR(129, "ARP or neighbour solicitation; the kernel sees it too."),
    NOT_IP(130, "Neither IP nor ARP, in a tunnel."),
    HEADER(131, "A header that is cut short or wrong."),
    OPTIONS(132, "IPv4 options or IPv6 extension headers."),
    PROTOCOL(133, "Neither TCP nor UDP."),
    FLAGS(134, "TCP SYN, FIN or RST."),
    FIRST(135, "A datagram's first fragment."),
    FRAGMENT(136, "A later fragment whose first was not seen."),
    TTL(137, "TTL or hop limit is used up."),
    MTU(138, "Longer than the next hop takes."),
    STATE(139, "Stopped, closing, denied or not in order."),
    POLICY(140, "Judged under another version of its gateway."),
    HOP(141, "The next hop is not known, or there are too many ways to clients."),
    PATH(142, "The client was elsewhere before."),
    VPC(143, "From a device of several VPCs."),
    TRANSPORT(144, "A transport header that is cut short or wrong."),
    WINDOW(145, "TCP, and its numbers are not where the stream is."),
    HIT_OUT(192, "Sent towards the internet."),
    HIT_IN(193, "Sent towards a client."),
    HIT_FRAGMENT(194, "Of those, fragments."),
    PASSED(195, "Not the gateway's: left to the box's kernel.");

    private static final int SENT = 192;

    private final int number;
    private final String meaning;

    PathOutcome(int number, String meaning) {
        this.number = number;
        this.meaning = meaning;
    }

    public int number() {
        return number;
    }

    public String meaning() {
        return meaning;
    }

    /** Whether it is a reason for which a packet goes up to the node. */
    public boolean isUp() {
        return number < SENT;
    }
}
