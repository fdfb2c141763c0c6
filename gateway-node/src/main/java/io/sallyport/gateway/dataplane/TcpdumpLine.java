package io.sallyport.gateway.dataplane;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A packet in the words of {@code tcpdump -n}, with or without {@code -v}: {@code IP 10.0.1.11.4242
 * > 203.0.113.9.80: Flags [S], seq 7, win 64240, length 0}. As much of it as a tuple says; sequence
 * numbers are not, since tcpdump's are mostly relative.
 */
final class TcpdumpLine {

    private static final Pattern LINE =
            Pattern.compile("(?s)(?:.*\\s)?ip(6?) (\\(.*\\)\\s+)?(\\S+) > (\\S+): (.*)");

    private static final Pattern PLACE =
            Pattern.compile(
                    "\\s+((?:vpc \\d+|inside|outside)(?:\\s+(?:vpc \\d+|inside|outside))*)$");

    private static final Pattern HOPS = Pattern.compile("(?:ttl|hlim) (\\d+)");
    private static final Pattern FLAGS = Pattern.compile("flags \\[([^\\]]*)\\].*");
    private static final Pattern ECHO =
            Pattern.compile("(?s)icmp6?,? echo (request|reply), id (\\d+),.*");
    private static final Pattern LENGTH = Pattern.compile("(?s).*\\blength (\\d+).*");

    private final Matcher line;
    private final String place;

    private TcpdumpLine(Matcher line, String place) {
        this.line = line;
        this.place = place;
    }

    /** Empty where the text, in small letters, is none. */
    static Optional<TcpdumpLine> of(String text) {
        Matcher place = PLACE.matcher(text);
        String said = place.find() ? text.substring(0, place.start()) : text;
        Matcher line = LINE.matcher(said);
        return line.matches()
                ? Optional.of(new TcpdumpLine(line, said.equals(text) ? "" : place.group(1)))
                : Optional.empty();
    }

    /**
     * As a tuple.
     *
     * @throws IllegalArgumentException where it tells too little
     */
    List<String> words() {
        boolean v6 = !line.group(1).isEmpty();
        String rest = line.group(5).strip();
        List<String> words = new ArrayList<>();
        Matcher flags = FLAGS.matcher(rest);
        Matcher echo = ECHO.matcher(rest);
        if (echo.matches()) {
            boolean asks = echo.group(1).equals("request");
            String id = ":" + echo.group(2);
            words.add(v6 ? "icmpv6" : "icmp");
            words.add(address(line.group(3), v6) + (asks ? id : ""));
            words.add(">");
            words.add(address(line.group(4), v6) + (asks ? "" : id));
        } else if (rest.startsWith("icmp")) {
            throw Probe.wrong("tcpdump's line tells too little of '" + rest + "': give hex (-x)");
        } else {
            words.add(flags.matches() ? "tcp" : "udp");
            words.add(endpoint(line.group(3), v6));
            words.add(">");
            words.add(endpoint(line.group(4), v6));
            words.addAll(flags.matches() ? names(flags.group(1)) : List.of());
        }
        Matcher hops = HOPS.matcher(line.group(2) == null ? "" : line.group(2));
        if (hops.find()) {
            words.addAll(List.of("ttl", hops.group(1)));
        }
        Matcher length = LENGTH.matcher(rest);
        if (length.matches()) {
            int headers = (v6 ? 40 : 20) + (flags.matches() ? 20 : echo.matches() ? 0 : 8);
            words.addAll(
                    List.of("length", Long.toString(headers + Long.parseLong(length.group(1)))));
        }
        words.addAll(place.isEmpty() ? List.of() : List.of(place.split("\\s+")));
        return words;
    }

    private static String address(String text, boolean v6) {
        return v6 ? "[" + text + "]" : text;
    }

    /** Its port is behind the last dot. */
    private static String endpoint(String text, boolean v6) {
        int dot = text.lastIndexOf('.');
        String port = text.substring(dot + 1);
        if (dot < 0 || !port.matches("\\d{1,5}") || (!v6 && text.indexOf('.') == dot)) {
            throw Probe.wrong("'" + text + "' ends with no port number: use tcpdump -n");
        }
        return address(text.substring(0, dot), v6) + ":" + port;
    }

    private static List<String> names(String letters) {
        List<String> names = new ArrayList<>();
        for (char letter : letters.toCharArray()) {
            switch (letter) {
                case 's' -> names.add("syn");
                case '.' -> names.add("ack");
                case 'f' -> names.add("fin");
                case 'r' -> names.add("rst");
                case 'p' -> names.add("psh");
                // URG, ECE and CWR decide nothing here.
                default -> {}
            }
        }
        return names;
    }
}
