package io.sallyport.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * Versions of a network ACL, each of which reaches one of four UDP ports of a server: {@link #EVEN}
 * where its number is even, else {@link #ODD}. No version allows the other two, but a mixture of
 * two versions that follow each other does: what denies them stands now among the first rules, now
 * among the last, and what allows them at the other end. All between is about addresses that nobody
 * sends to; it says the opposite in the next version.
 *
 * @param server its IPv4 address
 * @param rules from {@link #LEAST} on
 */
record AclVersions(String server, int rules) {

    static final int FIRST_PORT = 9101;
    static final int PORTS = 4;
    static final int LEAST = 10;

    /** Numbers of ports, from 0. */
    static final int EVEN = 0;

    static final int ODD = 1;
    private static final int NEVER = 2;
    private static final int NOR = 3;

    /** Rules that allow the rest, of both directions and families. */
    private static final int REST = 4;

    static int allowed(int version) {
        return isEven(version) ? EVEN : ODD;
    }

    static boolean isForbidden(int port) {
        return port == NEVER || port == NOR;
    }

    private static boolean isEven(int version) {
        return version % 2 == 0;
    }

    /** As REST is told. */
    static String body(List<Map<String, Object>> entries) {
        return JsonMapper.shared().writeValueAsString(Map.of("entries", entries));
    }

    List<Map<String, Object>> entries(int version) {
        return torn(version, rules);
    }

    /** The first so many rules of that version, and the others of the one before. */
    List<Map<String, Object>> torn(int version, int cut) {
        List<Map<String, Object>> entries = new ArrayList<>();
        for (int i = 1; i <= rules - REST; i++) {
            entries.add(entry(i, i <= cut ? version : version - 1));
        }
        for (boolean egress : new boolean[] {true, false}) {
            entries.add(any(32_000, egress, true, "0.0.0.0/0"));
            entries.add(any(32_001, egress, true, "::/0"));
        }
        return entries;
    }

    private Map<String, Object> entry(int number, int version) {
        boolean even = isEven(version);
        int last = rules - REST;
        return switch (number) {
            case 1 -> port(number, EVEN, even);
            case 2 -> even ? port(number, NEVER, false) : nobodys(number, false);
            case 3 -> even ? nobodys(number, true) : port(number, NOR, false);
            default ->
                    switch (last - number) {
                        case 2 -> port(number, NEVER, even);
                        case 1 -> port(number, NOR, !even);
                        case 0 -> port(number, ODD, !even);
                        default -> nobodys(number, even == (number % 2 == 0));
                    };
        };
    }

    private Map<String, Object> port(int number, int port, boolean allow) {
        return Map.of(
                "ruleNumber",
                number,
                "egress",
                true,
                "protocol",
                "udp",
                "action",
                action(allow),
                "cidr",
                server + "/32",
                "portRange",
                Map.of("from", FIRST_PORT + port, "to", FIRST_PORT + port));
    }

    private static Map<String, Object> nobodys(int number, boolean allow) {
        return any(number, true, allow, "198.18.%d.%d/32".formatted(number / 250, number % 250));
    }

    private static Map<String, Object> any(int number, boolean egress, boolean allow, String cidr) {
        return Map.of(
                "ruleNumber", number,
                "egress", egress,
                "protocol", "-1",
                "action", action(allow),
                "cidr", cidr);
    }

    private static String action(boolean allow) {
        return allow ? "allow" : "deny";
    }
}
