package io.sallyport.gateway.acl;

import io.sallyport.gateway.wire.HotPath;
import io.sallyport.store.catalog.AclEntry;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * One direction's rules, lowest number first, as arrays: a rule is two masked words, a protocol and
 * two ranges. Says the same as {@code NetworkAcls.decide}; a property test holds it.
 */
@HotPath
public final class CompiledAcl {

    private static final int NONE = -1;

    private final long[] high;
    private final long[] low;
    private final long[] highMask;
    private final long[] lowMask;
    private final int[] protocol;
    private final int[] first;
    private final int[] last;
    private final boolean[] judgesPorts;
    private final boolean[] judgesIcmp;
    private final int[] icmpType;
    private final int[] icmpCode;
    private final boolean[] allow;
    private final List<AclEntry> rules;

    /** Any thread; {@code entries} in any order, those of the other direction are left out. */
    public CompiledAcl(List<AclEntry> entries, boolean egress) {
        rules =
                entries.stream()
                        .filter(entry -> entry.egress() == egress)
                        .sorted(Comparator.comparingInt(AclEntry::ruleNumber))
                        .toList();
        int size = rules.size();
        high = new long[size];
        low = new long[size];
        highMask = new long[size];
        lowMask = new long[size];
        protocol = new int[size];
        first = new int[size];
        last = new int[size];
        judgesPorts = new boolean[size];
        judgesIcmp = new boolean[size];
        icmpType = new int[size];
        icmpCode = new int[size];
        allow = new boolean[size];
        for (int i = 0; i < size; i++) {
            AclEntry rule = rules.get(i);
            // An IPv4 address is a mapped one here, so its prefix is 96 bits longer.
            int bits = rule.prefix().length() + 128 - rule.prefix().address().bits();
            high[i] = rule.prefix().address().high();
            low[i] = rule.prefix().address().low();
            highMask[i] = mask(Math.min(bits, 64));
            lowMask[i] = mask(Math.max(bits - 64, 0));
            protocol[i] = rule.protocol();
            first[i] = rule.portFrom();
            last[i] = rule.portTo();
            judgesPorts[i] = rule.judgesPorts();
            judgesIcmp[i] = rule.judgesIcmp();
            icmpType[i] = rule.icmpType();
            icmpCode[i] = rule.icmpCode();
            allow[i] = rule.allow();
        }
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
        boolean v4 = remoteHigh == 0 && remoteLow >>> 32 == 0xffffL;
        for (int i = 0; i < allow.length; i++) {
            if ((protocol[i] == -1 || protocol[i] == packetProtocol)
                    && ((high[i] ^ remoteHigh) & highMask[i]) == 0
                    && ((low[i] ^ remoteLow) & lowMask[i]) == 0
                    && v4 == (high[i] == 0 && low[i] >>> 32 == 0xffffL)
                    && (!judgesPorts[i] || (first[i] <= targetPort && targetPort <= last[i]))
                    && (!judgesIcmp[i]
                            || ((icmpType[i] == -1 || icmpType[i] == type)
                                    && (icmpCode[i] == -1 || icmpCode[i] == code)))) {
                return i;
            }
        }
        return NONE;
    }

    private static long mask(int bits) {
        return bits == 0 ? 0 : -1L << (64 - bits);
    }
}
