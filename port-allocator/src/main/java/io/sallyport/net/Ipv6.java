package io.sallyport.net;

/** An IPv6 address that is not v4-mapped; {@code toString} follows RFC 5952. */
public record Ipv6(long high, long low) implements IpAddress {

    public Ipv6 {
        if (high == 0 && (low >>> 32) == 0xffffL) {
            throw new IllegalArgumentException("a v4-mapped address is an Ipv4");
        }
    }

    @Override
    public byte[] bytes() {
        byte[] bytes = new byte[16];
        for (int i = 0; i < 8; i++) {
            bytes[i] = (byte) (high >>> (56 - 8 * i));
            bytes[8 + i] = (byte) (low >>> (56 - 8 * i));
        }
        return bytes;
    }

    @Override
    public int bits() {
        return 128;
    }

    @Override
    public String toString() {
        return AddressText.print(high, low);
    }
}
