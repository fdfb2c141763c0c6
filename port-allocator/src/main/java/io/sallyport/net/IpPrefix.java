package io.sallyport.net;

/**
 * A range of addresses; host bits are cleared, as AWS stores a CIDR (100.68.0.18/18 is
 * 100.68.0.0/18).
 *
 * @param length leading bits that count, 0 to 32 or 128
 */
public record IpPrefix(IpAddress address, int length) {

    public IpPrefix {
        if (length < 0 || length > address.bits()) {
            throw new IllegalArgumentException(
                    "prefix length " + length + " is not between 0 and " + address.bits());
        }
        int bits = length + 128 - address.bits();
        address =
                IpAddress.of(
                        address.high() & mask(Math.min(bits, 64)),
                        address.low() & mask(Math.max(bits - 64, 0)));
    }

    private static long mask(int bits) {
        return bits == 0 ? 0 : -1L << (64 - bits);
    }

    /** Reads {@code address/length}; a bare address is a prefix of full length. */
    public static IpPrefix parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            IpAddress address = IpAddress.parse(text);
            return new IpPrefix(address, address.bits());
        }
        try {
            return new IpPrefix(
                    IpAddress.parse(text.substring(0, slash)),
                    Integer.parseInt(text, slash + 1, text.length(), 10));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not a prefix", e);
        }
    }

    public boolean contains(IpAddress other) {
        if (address.isV4() != other.isV4()) {
            return false;
        }
        int bits = length + 128 - address.bits();
        return ((address.high() ^ other.high()) & mask(Math.min(bits, 64))) == 0
                && ((address.low() ^ other.low()) & mask(Math.max(bits - 64, 0))) == 0;
    }

    /** Whether every address of {@code other} is in this prefix. */
    public boolean contains(IpPrefix other) {
        return other.length >= length && contains(other.address);
    }

    public boolean overlaps(IpPrefix other) {
        return contains(other) || other.contains(this);
    }

    @Override
    public String toString() {
        return address + "/" + length;
    }
}
