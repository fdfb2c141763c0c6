package io.sallyport.control.ec2.query;

/**
 * Filter values: {@code *} is any text, {@code ?} any character, a backslash takes the next one as
 * it is. Takes at most (text x pattern) steps, whatever the pattern.
 */
final class Glob {

    private Glob() {}

    static boolean matches(String pattern, String text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int starText = 0;
        while (t < text.length()) {
            char c = p < pattern.length() ? pattern.charAt(p) : 0;
            if (p < pattern.length() && c == '*') {
                star = p++;
                starText = t;
            } else if (p < pattern.length() && isOne(pattern, p, text.charAt(t))) {
                p += c == '\\' && p + 1 < pattern.length() ? 2 : 1;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++starText;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }

    private static boolean isOne(String pattern, int at, char c) {
        char wanted = pattern.charAt(at);
        if (wanted == '\\' && at + 1 < pattern.length()) {
            return pattern.charAt(at + 1) == c;
        }
        return wanted == '?' || wanted == c;
    }
}
