package io.sallyport.net;

/** An IPv4 address; {@code value} is its 32 bits in network order. */
public record Ipv4(int value) implements IpAddress {

    @Override
    public long high() {
        return 0;
    }

    @Override
    public long low() {
        return 0xffff_0000_0000L | Integer.toUnsignedLong(value);
    }

    @Override
    public byte[] bytes() {
        return new byte[] {
            (byte) (value >>> 24), (byte) (value >>> 16), (byte) (value >>> 8), (byte) value
        };
    }

    @Override
    public int bits() {
        return 32;
    }

    @Override
    public String toString() {
        return (value >>> 24)
                + "."
                + (value >>> 16 & 0xff)
                + "."
                + (value >>> 8 & 0xff)
                + "."
                + (value & 0xff);
    }
}
