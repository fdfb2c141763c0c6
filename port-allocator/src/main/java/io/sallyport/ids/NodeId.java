package io.sallyport.ids;

/** A gateway node's name: 1 to 63 lower-case letters, digits and hyphens, as a host label. */
public record NodeId(String value) implements Comparable<NodeId> {

    public NodeId {
        if (!value.matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")) {
            throw new IllegalArgumentException(
                    "node id '" + value + "' is not 1 to 63 of a-z, 0-9 and -");
        }
    }

    @Override
    public int compareTo(NodeId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
