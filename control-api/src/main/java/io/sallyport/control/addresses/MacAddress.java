package io.sallyport.control.addresses;

import io.sallyport.control.problems.Problem;
import java.util.HexFormat;
import java.util.Locale;

/** A MAC address as calls write it, and in the low 48 bits of a number. */
final class MacAddress {

    private static final String FORM = "[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}";

    private MacAddress() {}

    /**
     * @throws Problem where it has another form
     */
    static long parse(String field, String text) {
        if (!text.matches(FORM)) {
            throw Problem.invalid(field, text, "six bytes as 02:00:00:00:00:01");
        }
        return Long.parseLong(text.replace(":", ""), 16);
    }

    static String text(long number) {
        byte[] bytes = HexFormat.of().parseHex(String.format(Locale.ROOT, "%012x", number));
        return HexFormat.ofDelimiter(":").formatHex(bytes);
    }
}
