package io.sallyport.gateway.dataplane;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.acl.AclPair;
import io.sallyport.gateway.view.ViewBuilder;
import io.sallyport.ids.AclId;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.InterfaceId;
import io.sallyport.ids.SubnetId;
import io.sallyport.ids.TenantId;
import io.sallyport.ids.VpcId;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import io.sallyport.net.Protocol;
import io.sallyport.store.catalog.AclDecision;
import io.sallyport.store.catalog.AclEntry;
import io.sallyport.store.catalog.AclPath;
import io.sallyport.store.catalog.Catalog;
import io.sallyport.store.catalog.Resource;
import io.sallyport.store.catalog.Resource.Attachment;
import io.sallyport.store.catalog.Resource.NetworkAcl;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** From the catalog to a packet's verdict: what {@link AclPath} says, the data plane says. */
class BoundariesTest {

    private static final int CATALOGS = Integer.getInteger("acl.pairs", 100_000) / 100;
    private static final int FLOWS = 25;
    private static final TenantId TENANT = new TenantId("111122223333");
    private static final VpcId VPC = new VpcId("vpc-00000000000000001");
    private static final List<String> SUBNETS =
            List.of("10.0.0.0/28", "10.0.0.16/29", "10.0.0.32/27", "fd00::/125");

    private final Random random;

    BoundariesTest() {
        long seed = Long.getLong("acl.seed", new Random().nextLong());
        System.out.println("acl.seed " + seed);
        random = new Random(seed);
    }

    @Test
    void theWayOfAPacketIsThatOfTheReference() {
        int denied = 0;
        int tracked = 0;
        for (int i = 0; i < CATALOGS; i++) {
            Resource.Gateway gateway = gateway();
            Catalog catalog = catalog(gateway);
            CompiledView view = new CompiledView(new ViewBuilder().build(catalog, Set.of()), 1);
            for (int j = 0; j < FLOWS; j++) {
                AclPath.Flow flow = flow(gateway);
                boolean outward = random.nextBoolean();
                int type = random.nextInt(4);
                AclPath path = AclPath.of(catalog, gateway, flow.client().address());
                List<AclPath.Step> steps = path.steps(outward, flow, type, 0);
                Boundaries way = way(view, flow);
                boolean allowed = steps.stream().allMatch(AclPath.Step::allows);
                assertThat(way.allows(outward, type, 0)).isEqualTo(allowed);
                assertThat(decided(way, outward)).isEqualTo(numbers(steps));
                denied += allowed ? 0 : 1;
                tracked += steps.stream().anyMatch(AclPath.Step::tracked) ? 1 : 0;
            }
        }
        assertThat(denied).isBetween(CATALOGS, CATALOGS * FLOWS * 9 / 10);
        assertThat(tracked).isPositive();
    }

    private static List<String> numbers(List<AclPath.Step> steps) {
        return steps.stream()
                .map(step -> step.at() + " " + step.acl() + " " + number(step.decision()))
                .toList();
    }

    private static int number(AclDecision decision) {
        return Math.min(decision.ruleNumber(), AclDecision.NO_MATCH_V4);
    }

    private static List<String> decided(Boundaries way, boolean outward) {
        List<String> told = new ArrayList<>();
        for (int step = 0; step < way.reached(); step++) {
            int at = outward ? step : Boundaries.COUNT - 1 - step;
            AclPair acl = way.acl(at);
            if (acl != null) {
                int rule =
                        acl.direction(outward != (at == Boundaries.INSIDE))
                                .rule(way.decided(at))
                                .map(AclEntry::ruleNumber)
                                .orElse(AclDecision.NO_MATCH_V4);
                told.add(AclPath.Boundary.values()[at] + " " + acl.id() + " " + rule);
            }
        }
        return told;
    }

    private static Boundaries way(CompiledView view, AclPath.Flow flow) {
        Boundaries way = new Boundaries();
        IpAddress client = flow.client().address();
        IpAddress remote = flow.remote().address();
        way.flow(
                view.vpc(100),
                requireNonNull(view.gateway(0)),
                flow.protocol().number(),
                client.high(),
                client.low(),
                flow.client().port(),
                remote.high(),
                remote.low(),
                flow.remote().port(),
                flow.translated().port());
        return way;
    }

    private static AclId acl(int number) {
        return new AclId("acl-%017x".formatted(number));
    }

