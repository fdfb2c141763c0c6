package io.sallyport.gateway.acl;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import io.sallyport.net.Protocol;
import io.sallyport.store.catalog.AclEntry;
import io.sallyport.store.catalog.NetworkAcls;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CompiledAclTest {

    private static final int[] PROTOCOLS = {-1, 1, 6, 17, 58, 50};

    @Test
    void itDecidesAsTheReferenceDoes() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        int allowed = 0;
        for (int i = 0; i < 3000; i++) {
            List<AclEntry> entries = new ArrayList<>();
            // Many now and then: those of one prefix cover each other in part.
            int size = random.nextInt(i % 10 == 0 ? 120 : 12);
            for (int number = 1; number <= size; number++) {
                int from = random.nextInt(100);
                int judgedType = random.nextInt(6) - 1;
                entries.add(
                        new AclEntry(
                                number * 10,
                                random.nextBoolean(),
                                PROTOCOLS[random.nextInt(PROTOCOLS.length)],
                                random.nextInt(3) != 0,
                                prefix(random),
                                from,
                                from + random.nextInt(i % 10 == 0 ? 10 : 100),
                                judgedType,
                                // The law has it so: all types are all codes.
                                judgedType < 0 ? -1 : random.nextInt(4) - 1));
            }
            java.util.Collections.shuffle(entries, random);
            CompiledAcl egress = new CompiledAcl(entries, true);
            CompiledAcl ingress = new CompiledAcl(entries, false);
            for (int j = 0; j < 40; j++) {
                boolean out = random.nextBoolean();
                int protocol = PROTOCOLS[1 + random.nextInt(PROTOCOLS.length - 1)];
                IpAddress remote = address(random);
                int port = random.nextInt(200);
                int type = random.nextInt(5);
                int code = random.nextInt(3);
                boolean expected =
                        NetworkAcls.decide(
                                        entries,
                                        out,
                                        new Protocol(protocol),
                                        remote,
                                        port,
                                        type,
                                        code)
                                .allow();
                allowed += expected ? 1 : 0;
                assertThat(
                                (out ? egress : ingress)
                                        .allows(
                                                protocol,
                                                remote.high(),
                                                remote.low(),
                                                port,
                                                type,
                                                code))
                        .isEqualTo(expected);
            }
        }
        assertThat(allowed).isBetween(10_000, 110_000);
    }

    private static IpAddress address(Random random) {
        return random.nextBoolean()
                ? IpAddress.of(0, 0xffff_0a00_0000L | random.nextInt(16))
                : IpAddress.of(0x2001_0db8_0000_0000L | random.nextInt(2), random.nextInt(16));
    }

    private static IpPrefix prefix(Random random) {
        IpAddress address = address(random);
        int[] lengths =
                address.isV4() ? new int[] {0, 8, 28, 30, 32} : new int[] {0, 1, 63, 64, 126, 128};
        return new IpPrefix(address, lengths[random.nextInt(lengths.length)]);
    }
}
