package io.sallyport.gateway.acl;

import io.sallyport.gateway.wire.HotPath;
import io.sallyport.net.IpPrefix;
import io.sallyport.net.Protocol;
import io.sallyport.store.catalog.AclEntry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * One direction's rules in a form whose price hardly grows with their number. Rules of the same
 * protocol and prefix length lie together, sorted by address; those of one prefix are painted over
 * each other ({@link RulesOfPrefix}). So a packet looks once, by halving, into each group that may
 * hold a rule for it, and the lowest number of what it finds decides. Says the same as {@code
 * NetworkAcls.decide}; a property test holds it.
 */
@HotPath
public final class CompiledAcl {

    /** Stands behind all rules. */
    static final int NONE = Integer.MAX_VALUE;

    private static final int EVERY_PROTOCOL = -1;
    private static final int PROTOCOLS = 257;

    /** By protocol, shifted by one so that the rules for all of them are the first. */
    private final RulesOfLength[][] byProtocol;

    /** Lowest number first; what is found is an index of it. */
    private final List<AclEntry> rules;

    private final boolean[] allow;

    /**
     * What rules lie together by.
     *
     * @param bits of the prefix, as of an IPv6 address
     */
    private record Group(int protocol, boolean v4, int bits) {}

    /** Any thread; {@code entries} in any order, those of the other direction are left out. */
    public CompiledAcl(List<AclEntry> entries, boolean egress) {
        rules =
                entries.stream()
                        .filter(entry -> entry.egress() == egress)
                        .sorted(Comparator.comparingInt(AclEntry::ruleNumber))
                        .toList();
        allow = new boolean[rules.size()];
        Map<Group, List<Integer>> groups =
                new TreeMap<>(
                        Comparator.comparingInt(Group::protocol)
                                .thenComparing(Group::v4)
                                .thenComparing(Group::bits));
        for (int i = 0; i < allow.length; i++) {
            AclEntry rule = rules.get(i);
            allow[i] = rule.allow();
            IpPrefix prefix = rule.prefix();
            // An IPv4 address is a mapped one here, so its prefix is 96 bits longer.
            int bits = prefix.length() + 128 - prefix.address().bits();
            groups.computeIfAbsent(
                            new Group(rule.protocol(), prefix.address().isV4(), bits),
                            group -> new ArrayList<>())
                    .add(i);
        }
        byProtocol =
                IntStream.range(0, PROTOCOLS)
                        .mapToObj(protocol -> lengths(groups, protocol - 1))
                        .toArray(RulesOfLength[][]::new);
    }

    private RulesOfLength[] lengths(Map<Group, List<Integer>> groups, int protocol) {
        return groups.entrySet().stream()
                .filter(each -> each.getKey().protocol() == protocol)
                .map(each ->
                        new RulesOfLength(
                                each.getKey().v4(), each.getKey().bits(), rules, each.getValue()))
                .toArray(RulesOfLength[]::new);
    }

    /**
     * @param targetPort the packet's target port; counts for TCP and UDP only
     * @param type ICMP type, {@code code} its code; count for ICMP only
     */
    public boolean allows(
            int packetProtocol,
            long remoteHigh,
            long remoteLow,
            int targetPort,
            int type,
            int code) {
        int rule = deciding(packetProtocol, remoteHigh, remoteLow, targetPort, type, code);
        return rule != NONE && allow[rule];
    }

    /** The rule that {@link #allows} goes by; empty: none matches, which denies. Cold. */
    public Optional<AclEntry> rule(
            int packetProtocol,
            long remoteHigh,
            long remoteLow,
            int targetPort,
            int type,
            int code) {
        int rule = deciding(packetProtocol, remoteHigh, remoteLow, targetPort, type, code);
        return rule == NONE ? Optional.empty() : Optional.of(rules.get(rule));
    }

    private int deciding(
            int packetProtocol,
            long remoteHigh,
            long remoteLow,
            int targetPort,
            int type,
            int code) {
        boolean icmp =
                packetProtocol == Protocol.ICMP.number()
                        || packetProtocol == Protocol.ICMPV6.number();
        int detail = icmp ? type << 8 | code : targetPort;
        return Math.min(
                first(byProtocol[packetProtocol + 1], remoteHigh, remoteLow, detail),
                first(byProtocol[EVERY_PROTOCOL + 1], remoteHigh, remoteLow, detail));
    }

    private static int first(RulesOfLength[] lengths, long high, long low, int detail) {
        boolean v4 = high == 0 && low >>> 32 == 0xffffL;
        int first = NONE;
        for (RulesOfLength length : lengths) {
            if (length.v4 == v4) {
                first = Math.min(first, length.first(high, low, detail));
            }
        }
        return first;
    }
}
