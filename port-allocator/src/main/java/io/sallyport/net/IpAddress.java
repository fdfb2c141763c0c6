package io.sallyport.net;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * An IPv4 or IPv6 address. The hot side uses only {@link #high()} and {@link #low()}: 128 bits in
 * network order, IPv4 as {@code ::ffff:a.b.c.d}, so that one code serves both families.
 */
public sealed interface IpAddress extends Comparable<IpAddress> permits Ipv4, Ipv6 {

    /** The first 64 bits in network order; 0 for IPv4. */
    long high();

    /** The last 64 bits in network order; {@code 0x0000ffff_aabbccdd} for IPv4. */
    long low();

    /** 4 or 16 bytes in network order; a fresh array. */
    byte[] bytes();

    /** Width of the address in bits: 32 or 128. */
    int bits();

    default boolean isV4() {
        return this instanceof Ipv4;
    }

    /** The same address for {@code java.net}. */
    default InetAddress toInetAddress() {
        try {
            return InetAddress.getByAddress(bytes());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of 4 or 16 bytes", e);
        }
    }

    /** From the 128 bits of {@link #high()} and {@link #low()}. */
    static IpAddress of(long high, long low) {
        return high == 0 && (low >>> 32) == 0xffffL ? new Ipv4((int) low) : new Ipv6(high, low);
    }

    /** From 4 or 16 bytes in network order; a v4-mapped IPv6 address becomes IPv4. */
    static IpAddress of(byte[] bytes) {
        if (bytes.length == 4) {
            return new Ipv4((int) AddressText.bigEndian(bytes, 0, 4));
        }
        if (bytes.length != 16) {
            throw new IllegalArgumentException("an address has 4 or 16 bytes, not " + bytes.length);
        }
        return of(AddressText.bigEndian(bytes, 0, 8), AddressText.bigEndian(bytes, 8, 8));
    }

    /**
     * Reads every written form of RFC 4291 section 2.2 and dotted quads, brackets allowed; no
     * names, no scopes.
     *
     * @throws IllegalArgumentException naming the text where it is not an address
     */
    static IpAddress parse(String text) {
        return AddressText.parse(text);
    }

    @Override
    default int compareTo(IpAddress other) {
        int byHigh = Long.compareUnsigned(high(), other.high());
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low(), other.low());
    }
}