    private Resource.Gateway gateway() {
        int subnet = random.nextInt(3);
        return new Resource.Gateway(
                new GatewayId("nat-00000000000000001"),
                TENANT,
                VPC,
                new SubnetId("subnet-%017x".formatted(subnet)),
                new InterfaceId("eni-00000000000000001"),
                IpPrefix.parse(SUBNETS.get(subnet)).address(),
                Optional.of(IpAddress.parse("fd00::4")),
                random.nextInt(3) == 0 ? Optional.empty() : Optional.of(acl(9)),
                2,
                1);
    }

    private Catalog catalog(Resource.Gateway gateway) {
        List<Resource> all = new ArrayList<>();
        all.add(
                new Resource.Vpc(
                        VPC,
                        TENANT,
                        List.of(IpPrefix.parse("10.0.0.0/16"), IpPrefix.parse("fd00::/64")),
                        Optional.of(new Attachment.Vxlan(100, List.of())),
                        1));
        all.add(gateway);
        gateway.acl().ifPresent(id -> all.add(networkAcl(id)));
        for (int i = 0; i < SUBNETS.size(); i++) {
            boolean bare = random.nextInt(5) == 0;
            all.add(
                    new Resource.Subnet(
                            new SubnetId("subnet-%017x".formatted(i)),
                            TENANT,
                            VPC,
                            IpPrefix.parse(SUBNETS.get(i)),
                            bare
                                    ? Optional.empty()
                                    : Optional.of(new Resource.AclAssociation(acl(i), 1)),
                            1));
            if (!bare) {
                all.add(networkAcl(acl(i)));
            }
        }
        return new Catalog(1, all);
    }

    private NetworkAcl networkAcl(AclId id) {
        List<AclEntry> entries = new ArrayList<>();
        int size = random.nextInt(8);
        for (int i = 1; i <= size; i++) {
            boolean v4 = random.nextInt(4) > 0;
            int from = random.nextInt(6);
            entries.add(
                    new AclEntry(
                            i,
                            random.nextBoolean(),
                            v4 ? one(-1, 6, 17, 1) : one(-1, 6, 58),
                            random.nextInt(3) > 0,
                            prefix(v4),
                            from,
                            from + random.nextInt(6),
                            one(-1, 0, 8),
                            -1,
                            random.nextInt(4) == 0 ? Optional.of(prefix(v4)) : Optional.empty()));
        }
        // Most let much through, or nearly nothing would come to the last boundary.
        if (random.nextInt(3) > 0) {
            for (boolean egress : new boolean[] {true, false}) {
                for (String all : List.of("0.0.0.0/0", "::/0")) {
                    entries.add(
                            new AclEntry(
                                    all.startsWith("0") ? 100 : 101,
                                    egress,
                                    -1,
                                    true,
                                    IpPrefix.parse(all),
                                    0,
                                    65535,
                                    -1,
                                    -1));
                }
            }
        }
        return new NetworkAcl(
                id, TENANT, Optional.of(VPC), false, random.nextBoolean(), entries, 1);
    }

    private int one(int... of) {
        return of[random.nextInt(of.length)];
    }

    private IpPrefix prefix(boolean v4) {
        return v4
                ? new IpPrefix(v4Address(), one(0, 8, 27, 29, 32))
                : new IpPrefix(IpAddress.of(0xfd00L << 48, random.nextInt(8)), one(0, 64, 126));
    }

    private IpAddress v4Address() {
        long net = random.nextBoolean() ? 0x0a00_0000L : 0xc633_6400L;
        return IpAddress.of(0, 0xffff_0000_0000L | net | random.nextInt(64));
    }

    private AclPath.Flow flow(Resource.Gateway gateway) {
        boolean v4 = random.nextInt(4) > 0;
        int protocol = v4 ? one(6, 17, 1) : one(6, 17, 58);
        IpAddress client =
                v4
                        ? IpAddress.of(0, 0xffff_0a00_0000L | random.nextInt(64))
                        : IpAddress.of(0xfd00L << 48, random.nextInt(16));
        IpAddress remote =
                v4
                        ? IpAddress.of(0, 0xffff_c633_6400L | random.nextInt(64))
                        : IpAddress.of(0x2001_0db8L << 32, random.nextInt(8));
        IpAddress own = v4 ? gateway.privateAddress() : gateway.privateAddressV6().orElseThrow();
        return new AclPath.Flow(
                new Protocol(protocol),
                new Endpoint(client, random.nextInt(10)),
                new Endpoint(remote, random.nextInt(10)),
                new Endpoint(own, random.nextInt(10)));
    }
}
