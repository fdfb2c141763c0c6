package io.sallyport.net;

/** A 5-tuple as a packet carries it. ICMP echo has its identifier in {@code source}'s port. */
public record FlowKey(Protocol protocol, Endpoint source, Endpoint target) {

    public FlowKey reverse() {
        return new FlowKey(protocol, target, source);
    }

    @Override
    public String toString() {
        return protocol + " " + source + " -> " + target;
    }
}
