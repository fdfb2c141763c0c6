package io.sallyport.lab;

import io.sallyport.lab.InterfaceCounts.Sum;
import io.sallyport.lab.InterfaceCounts.Wanted;
import io.sallyport.lab.LabState.Tenant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Two books of the same packets: the kernels' at both ends, and the flow logs' in the buckets. For
 * each tenant's first client: what it and a server's echoes say to each other, by both families,
 * and TCP to another server, all of which is to be denied. Names are {@code LOG/KIND_LEG}.
 */
final class FlowAccount {

    /** Told apart by the server's port. */
    enum Kind {
        UDP_V4("udp", TestServer.UDP_PORT, false),
        UDP_V6("udp", TestServer.UDP_PORT, true),
        TCP_V4("tcp", TestServer.TCP_PORT, false),
        TCP_V6("tcp", TestServer.TCP_PORT, true),
        LARGE_V4("tcp", TestServer.LARGE_PORT, false),
        LARGE_V6("tcp", TestServer.LARGE_PORT, true);

        private final String protocol;
        private final int port;
        private final boolean v6;

        Kind(String protocol, int port, boolean v6) {
            this.protocol = protocol;
            this.port = port;
            this.v6 = v6;
        }

        /** Its packets, at the ends, may be many on the wire. */
        boolean isLarge() {
            return port == TestServer.LARGE_PORT;
        }

        private boolean isTcp() {
            return protocol.equals("tcp");
        }

        private String match(String way, String address, String end) {
            String family = v6 ? "ip6" : "ip";
            return "%s %s %s %s %s %d".formatted(family, way, address, protocol, end, port);
        }

        String leg(String leg) {
            return name().toLowerCase(Locale.ROOT) + "_" + leg;
        }
    }

    /** Its records that begin in this time count for nothing, and SKIPDATA of it is to be there. */
    record Lost(long fromSeconds, long untilSeconds) {
        private boolean has(String[] words) {
            return Long.parseLong(words[10]) >= fromSeconds
                    && Long.parseLong(words[11]) <= untilSeconds;
        }
    }

    /** What packets were on the wire, where they were larger at the end. */
    private record Cut(long segments, int header) {
        private Sum of(Sum large) {
            return new Sum(segments, large.bytes() + (segments - large.packets()) * header);
        }
    }

    /** One subscription. */
    private record Log(String name, Tenant tenant, Predicate<String> wanted, FlowLogs objects) {}

    private static final String DENIED = "denied";

    /**
     * A gateway resets what it knows no more, in a packet of its own: so of resets to a client
     * those are counted that the server sent.
     */
    private static final String RESETS = "resets";

    private static final String NO_RESET = " tcp flags & rst != rst";
    private static final String RESET = " tcp flags & rst == rst";

    private final LabState lab;
    private final List<InterfaceCounts> counts = new ArrayList<>();
    private final List<Log> logs = new ArrayList<>();
    private final Map<String, Cut> cuts = new HashMap<>();
    private final Map<String, Sum> leftOut = new HashMap<>();
    private Lost lost = new Lost(0, 0);

    /** Counters begin at 0. */
    FlowAccount(LabState lab) {
        this.lab = lab;
        List<Wanted> atServer = new ArrayList<>();
        for (Tenant tenant : lab.tenants()) {
            counts.add(new InterfaceCounts(client(tenant), wantedOfClient(tenant)));
            atServer.addAll(wantedOfServer(tenant));
            subscribe(tenant.name(), tenant, tenant.bucket(), name -> true);
        }
        counts.add(new InterfaceCounts(lab.topology().server(1), atServer));
    }

    /** Another subscription of the tenant's, to what is denied. */
    void subscribeDenied(Tenant tenant, String bucket) {
        subscribe(tenant.name() + "-rejects", tenant, bucket, name -> name.startsWith(DENIED));
    }

    private void subscribe(String name, Tenant tenant, String bucket, Predicate<String> wanted) {
        logs.add(new Log(name, tenant, wanted, new FlowLogs(Lab.s3(lab), bucket)));
    }

    Host client(Tenant tenant) {
        return lab.topology().host(tenant.clients().getFirst());
    }

    private List<Wanted> wantedOfClient(Tenant tenant) {
        List<Wanted> all = new ArrayList<>();
        Host.Link server = lab.topology().server(1).links().getFirst();
        for (Kind kind : Kind.values()) {
            String far = kind.v6 ? server.ipv6() : server.ipv4();
            all.add(wanted(tenant, kind, "from_client", true, kind.match("daddr", far, "dport")));
            if (!kind.isLarge()) {
                all.add(
                        wanted(
                                tenant,
                                kind,
                                "to_client",
                                false,
                                kind.match("saddr", far, "sport")
                                        + (kind.isTcp() ? NO_RESET : "")));
            }
        }
        Host.Link other = lab.topology().server(2).links().getFirst();
        String tcp = " meta l4proto tcp";
        all.add(new Wanted(name(tenant, DENIED + "_v4"), true, "ip daddr " + other.ipv4() + tcp));
        all.add(new Wanted(name(tenant, DENIED + "_v6"), true, "ip6 daddr " + other.ipv6() + tcp));
        return all;
    }

