package io.sallyport.gateway.acl;

import io.sallyport.gateway.wire.HotPath;
import io.sallyport.net.IpPrefix;
import io.sallyport.net.Protocol;
import io.sallyport.store.catalog.AclEntry;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
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

    /** Stands behind all rules: none matches, which denies. */
    public static final int NONE = Integer.MAX_VALUE;

    private static final VarHandle HITS = MethodHandles.arrayElementVarHandle(long[].class);

    private static final int EVERY_PROTOCOL = -1;
    private static final int PROTOCOLS = 257;

    /** By protocol, shifted by one so that the rules for all of them are the first. */
    private final RulesOfLength[][] byProtocol;

    /** Lowest number first; what is found is an index of it. */
    private final List<AclEntry> rules;

    private final boolean[] allow;

    /** How often each rule decided; the last is of no rule. One writer, any reader. */
    private final long[] hits;

    /**
     * What rules lie together by.
     *
     * @param bits of the prefix, as of an IPv6 address
     * @param nearBits likewise of the near one; 0 where there is none
     */
    private record Group(int protocol, boolean v4, int bits, int nearBits) {}

    /** Any thread; {@code entries} in any order, those of the other direction are left out. */
    public CompiledAcl(List<AclEntry> entries, boolean egress) {
        rules =
                entries.stream()
                        .filter(entry -> entry.egress() == egress)
                        .sorted(Comparator.comparingInt(AclEntry::ruleNumber))
                        .toList();
        allow = new boolean[rules.size()];
        hits = new long[rules.size() + 1];
        Map<Group, List<Integer>> groups =
                new TreeMap<>(
                        Comparator.comparingInt(Group::protocol)
                                .thenComparing(Group::v4)
                                .thenComparing(Group::bits)
                                .thenComparing(Group::nearBits));
        for (int i = 0; i < allow.length; i++) {
            AclEntry rule = rules.get(i);
            allow[i] = rule.allow();
            Group group =
                    new Group(
                            rule.protocol(),
                            rule.prefix().address().isV4(),
                            bits(rule.prefix()),
                            rule.near().map(CompiledAcl::bits).orElse(0));
            groups.computeIfAbsent(group, g -> new ArrayList<>()).add(i);
        }
        byProtocol =
                IntStream.range(0, PROTOCOLS)
                        .mapToObj(protocol -> lengths(groups, protocol - 1))
                        .toArray(RulesOfLength[][]::new);
    }

    /** An IPv4 address is a mapped one here, so its prefix is 96 bits longer. */
    private static int bits(IpPrefix prefix) {
        return prefix.length() + 128 - prefix.address().bits();
    }

    private RulesOfLength[] lengths(Map<Group, List<Integer>> groups, int protocol) {
        return groups.entrySet().stream()
                .filter(each -> each.getKey().protocol() == protocol)
                .map(each -> {
                    Group group = each.getKey();
                    return new RulesOfLength(
                            group.v4(), group.bits(), group.nearBits(), rules, each.getValue());
                })
                .toArray(RulesOfLength[]::new);
    }

    /**
     * The rule that decides, to be asked about below.
     *
     * @param farHigh the packet's target where it leaves, its source where it comes in
     * @param nearHigh its other address
     * @param targetPort the packet's target port; counts for TCP and UDP only
     * @param type ICMP type, {@code code} its code; count for ICMP only
     * @return {@link #NONE} where none matches
     */
    public int deciding(
            int packetProtocol,
            long farHigh,
            long farLow,
            long nearHigh,
            long nearLow,
            int targetPort,
            int type,
            int code) {
        boolean icmp =
                packetProtocol == Protocol.ICMP.number()
                        || packetProtocol == Protocol.ICMPV6.number();
        int detail = icmp ? type << 8 | code : targetPort;
        RulesOfLength[] own = byProtocol[packetProtocol + 1];
        RulesOfLength[] every = byProtocol[EVERY_PROTOCOL + 1];
        return Math.min(
                first(own, farHigh, farLow, nearHigh, nearLow, detail),
                first(every, farHigh, farLow, nearHigh, nearLow, detail));
    }

    private static int first(
            RulesOfLength[] lengths, long high, long low, long nearHigh, long nearLow, int detail) {
        boolean v4 = high == 0 && low >>> 32 == 0xffffL;
        int first = NONE;
        for (RulesOfLength length : lengths) {
            if (length.v4 == v4) {
                first = Math.min(first, length.first(high, low, nearHigh, nearLow, detail));
            }
        }
        return first;
    }

    /** Whether the rule that decides lets the packet pass. */
    public boolean allows(int rule) {
        return rule != NONE && allow[rule];
    }

    /** Empty: none matches. Cold. */
    public Optional<AclEntry> rule(int rule) {
        return rule == NONE ? Optional.empty() : Optional.of(rules.get(rule));
    }

    /** It decided. The worker only. */
    public void hit(int rule, long times) {
        int at = rule == NONE ? allow.length : rule;
        HITS.setOpaque(hits, at, hits[at] + times);
    }

    /** How often it decided; any thread. */
    public long hits(int rule) {
        return (long) HITS.getOpaque(hits, rule == NONE ? allow.length : rule);
    }

    /** Lowest number first; a rule's place is its number here. */
    public List<AclEntry> rules() {
        return rules;
    }
}
