package io.sallyport.gateway.acl;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import io.sallyport.net.Protocol;
import io.sallyport.store.catalog.AclDecision;
import io.sallyport.store.catalog.AclEntry;
import io.sallyport.store.catalog.NetworkAcls;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Three ways to say what an ACL means, and one answer: the compiled form, the reference, and a
 * model here that shares nothing with either. {@code -Dacl.pairs=1000000} for more pairs.
 */
class CompiledAclTest {

    private static final int PAIRS = Integer.getInteger("acl.pairs", 100_000);
    private static final int PACKETS = 25;
    private static final int[] PROTOCOLS = {-1, 1, 6, 17, 58, 50};

    /** A packet as an ACL sees it. */
    private record Asked(
            boolean egress,
            int protocol,
            IpAddress far,
            IpAddress near,
            int port,
            int type,
            int code) {}

    @Test
    void compiledReferenceAndModelDecideAlike() {
        long seed = Long.getLong("acl.seed", new Random().nextLong());
        System.out.println("acl.seed " + seed);
        Random random = new Random(seed);
        int allowed = 0;
        for (int set = 0; set < PAIRS / PACKETS; set++) {
            List<AclEntry> entries = entries(random, set % 10 == 0);
            CompiledAcl egress = new CompiledAcl(entries, true);
            CompiledAcl ingress = new CompiledAcl(entries, false);
            for (int i = 0; i < PACKETS; i++) {
                Asked asked = asked(random);
                AclDecision expected = model(entries, asked);
                allowed += expected.allow() ? 1 : 0;
                assertThat(reference(entries, asked)).isEqualTo(expected);
                CompiledAcl compiled = asked.egress() ? egress : ingress;
                int rule = deciding(compiled, asked);
                assertThat(compiled.allows(rule)).isEqualTo(expected.allow());
                assertThat(compiled.rule(rule).map(AclEntry::ruleNumber))
                        .isEqualTo(
                                Optional.of(expected.ruleNumber())
                                        .filter(number -> number < AclDecision.NO_MATCH_V4));
            }
        }
        assertThat(allowed).as("neither all nor none").isBetween(PAIRS / 20, PAIRS * 19 / 20);
    }

    private static int deciding(CompiledAcl acl, Asked asked) {
        return acl.deciding(
                asked.protocol(),
                asked.far().high(),
                asked.far().low(),
                asked.near().high(),
                asked.near().low(),
                asked.port(),
                asked.type(),
                asked.code());
    }

    private static AclDecision reference(List<AclEntry> entries, Asked asked) {
        return NetworkAcls.decide(
                entries,
                asked.egress(),
                new Protocol(asked.protocol()),
                asked.far(),
                asked.near(),
                asked.port(),
                asked.type(),
                asked.code());
    }

    /** As the AWS guide tells it, by arithmetic on whole addresses. */
    private static AclDecision model(List<AclEntry> entries, Asked asked) {
        List<AclEntry> inOrder = new ArrayList<>(entries);
        inOrder.sort(Comparator.comparingInt(AclEntry::ruleNumber));
        for (AclEntry entry : inOrder) {
            boolean v6Rule = entry.prefix().address().bytes().length == 16;
            boolean ports = entry.protocol() == 6 || entry.protocol() == 17;
            boolean icmp = entry.protocol() == (v6Rule ? 58 : 1);
            if (entry.egress() != asked.egress()
                    || (entry.protocol() >= 0 && entry.protocol() != asked.protocol())
                    || !covers(entry.prefix(), asked.far())
                    || (entry.near().isPresent() && !covers(entry.near().get(), asked.near()))
                    || (ports && asked.port() < entry.portFrom())
                    || (ports && asked.port() > entry.portTo())
                    || (icmp && entry.icmpType() >= 0 && entry.icmpType() != asked.type())
                    || (icmp && entry.icmpCode() >= 0 && entry.icmpCode() != asked.code())) {
                continue;
            }
            return new AclDecision(entry.allow(), entry.ruleNumber());
        }
        return new AclDecision(false, asked.far().bytes().length == 16 ? 32768 : 32767);
    }

    private static boolean covers(IpPrefix prefix, IpAddress address) {
        byte[] wanted = prefix.address().bytes();
        byte[] found = address.bytes();
        int rest = wanted.length * 8 - prefix.length();
        return wanted.length == found.length
                && new BigInteger(1, wanted)
                        .shiftRight(rest)
                        .equals(new BigInteger(1, found).shiftRight(rest));
    }

    /** Many now and then: those of one prefix cover each other in part. */
    private static List<AclEntry> entries(Random random, boolean many) {
        List<AclEntry> entries = new ArrayList<>();
        int size = random.nextInt(many ? 120 : 12);
        for (int number = 1; number <= size; number++) {
            int from = random.nextInt(100);
            int type = random.nextInt(6) - 1;
            IpPrefix prefix = prefix(random);
            entries.add(
                    new AclEntry(
                            number * 10,
                            random.nextBoolean(),
                            PROTOCOLS[random.nextInt(PROTOCOLS.length)],
                            random.nextInt(3) != 0,
                            prefix,
                            from,
                            from + random.nextInt(many ? 10 : 100),
                            type,
                            // The law has it so: all types are all codes.
                            type < 0 ? -1 : random.nextInt(4) - 1,
                            random.nextInt(4) == 0
                                    ? Optional.of(prefix(random, prefix.address().isV4()))
                                    : Optional.empty()));
        }
        java.util.Collections.shuffle(entries, random);
        return entries;
    }

    private static Asked asked(Random random) {
        boolean v4 = random.nextBoolean();
        return new Asked(
                random.nextBoolean(),
                PROTOCOLS[1 + random.nextInt(PROTOCOLS.length - 1)],
                address(random, v4),
                address(random, v4),
                random.nextInt(200),
                random.nextInt(5),
                random.nextInt(3));
    }

    private static IpAddress address(Random random, boolean v4) {
        return v4
                ? IpAddress.of(0, 0xffff_0a00_0000L | random.nextInt(16))
                : IpAddress.of(0x2001_0db8_0000_0000L | random.nextInt(2), random.nextInt(16));
    }

    private static IpPrefix prefix(Random random) {
        return prefix(random, random.nextBoolean());
    }

    private static IpPrefix prefix(Random random, boolean v4) {
        int[] lengths = v4 ? new int[] {0, 8, 28, 30, 32} : new int[] {0, 1, 63, 64, 126, 128};
        return new IpPrefix(address(random, v4), lengths[random.nextInt(lengths.length)]);
    }

    @Test
    void aRuleIsToldHowOftenItDecided() {
        AclEntry one = new AclEntry(7, true, 6, true, IpPrefix.parse("10.0.0.0/8"), 80, 80, -1, -1);
        CompiledAcl acl = new CompiledAcl(List.of(one), true);
        acl.hit(0, 3);
        acl.hit(0, 1);
        acl.hit(CompiledAcl.NONE, 2);
        assertThat(acl.hits(0)).isEqualTo(4);
        assertThat(acl.hits(CompiledAcl.NONE)).isEqualTo(2);
    }
}