    private static List<Wanted> wantedOfServer(Tenant tenant) {
        List<Wanted> all = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            List<LabState.Eip> eips = tenant.eips();
            String eip = (kind.v6 ? eips.getLast() : eips.getFirst()).address();
            all.add(wanted(tenant, kind, "from_remote", true, kind.match("daddr", eip, "sport")));
            if (!kind.isLarge()) {
                all.add(
                        wanted(
                                tenant,
                                kind,
                                "to_remote",
                                false,
                                kind.match("saddr", eip, "dport")));
                if (kind.isTcp()) {
                    String match = kind.match("daddr", eip, "sport") + RESET;
                    all.add(wanted(tenant, kind, RESETS, true, match));
                }
            }
        }
        return all;
    }

    private static Wanted wanted(
            Tenant tenant, Kind kind, String leg, boolean outward, String match) {
        return new Wanted(name(tenant, kind.leg(leg)), outward, match);
    }

    private static String name(Tenant tenant, String what) {
        return tenant.name() + "/" + what;
    }

    /** What the kernels have counted so far, by tenant. */
    Map<String, Sum> counted() {
        Map<String, Sum> all = new TreeMap<>();
        counts.forEach(each -> all.putAll(each.read()));
        return all;
    }

    Sum counted(Tenant tenant, Kind kind, String leg) {
        return counted().getOrDefault(name(tenant, kind.leg(leg)), Sum.NONE);
    }

    /**
     * Of large packets that an end sent, all of them.
     *
     * @param leg from_client or from_remote
     * @param segments that they were
     * @param header bytes that each has more than its payload
     * @return what they were on the wire
     */
    Sum cut(Tenant tenant, Kind kind, String leg, long segments, int header) {
        Cut cut = new Cut(segments, header);
        cuts.put(name(tenant, kind.leg(leg)), cut);
        return cut.of(counted(tenant, kind, leg));
    }

    /** What was counted between two looks fell into that time. */
    void leaveOut(Lost time, Map<String, Sum> before, Map<String, Sum> after) {
        lost = time;
        after.forEach(
                (name, sum) -> leftOut.put(name, sum.minus(before.getOrDefault(name, Sum.NONE))));
    }

    /** What the ends' kernels counted, by what each subscription is to have of it. */
    Map<String, Sum> seen() {
        Map<String, Sum> wire = new TreeMap<>();
        counted()
                .forEach((name, sum) -> {
                    Sum kept = sum.minus(leftOut.getOrDefault(name, Sum.NONE));
                    Cut cut = cuts.get(name);
                    if (cut != null) {
                        wire.put(name, cut.of(kept));
                        // Its receiver may have been given fewer and larger ones.
                        wire.put(name.replace("from_client", "to_remote"), cut.of(kept));
                        wire.put(name.replace("from_remote", "to_client"), cut.of(kept));
                    } else if (kept.packets() > 0) {
                        wire.merge(name.replace(RESETS, "to_client"), kept, Sum::plus);
                    }
                });
        Map<String, Sum> seen = new TreeMap<>();
        for (Log log : logs) {
            wire.forEach((name, sum) -> {
                String[] parts = name.split("/");
                if (parts[0].equals(log.tenant.name()) && log.wanted.test(parts[1])) {
                    seen.put(log.name + "/" + parts[1], sum);
                }
            });
        }
        return seen;
    }

    /** What the buckets' records add up to, as they are now. */
    Map<String, Sum> told() {
        Map<String, Sum> told = new TreeMap<>();
        for (Log log : logs) {
            log.objects.fetch();
            for (String line : log.objects.lines()) {
                String[] words = line.split(" ");
                if (words.length == 14 && words[13].equals("OK") && !lost.has(words)) {
                    Sum sum = new Sum(Long.parseLong(words[8]), Long.parseLong(words[9]));
                    told.merge(log.name + "/" + name(log.tenant, words), sum, Sum::plus);
                }
            }
        }
        return told;
    }

    /** Of a record in AWS' default format. */
    private String name(Tenant tenant, String[] words) {
        String source = words[3];
        String target = words[4];
        boolean v6 = source.contains(":");
        int client = client(tenant).number();
        String inside =
                v6
                        ? Tenancy.insideAddressV6(lab.topology(), client)
                        : Tenancy.insideAddress(lab.topology(), client);
        if (words[12].equals("REJECT")) {
            boolean denied = words[7].equals("6") && source.equals(inside);
            return (denied ? DENIED : "rejected") + (v6 ? "_v6" : "_v4");
        }
        String gateway = v6 ? tenant.privateAddressV6() : tenant.privateAddress();
        String leg = source.equals(gateway) ? "to_remote" : "from_remote";
        boolean outward = source.equals(inside) || leg.equals("to_remote");
        if (source.equals(inside)) {
            leg = "from_client";
        } else if (target.equals(inside)) {
            leg = "to_client";
            outward = false;
        }
        String protocol = words[7].equals("6") ? "tcp" : words[7].equals("17") ? "udp" : "other";
        int port = Integer.parseInt(words[outward ? 6 : 5]);
        for (Kind kind : Kind.values()) {
            if (kind.v6 == v6 && kind.protocol.equals(protocol) && kind.port == port) {
                return kind.leg(leg);
            }
        }
        return "unknown";
    }

    /** SKIPDATA of which nothing is to be there. */
    List<String> astray() {
        return logs.stream()
                .flatMap(log -> skipped(log).stream())
                .filter(line -> !lost.has(line.split(" ")))
                .toList();
    }

    /** Subscriptions without the SKIPDATA that is to be there. */
    List<String> unsaid() {
        return logs.stream()
                .filter(log -> lost.untilSeconds > 0)
                .filter(log -> skipped(log).stream().noneMatch(line -> lost.has(line.split(" "))))
                .map(Log::name)
                .toList();
    }

    private static List<String> skipped(Log log) {
        return log.objects.lines().stream().filter(line -> line.endsWith(" SKIPDATA")).toList();
    }

    int objects() {
        return logs.stream().mapToInt(log -> log.objects.objects()).sum();
    }
}
