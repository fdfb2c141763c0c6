package io.sallyport.net;

/** The written forms of addresses: RFC 4291 section 2.2 in, RFC 5952 out. */
final class AddressText {

    private AddressText() {}

    static long bigEndian(byte[] bytes, int offset, int length) {
        long value = 0;
        for (int i = 0; i < length; i++) {
            value = value << 8 | (bytes[offset + i] & 0xff);
        }
        return value;
    }

    static IpAddress parse(String text) {
        String bare =
                text.startsWith("[") && text.endsWith("]")
                        ? text.substring(1, text.length() - 1)
                        : text;
        return bare.indexOf(':') >= 0 ? parseV6(bare) : new Ipv4(parseV4(bare, text));
    }

    private static int parseV4(String quad, String text) {
        String[] parts = quad.split("\\.", -1);
        if (parts.length != 4) {
            throw notAnAddress(text);
        }
        int value = 0;
        for (String part : parts) {
            int number = number(part, 10, 3, text);
            if (number > 255 || (part.length() > 1 && part.charAt(0) == '0')) {
                throw notAnAddress(text);
            }
            value = value << 8 | number;
        }
        return value;
    }

    private static IpAddress parseV6(String text) {
        int gap = text.indexOf("::");
        if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
            throw notAnAddress(text);
        }
        int[] head = groups(gap < 0 ? text : text.substring(0, gap), gap < 0, text);
        int[] tail = gap < 0 ? new int[0] : groups(text.substring(gap + 2), true, text);
        int written = head.length + tail.length;
        if (gap < 0 ? written != 8 : written > 7) {
            throw notAnAddress(text);
        }
        long high = 0;
        long low = 0;
        for (int i = 0; i < 8; i++) {
            int fromTail = i - (8 - tail.length);
            long group = i < head.length ? head[i] : fromTail >= 0 ? tail[fromTail] : 0;
            if (i < 4) {
                high = high << 16 | group;
            } else {
                low = low << 16 | group;
            }
        }
        return IpAddress.of(high, low);
    }

    /** The groups of one side of "::"; a dotted quad may end the address and counts as two. */
    private static int[] groups(String side, boolean quadAllowed, String text) {
        if (side.isEmpty()) {
            return new int[0];
        }
        String[] parts = side.split(":", -1);
        boolean quad = quadAllowed && parts[parts.length - 1].indexOf('.') >= 0;
        int[] groups = new int[parts.length + (quad ? 1 : 0)];
        for (int i = 0; i < parts.length - (quad ? 1 : 0); i++) {
            groups[i] = number(parts[i], 16, 4, text);
        }
        if (quad) {
            int value = parseV4(parts[parts.length - 1], text);
            groups[groups.length - 2] = value >>> 16;
            groups[groups.length - 1] = value & 0xffff;
        }
        return groups;
    }

    private static int number(String digits, int radix, int most, String text) {
        if (digits.isEmpty() || digits.length() > most) {
            throw notAnAddress(text);
        }
        int value = 0;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            int digit = c < 128 ? Character.digit(c, radix) : -1;
            if (digit < 0) {
                throw notAnAddress(text);
            }
            value = value * radix + digit;
        }
        return value;
    }

    private static IllegalArgumentException notAnAddress(String text) {
        return new IllegalArgumentException("'" + text + "' is not an IPv4 or IPv6 address");
    }

    /**
     * RFC 5952: lower case, no leading zeros, the first longest run of two or more zeros as "::".
     */
    static String print(long high, long low) {
        int bestStart = -1;
        int bestLength = 1;
        for (int start = 0; start < 8; ) {
            int end = start;
            while (end < 8 && group(high, low, end) == 0) {
                end++;
            }
            if (end - start > bestLength) {
                bestStart = start;
                bestLength = end - start;
            }
            start = Math.max(end, start) + 1;
        }
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < 8; i++) {
            if (i == bestStart) {
                text.append("::");
                i += bestLength - 1;
                continue;
            }
            if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                text.append(':');
            }
            text.append(Integer.toHexString(group(high, low, i)));
        }
        return text.toString();
    }

    private static int group(long high, long low, int index) {
        long half = index < 4 ? high : low;
        return (int) (half >>> (48 - 16 * (index & 3))) & 0xffff;
    }
}
