package io.sallyport.store.catalog;

import static io.sallyport.store.catalog.Words.ALICE;
import static io.sallyport.store.catalog.Words.BOB;
import static io.sallyport.store.catalog.Words.acl;
import static io.sallyport.store.catalog.Words.eip;
import static io.sallyport.store.catalog.Words.flowLog;
import static io.sallyport.store.catalog.Words.gateway;
import static io.sallyport.store.catalog.Words.internetGateway;
import static io.sallyport.store.catalog.Words.networkInterface;
import static io.sallyport.store.catalog.Words.prefixes;
import static io.sallyport.store.catalog.Words.routeTable;
import static io.sallyport.store.catalog.Words.subnet;
import static io.sallyport.store.catalog.Words.vpc;

import io.sallyport.ids.AccessKeyId;
import io.sallyport.ids.AclId;
import io.sallyport.ids.InterfaceId;
import io.sallyport.ids.InternetGatewayId;
import io.sallyport.ids.RouteTableId;
import io.sallyport.ids.TenantId;
import io.sallyport.ids.VpcId;
import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import io.sallyport.store.catalog.CatalogCommand.OfRouting;
import io.sallyport.store.catalog.Resource.Attachment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Commands over few names and small ranges, so that they meet, collide and repeat. */
final class RandomCommands {

    private final Random random;

    RandomCommands(long seed) {
        random = new Random(seed);
    }

