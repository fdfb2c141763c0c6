package io.sallyport.flowlogs.text;

import io.sallyport.flowlogs.format.JoinedFormat;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;

/**
 * Elastic IP, as text, and port of a joined line: what a joined object is sorted by.
 *
 * @param text holds the address, from {@code start} to before {@code end}
 * @param port {@link #NO_PORT} where the line has none
 */
public record NatKey(byte[] text, int start, int end, int port) {

    public static final int NO_PORT = -1;

    /** Addresses as text, as Parquet compares them. */
    public static final Comparator<NatKey> ORDER =
            ((Comparator<NatKey>) NatKey::compareAddresses).thenComparingInt(NatKey::port);

    private static final int ADDRESS = JoinedFormat.indexOf("nat-addr");

    public static NatKey of(String address, int port) {
        byte[] text = address.getBytes(StandardCharsets.UTF_8);
        return new NatKey(text, 0, text.length, port);
    }

    public static NatKey of(TextLine line) {
        int start = line.start();
        for (int i = 0; i < ADDRESS; i++) {
            start = Math.min(wordEnd(line, start) + 1, line.end());
        }
        int end = wordEnd(line, start);
        int at = Math.min(end + 1, line.end());
        int port = NO_PORT;
        while (at < line.end() && line.text()[at] >= '0' && line.text()[at] <= '9') {
            port = Math.max(port, 0) * 10 + line.text()[at] - '0';
            at++;
        }
        return new NatKey(line.text(), start, end, port);
    }

    private static int wordEnd(TextLine line, int from) {
        int at = from;
        while (at < line.end() && line.text()[at] != ' ') {
            at++;
        }
        return at;
    }

    public byte[] address() {
        return Arrays.copyOfRange(text, start, end);
    }

    public boolean hasAddressOf(NatKey other) {
        return compareAddresses(other) == 0;
    }

    /** Another port of the same address. */
    public NatKey withPort(int other) {
        return new NatKey(text, start, end, other);
    }

    private int compareAddresses(NatKey other) {
        return Arrays.compareUnsigned(text, start, end, other.text, other.start, other.end);
    }
}
