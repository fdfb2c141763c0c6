package io.sallyport.ids;

import java.security.SecureRandom;
import java.util.HexFormat;

/** The AWS shape of a resource id: prefix, hyphen, 17 lower-case hexadecimal digits. */
final class ResourceText {

    private static final int DIGITS = 17;
    private static final SecureRandom RANDOM = new SecureRandom();

    private ResourceText() {}

    static String random(String prefix) {
        byte[] bytes = new byte[9];
        RANDOM.nextBytes(bytes);
        return prefix + "-" + HexFormat.of().formatHex(bytes).substring(0, DIGITS);
    }

    static void check(String prefix, String text) {
        boolean shaped =
                text.length() == prefix.length() + 1 + DIGITS
                        && text.startsWith(prefix)
                        && text.charAt(prefix.length()) == '-';
        for (int i = prefix.length() + 1; shaped && i < text.length(); i++) {
            char c = text.charAt(i);
            shaped = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        }
        if (!shaped) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not in the form " + prefix + "-xxxxxxxxxxxxxxxxx");
        }
    }
}