    @SafeVarargs
    private <T> T one(T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private int few() {
        return 1 + random.nextInt(4);
    }

    private TenantId who() {
        return random.nextInt(4) == 0 ? BOB : ALICE;
    }

    /** A version that some EIP may have; by default none has. */
    long seen;

    private int associations;

    /** Draws of its own, so that what was drawn before there were these is drawn still. */
    private Optional<Random> acls = Optional.empty();

    RandomCommands withSubnetAcls() {
        acls = Optional.of(new Random(random.nextLong()));
        return this;
    }

    CatalogCommand next() {
        if (acls.isPresent() && acls.get().nextInt(5) == 0) {
            return ofSubnetAcls(acls.get());
        }
        if (acls.isPresent() && acls.get().nextInt(5) == 0) {
            return ofRouting(acls.get());
        }
        return switch (random.nextInt(8)) {
            case 0 -> saying();
            case 1 -> new CatalogCommand.Labelled(doing(), 1 + random.nextInt(9), tags());
            default -> conditional(doing());
        };
    }

    /** Of what must be there anyway, so that what follows is as without it. */
    private static CatalogCommand conditional(CatalogCommand drawn) {
        return drawn instanceof CatalogCommand.SetCopies copies && copies.copies() % 2 == 0
                ? new CatalogCommand.IfUnchanged(copies, copies.gateway().value(), List.of())
                : drawn;
    }

    private CatalogCommand ofSubnetAcls(Random draw) {
        TenantId who = draw.nextInt(4) == 0 ? BOB : ALICE;
        int vpc = 1 + draw.nextInt(4);
        // Each VPC's default one, and four others.
        AclId any = acl(1 + draw.nextInt(8));
        AclEntry entry =
                new AclEntry(
                        1 + draw.nextInt(3),
                        draw.nextBoolean(),
                        6,
                        draw.nextBoolean(),
                        IpPrefix.parse("0.0.0.0/0"),
                        80,
                        draw.nextInt(4) == 0 ? 70 : 80,
                        -1,
                        -1,
                        switch (draw.nextInt(4)) {
                            case 0 -> Optional.of(IpPrefix.parse("10.0.0.0/8"));
                            case 1 -> Optional.of(IpPrefix.parse("::/0"));
                            default -> Optional.empty();
                        });
        return switch (draw.nextInt(18)) {
            case 17 ->
                    new CatalogCommand.PutQuotas(
                            who,
                            new TreeMap<>(
                                    Map.of(
                                            Quota.values()[draw.nextInt(Quota.values().length)],
                                            draw.nextInt(12) - 1)));
            case 15, 16 ->
                    draw.nextInt(3) == 0
                            ? new CatalogCommand.DrainAddress(who, eip(draw.nextInt(8)), 7)
                            : new CatalogCommand.AssignPrivateAddresses(
                                    who, gateway(1 + draw.nextInt(4)), further(draw, 1));
            case 12 ->
                    new CatalogCommand.PutPool(
                            "other",
                            draw.nextBoolean() ? prefixes("10.0.0.0/28") : prefixes("10.0.0.8/29"),
                            draw.nextInt(5) > 0);
            case 13, 14 ->
                    new CatalogCommand.CreatePrivateGateway(
                            new CatalogCommand.CreateGateway(
                                    who,
                                    gateway(1 + draw.nextInt(4)),
                                    subnet(1 + draw.nextInt(4)),
                                    networkInterface(1 + draw.nextInt(4)),
                                    draw.nextInt(3) > 0
                                            ? Optional.empty()
                                            : Optional.of(IpAddress.parse("10.0.0.5")),
                                    2),
                            eip(draw.nextInt(8)),
                            further(draw, 0));
            case 8, 9 ->
                    draw.nextInt(4) == 0
                            ? new CatalogCommand.DeleteNetworkInterface(who, place(draw))
                            : new CatalogCommand.CreateNetworkInterface(
                                    who,
                                    place(draw),
                                    subnet(1 + draw.nextInt(4)),
                                    draw.nextBoolean()
                                            ? Optional.empty()
                                            : Optional.of(IpAddress.parse("10.0.0.5")),
                                    0x020000000001L);
            case 10 ->
                    new CatalogCommand.PlaceNetworkInterface(
                            who,
                            place(draw),
                            0x020000000001L + draw.nextInt(2),
                            draw.nextBoolean()
                                    ? Optional.empty()
                                    : Optional.of(IpAddress.parse("10.99.0.1")));
            case 11 ->
                    draw.nextInt(3) == 0
                            ? new CatalogCommand.DeleteApiKey(who, hash(draw).substring(0, 16))
                            : new CatalogCommand.PutApiKey(
                                    who, hash(draw), new KeyScope(draw.nextInt(4), 0));
            case 0, 1 ->
                    new CatalogCommand.CreateVpc(
                            who,
                            vpc(vpc),
                            prefixes("10.0.0.0/24", "fd00::/64"),
                            Optional.of(acl(4 + vpc)));
            case 2 ->
                    new CatalogCommand.CreateAcl(
                            who,
                            any,
                            draw.nextInt(4) == 0 ? Optional.empty() : Optional.of(vpc(vpc)),
                            draw.nextBoolean(),
                            List.of(entry));
            case 3 ->
                    new CatalogCommand.PutAcl(
                            who, any, Optional.of(draw.nextBoolean()), List.of(entry));
            case 4 -> new CatalogCommand.PutAclEntry(who, any, entry, draw.nextBoolean());
            case 5 ->
                    new CatalogCommand.DeleteAclEntry(
                            who, any, draw.nextBoolean(), 1 + draw.nextInt(3));
            case 6 -> new CatalogCommand.DeleteAcl(who, any);
            default ->
                    new CatalogCommand.AssociateSubnet(
                            who,
                            subnet(1 + draw.nextInt(4)),
                            any,
                            draw.nextInt(3) == 0 ? Optional.of(seen) : Optional.empty());
        };
    }

    private CatalogCommand ofRouting(Random draw) {
        TenantId who = draw.nextInt(4) == 0 ? BOB : ALICE;
        VpcId vpc = vpc(1 + draw.nextInt(4));
        // Each VPC's first one, and four others.
        RouteTableId table = routeTable(1 + draw.nextInt(8));
        InternetGatewayId internet = internetGateway(1 + draw.nextInt(2));
        IpPrefix destination =
                IpPrefix.parse(
                        List.of("0.0.0.0/0", "::/0", "10.0.0.0/26", "192.0.2.0/24", "10.0.0.0/8")
                                .get(draw.nextInt(5)));
        Routing.Route route =
                new Routing.Route(
                        destination,
                        draw.nextInt(4) == 0
                                ? new Routing.Target.Internet(internet)
                                : new Routing.Target.NatGateway(gateway(1 + draw.nextInt(4))));
        Optional<Long> known =
                switch (draw.nextInt(4)) {
                    case 0 -> Optional.of(seen);
                    case 1 -> Optional.of(0L);
                    default -> Optional.empty();
                };
        return switch (draw.nextInt(14)) {
            case 0, 1 -> new OfRouting.CreateRouteTable(who, table, vpc);
            case 2 -> new OfRouting.DeleteRouteTable(who, table);
            case 3, 4, 5 ->
                    new OfRouting.PutRoute(
                            who,
                            table,
                            route,
                            draw.nextBoolean()
                                    ? Optional.empty()
                                    : Optional.of(draw.nextBoolean()));
            case 6 -> new OfRouting.DeleteRoute(who, table, destination);
            case 7, 8 ->
                    new OfRouting.AssociateRouteTable(
                            who, subnet(1 + draw.nextInt(4)), table, known);
            case 9 -> new OfRouting.DisassociateRouteTable(who, subnet(1 + draw.nextInt(4)), known);
            case 10 -> new OfRouting.ReplaceMainRouteTable(who, table, known);
            case 11 ->
                    draw.nextInt(4) == 0
                            ? new OfRouting.DeleteInternetGateway(who, internet)
                            : new OfRouting.CreateInternetGateway(who, internet);
            case 12 -> new OfRouting.DetachInternetGateway(who, internet, vpc);
            default -> new OfRouting.AttachInternetGateway(who, internet, vpc);
        };
    }

    private static List<CatalogCommand.OwnAddress> further(Random draw, int atLeast) {
        return Stream.generate(() ->
                        new CatalogCommand.OwnAddress(
                                eip(draw.nextInt(8)),
                                draw.nextBoolean()
                                        ? Optional.empty()
                                        : Optional.of(
                                                IpAddress.parse(
                                                        "10.0.0." + (5 + draw.nextInt(2))))))
                .limit(atLeast + draw.nextInt(2))
                .toList();
    }

    private static InterfaceId place(Random draw) {
        return networkInterface(1 + draw.nextInt(8));
    }

    private static String hash(Random draw) {
        return Integer.toHexString(10 + draw.nextInt(4)).repeat(64);
    }

    private CatalogCommand saying() {
        return switch (random.nextInt(6)) {
            case 0 -> new CatalogCommand.PutTags(who(), things(), tags());
            case 1 ->
                    new CatalogCommand.DeleteTags(
                            who(),
                            things(),
                            one(
                                    List.of(),
                                    List.of(
                                            new CatalogCommand.TagMatch(
                                                    one("a", "b"),
                                                    one(Optional.empty(), Optional.of(""))))));
            case 2 -> new CatalogCommand.PutAccessKey(who(), accessKey());
            case 3 -> new CatalogCommand.DeleteAccessKey(who(), accessKey());
            case 4 ->
                    new CatalogCommand.RetireGateway(
                            who(), gateway(few()), random.nextInt(3) * 2_000_000L);
            default ->
                    new CatalogCommand.DrainAddress(
                            who(), eip(random.nextInt(8)), 1_000 + random.nextInt(3));
        };
    }

    private AccessKeyId accessKey() {
        return new AccessKeyId("SKIA" + one("A", "B", "C", "D").repeat(16));
    }

    private List<String> things() {
        return one(
                List.of(vpc(few()).value()),
                List.of(gateway(few()).value(), eip(random.nextInt(8)).value()),
                List.of("label:" + vpc(few())),
                List.of("former:" + gateway(few())));
    }

    private SortedMap<String, String> tags() {
        return new TreeMap<>(
                one(
                        Map.of(),
                        Map.of("a", one("", "x", "<&>")),
                        Map.of("a", "y", "b", ""),
                        Map.of(one("aws:no", "", "\u0001"), "z")));
    }

    private CatalogCommand doing() {
        return switch (random.nextInt(23)) {
            case 0 -> Words.tenant(who());
            case 1 ->
                    random.nextInt(4) == 0
                            ? new CatalogCommand.DeleteTenant(who())
                            : new CatalogCommand.PutTenant(
                                    who(), one("a", "", "b\n"), one("x", "0".repeat(64)));
            case 2 ->
                    new CatalogCommand.PutPool(
                            one("public", "other", "No"),
                            one(
                                    prefixes("203.0.113.0/29", "2001:db8::/126"),
                                    prefixes("203.0.113.8/30"),
                                    prefixes("203.0.113.4/30"),
                                    prefixes()));
            case 3 -> new CatalogCommand.DeletePool(one("public", "other"));
            case 4 -> new CatalogCommand.AttachVpc(vpc(few()), attachment());
            case 5, 6 ->
                    new CatalogCommand.CreateVpc(
                            who(),
                            vpc(few()),
                            one(
                                    prefixes("10.0.0.0/24", "fd00::/64"),
                                    prefixes("10.0.0.0/16"),
                                    prefixes("10.0.0.0/16", "10.0.9.0/24")));
            case 7 -> new CatalogCommand.DeleteVpc(who(), vpc(few()));
            case 8, 9 ->
                    new CatalogCommand.CreateSubnet(
                            who(),
                            subnet(few()),
                            vpc(few()),
                            IpPrefix.parse(
                                    one(
                                            "10.0.0.0/29",
                                            "10.0.0.8/29",
                                            "10.0.0.0/28",
                                            "fd00::/125")));
            case 10 -> new CatalogCommand.DeleteSubnet(who(), subnet(few()));
            case 11, 12 ->
                    new CatalogCommand.AllocateAddress(
                            who(),
                            eip(random.nextInt(8)),
                            one("public", "other"),
                            random.nextInt(3) == 0,
                            random.nextInt(3) > 0
                                    ? Optional.empty()
                                    : Optional.of(
                                            IpAddress.parse(
                                                    one(
                                                            "203.0.113.2",
                                                            "203.0.113.9",
                                                            "2001:db8::2"))));
            case 13 -> new CatalogCommand.ReleaseAddress(who(), eip(random.nextInt(8)));
            case 14 ->
                    new CatalogCommand.CreateGateway(
                            who(),
                            gateway(few()),
                            subnet(few()),
                            networkInterface(few()),
                            random.nextInt(3) > 0
                                    ? Optional.empty()
                                    : Optional.of(
                                            IpAddress.parse(
                                                    one("10.0.0.1", "10.0.0.5", "fd00::5"))),
                            random.nextInt(4),
                            random.nextInt(2) == 0
                                    ? Optional.empty()
                                    : Optional.of(eip(random.nextInt(8))));
            case 15 -> new CatalogCommand.DeleteGateway(who(), gateway(few()));
            case 16, 21 ->
                    new CatalogCommand.MoveAddress(
                            who(), eip(random.nextInt(8)), owner(), existing());
            case 22 -> new CatalogCommand.EndDrain(eip(random.nextInt(8)), seen);
            case 17 -> new CatalogCommand.DetachAddress(who(), eip(random.nextInt(8)));
            case 18 ->
                    one(
                            new CatalogCommand.PutAcl(who(), acl(few()), entries()),
                            new CatalogCommand.CreateAcl(who(), acl(few()), entries()),
                            new CatalogCommand.DeleteAcl(who(), acl(few())));
            case 19 ->
                    associationOrCopies(
                            new CatalogCommand.AssociateAcl(
                                    who(),
                                    gateway(few()),
                                    random.nextInt(3) == 0
                                            ? Optional.empty()
                                            : Optional.of(acl(few()))));
            default ->
                    random.nextInt(3) == 0
                            ? new CatalogCommand.DeleteFlowLog(who(), flowLog(few()))
                            : new CatalogCommand.CreateFlowLog(
                                    who(),
                                    flowLog(few()),
                                    gateway(few()),
                                    one("logs", "more", "NO"),
                                    one("", "a", "/"),
                                    one(Resource.TrafficType.values()));
        };
    }

    /** Draws nothing: what was drawn before there were such commands is drawn still. */
    private CatalogCommand associationOrCopies(CatalogCommand.AssociateAcl drawn) {
        associations++;
        return associations % 3 == 0
                ? new CatalogCommand.SetCopies(drawn.tenant(), drawn.gateway(), associations % 11)
                : drawn;
    }

    private Resource.Owner owner() {
        return random.nextInt(3) > 0
                ? new Resource.Owner.OfGateway(gateway(few()))
                : new Resource.Owner.OfInstance(
                        vpc(few()),
                        IpAddress.parse(one("10.0.0.4", "10.0.0.5", "10.0.0.77", "fd00::7")),
                        one(Optional.empty(), Optional.of(IpAddress.parse("10.99.0.1"))),
                        one(0x020000000001L, 0x020000000002L, 0x010000000000L));
    }

    private CatalogCommand.Existing existing() {
        return one(
                new CatalogCommand.Existing.None(),
                new CatalogCommand.Existing.End(),
                new CatalogCommand.Existing.Follow(),
                new CatalogCommand.Existing.Drain(1_000 + random.nextInt(3)));
    }

    private Optional<Attachment> attachment() {
        return switch (random.nextInt(4)) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(new Attachment.Interfaces(List.of(one("in0", "in1")), 0));
            default ->
                    Optional.of(new Attachment.Vxlan(random.nextInt(4), prefixes("10.99.0.0/16")));
        };
    }

    private List<AclEntry> entries() {
        return IntStream.range(0, random.nextInt(4))
                .mapToObj(i ->
                        new AclEntry(
                                random.nextInt(5),
                                random.nextBoolean(),
                                one(-1, 1, 6, 17, 47, 58),
                                random.nextBoolean(),
                                IpPrefix.parse(one("0.0.0.0/0", "::/0", "10.0.0.0/8")),
                                80,
                                one(80, 443, 70),
                                one(-1, 8, 300),
                                one(-1, 0)))
                .toList();
    }
}
