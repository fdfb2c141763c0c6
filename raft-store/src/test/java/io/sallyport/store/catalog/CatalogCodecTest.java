package io.sallyport.store.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.allocator.wire.WireException;
import io.sallyport.ids.AccessKeyId;
import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import io.sallyport.store.catalog.CatalogCommand.OfRouting;
import io.sallyport.store.catalog.Resource.Attachment;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Bytes that were once written are read for ever: the golden file changes by additions only (write
 * it with {@code -Dgolden.update=true}).
 */
class CatalogCodecTest {

    private static final String GOLDEN = "golden/catalog.hex";

    /** One of each kind that there is; a new kind belongs in here. */
    private static List<CatalogCommand> commands() {
        List<CatalogCommand> commands = new ArrayList<>();
        RandomCommands random = new RandomCommands(42);
        TreeSet<String> kinds = new TreeSet<>();
        for (int i = 0; i < 5_000; i++) {
            CatalogCommand command = random.next();
            if (kinds.add(kind(command))) {
                commands.add(command);
            }
        }
        return commands;
    }

    private static List<Resource> resources() {
        CatalogLaw law = new CatalogLaw();
        RandomCommands random = new RandomCommands(7);
        List<Resource> resources = new ArrayList<>();
        TreeSet<String> kinds = new TreeSet<>();
        for (int index = 1; index <= 20_000; index++) {
            Decision decision = law.decide(random.next(), index);
            law.apply(index, decision.changes());
            for (CatalogChange change : decision.changes()) {
                if (change instanceof CatalogChange.Put(Resource resource)
                        && kinds.add(kind(resource))) {
                    resources.add(resource);
                }
            }
        }
        return resources;
    }

    /** What random commands do not draw: subnets' ACLs, and what came with them. */
    private static List<CatalogCommand> commandsOfSubnetAcls() {
        AclEntry near =
                new AclEntry(
                        7,
                        true,
                        6,
                        true,
                        IpPrefix.parse("0.0.0.0/0"),
                        80,
                        443,
                        -1,
                        -1,
                        Optional.of(IpPrefix.parse("10.0.0.0/8")));
        AclEntry plain = Words.entry(8, false, -1, false, "::/0");
        return List.of(
                new CatalogCommand.CreateVpc(
                        Words.ALICE,
                        Words.vpc(1),
                        Words.prefixes("10.0.0.0/16"),
                        Optional.of(Words.acl(1))),
                new CatalogCommand.CreateAcl(
                        Words.ALICE,
                        Words.acl(2),
                        Optional.of(Words.vpc(1)),
                        true,
                        List.of(near, plain)),
                new CatalogCommand.PutAcl(
                        Words.ALICE, Words.acl(2), Optional.of(false), List.of(plain)),
                new CatalogCommand.PutAcl(Words.ALICE, Words.acl(2), List.of(near)),
                new CatalogCommand.PutAclEntry(Words.ALICE, Words.acl(2), near, true),
                new CatalogCommand.DeleteAclEntry(Words.ALICE, Words.acl(2), true, 7),
                new CatalogCommand.AssociateSubnet(
                        Words.ALICE, Words.subnet(1), Words.acl(2), Optional.of(9L)),
                new CatalogCommand.CreateNetworkInterface(
                        Words.ALICE,
                        Words.networkInterface(9),
                        Words.subnet(1),
                        Optional.of(IpAddress.parse("10.0.1.9")),
                        0x02_0000_0000_09L),
                new CatalogCommand.PlaceNetworkInterface(
                        Words.ALICE,
                        Words.networkInterface(9),
                        0x02_0000_0000_0aL,
                        Optional.of(IpAddress.parse("192.0.2.9"))),
                new CatalogCommand.DeleteNetworkInterface(Words.ALICE, Words.networkInterface(8)),
                new CatalogCommand.PutApiKey(
                        Words.ALICE, "ab".repeat(32), KeyScope.parse("gateways:full")),
                new CatalogCommand.DeleteApiKey(Words.ALICE, "ab".repeat(8)),
                new CatalogCommand.PutAccessKey(
                        Words.ALICE, new AccessKeyId("SKIA" + "A".repeat(16)), KeyScope.READ_ONLY),
                new CatalogCommand.PutPool("transit", Words.prefixes("10.0.1.0/24"), true),
                new CatalogCommand.CreatePrivateGateway(
                        new CatalogCommand.CreateGateway(
                                Words.ALICE,
                                Words.gateway(7),
                                Words.subnet(1),
                                Words.networkInterface(7),
                                Optional.of(IpAddress.parse("10.0.1.77")),
                                3),
                        Words.eip(7)),
                new CatalogCommand.AssignPrivateAddresses(
                        Words.ALICE,
                        Words.gateway(7),
                        List.of(
                                new CatalogCommand.OwnAddress(
                                        Words.eip(8), Optional.of(IpAddress.parse("10.0.1.78"))))),
                new CatalogCommand.CreatePrivateGateway(
                        new CatalogCommand.CreateGateway(
                                Words.ALICE,
                                Words.gateway(8),
                                Words.subnet(1),
                                Words.networkInterface(8),
                                Optional.empty(),
                                2),
                        Words.eip(9),
                        List.of(new CatalogCommand.OwnAddress(Words.eip(10), Optional.empty()))),
                new CatalogCommand.PutQuotas(
                        Words.ALICE,
                        new TreeMap<>(Map.of(Quota.GATEWAYS, 700, Quota.NETWORK_ACL_ENTRIES, 9))));
    }

    /** One of each, and in an order in which all are done. */
    private static List<CatalogCommand> commandsOfRouting() {
        return List.of(
                new OfRouting.CreateRouteTable(Words.ALICE, Words.routeTable(2), Words.vpc(1)),
                new OfRouting.CreateRouteTable(Words.ALICE, Words.routeTable(3), Words.vpc(1)),
                new OfRouting.DeleteRouteTable(Words.ALICE, Words.routeTable(3)),
                new OfRouting.CreateInternetGateway(Words.ALICE, Words.internetGateway(1)),
                new OfRouting.CreateInternetGateway(Words.ALICE, Words.internetGateway(2)),
                new OfRouting.AttachInternetGateway(
                        Words.ALICE, Words.internetGateway(1), Words.vpc(1)),
                new OfRouting.PutRoute(
                        Words.ALICE,
                        Words.routeTable(2),
                        Words.routeTo("0.0.0.0/0", 1),
                        Optional.of(false)),
                new OfRouting.PutRoute(
                        Words.ALICE,
                        Words.routeTable(2),
                        new Routing.Route(
                                IpPrefix.parse("2001:db8::/32"),
                                new Routing.Target.Internet(Words.internetGateway(1))),
                        Optional.empty()),
                new OfRouting.PutRoute(
                        Words.ALICE,
                        Words.routeTable(2),
                        Words.routeTo("192.0.2.0/24", 1),
                        Optional.empty()),
                new OfRouting.DeleteRoute(
                        Words.ALICE, Words.routeTable(2), IpPrefix.parse("192.0.2.0/24")),
                new OfRouting.AssociateRouteTable(
                        Words.ALICE, Words.subnet(1), Words.routeTable(1), Optional.of(0L)),
                new OfRouting.DisassociateRouteTable(
                        Words.ALICE, Words.subnet(1), Optional.empty()),
                new OfRouting.AssociateRouteTable(
                        Words.ALICE, Words.subnet(1), Words.routeTable(2), Optional.empty()),
                new OfRouting.ReplaceMainRouteTable(
                        Words.ALICE, Words.routeTable(2), Optional.of(0L)),
                new OfRouting.DetachInternetGateway(
                        Words.ALICE, Words.internetGateway(1), Words.vpc(1)),
                new OfRouting.AttachInternetGateway(
                        Words.ALICE, Words.internetGateway(2), Words.vpc(1)),
                new OfRouting.DeleteInternetGateway(Words.ALICE, Words.internetGateway(1)));
    }

    private static List<Resource> resourcesOfRouting() {
        CatalogLaw law = new CatalogLaw();
        long index = 0;
        for (CatalogCommand command :
                Stream.concat(
                                Stream.of(
                                        Words.tenant(Words.ALICE),
                                        Words.createVpc(Words.ALICE, 1, "10.0.0.0/16"),
                                        Words.createSubnet(Words.ALICE, 1, 1, "10.0.1.0/24"),
                                        Words.createGateway(Words.ALICE, 1, 1)),
                                commandsOfRouting().stream())
                        .toList()) {
            Decision decision = law.decide(command, ++index);
            assertThat(decision.result())
                    .as("%s", command)
                    .isInstanceOf(CatalogResult.Applied.class);
            law.apply(index, decision.changes());
        }
        return law.catalog().resources().stream().filter(one -> one instanceof Routing).toList();
    }

    private static List<Resource> resourcesOfSubnetAcls() {
        CatalogLaw law = new CatalogLaw();
        law.apply(1, law.decide(Words.tenant(Words.ALICE), 1).changes());
        long index = 1;
        for (CatalogCommand command : commandsOfSubnetAcls()) {
            law.apply(++index, law.decide(command, index).changes());
            CatalogCommand subnet = Words.createSubnet(Words.ALICE, 1, 1, "10.0.1.0/24");
            law.apply(++index, law.decide(subnet, index).changes());
        }
        return Stream.concat(
                        law.catalog().resources().stream()
                                .filter(one -> !(one instanceof Resource.Tenant)),
                        Stream.of(
                                new Resource.Tenant(
                                        Words.ALICE,
                                        "alice",
                                        List.of(
                                                new Resource.ApiKey("ab", KeyScope.FULL),
                                                new Resource.ApiKey("cd", KeyScope.READ_ONLY)),
                                        List.of(
                                                new Resource.AccessKey(
                                                        new AccessKeyId("SKIA" + "A".repeat(16)),
                                                        KeyScope.parse("tags:read"))),
                                        8)))
                .toList();
    }

    private static String kind(CatalogCommand command) {
        String simple = command.getClass().getSimpleName();
        return switch (command) {
            case CatalogCommand.CreateGateway create -> simple + create.address().isPresent();
            case CatalogCommand.Labelled labelled -> simple;
            case CatalogCommand.AttachVpc attach -> simple + attach.attachment().isPresent();
            case CatalogCommand.MoveAddress move ->
                    simple
                            + move.to().getClass().getSimpleName()
                            + move.existing().getClass().getSimpleName();
            default -> simple;
        };
    }

    private static String kind(Resource resource) {
        String simple = resource.getClass().getSimpleName();
        return switch (resource) {
            case Resource.Vpc vpc ->
                    simple + vpc.attachment().map(a -> a.getClass().getSimpleName());
            case Resource.ElasticIp eip ->
                    simple
                            + eip.owner().map(o -> o.getClass().getSimpleName())
                            + eip.drain().map(drain -> drain.next().isPresent());
            case Resource.Tenant tenant -> simple + tenant.accessKeys().isEmpty();
            default -> simple;
        };
    }

    private static List<CatalogResult> results() {
        return List.of(
                new CatalogResult.Applied(7, Optional.empty()),
                new CatalogResult.Applied(8, Optional.of(resources().getFirst())),
                new CatalogResult.NotFound("vpc-1"),
                new CatalogResult.Conflict("vpc-1", "why"),
                new CatalogResult.InUse("vpc-1", "subnet-1"),
                new CatalogResult.Invalid("field", "väl\u0000ue", "allowed"),
                new CatalogResult.LimitExceeded("what", 1L << 40),
                new CatalogResult.Changed("vpc-1", 1L << 41));
    }

    private static List<String> lines() {
        List<String> lines = new ArrayList<>();
        HexFormat hex = HexFormat.of();
        commands().forEach(c -> lines.add("command " + hex.formatHex(CatalogCodec.encode(c))));
        resources().forEach(r -> lines.add("resource " + hex.formatHex(CatalogCodec.encode(r))));
        results().forEach(r -> lines.add("result " + hex.formatHex(CatalogCodec.encode(r))));
        lines.add("catalog " + hex.formatHex(CatalogCodec.encode(new Catalog(9, resources()))));
        commandsOfSubnetAcls()
                .forEach(c -> lines.add("command " + hex.formatHex(CatalogCodec.encode(c))));
        resourcesOfSubnetAcls()
                .forEach(r -> lines.add("resource " + hex.formatHex(CatalogCodec.encode(r))));
        commandsOfRouting()
                .forEach(c -> lines.add("command " + hex.formatHex(CatalogCodec.encode(c))));
        resourcesOfRouting()
                .forEach(r -> lines.add("resource " + hex.formatHex(CatalogCodec.encode(r))));
        return lines;
    }

    /** Kinds of commands that are no groups of kinds. */
    private static long kinds(Class<?> type) {
        Class<?>[] permitted = type.getPermittedSubclasses();
        return permitted == null ? 1 : Stream.of(permitted).mapToLong(one -> kinds(one)).sum();
    }

    @Test
    void everyKindIsThere() {
        assertThat(
                        Stream.of(commands(), commandsOfSubnetAcls(), commandsOfRouting())
                                .flatMap(List::stream)
                                .map(Object::getClass)
                                .distinct()
                                .count())
                .isEqualTo(kinds(CatalogCommand.class));
        assertThat(resourcesOfRouting().stream().map(Object::getClass).distinct()).hasSize(2);
        assertThat(results().stream().map(Object::getClass).distinct())
                .hasSize(CatalogResult.class.getPermittedSubclasses().length);
        assertThat(resources().stream().map(Object::getClass).distinct()).hasSize(10);
        assertThat(resources().stream().map(CatalogCodecTest::kind))
                .contains(
                        "Vpc" + Optional.of(Attachment.Vxlan.class.getSimpleName()),
                        "Vpc" + Optional.of(Attachment.Interfaces.class.getSimpleName()));
    }

    @Test
    void bytesAreThoseOfTheGoldenFile() throws IOException {
        String now = String.join("\n", lines()) + "\n";
        if (Boolean.getBoolean("golden.update")) {
            Path file = Path.of("src/test/resources", GOLDEN);
            Files.createDirectories(file.getParent());
            Files.writeString(file, now);
        }
        try (InputStream golden = getClass().getClassLoader().getResourceAsStream(GOLDEN)) {
            assertThat(golden).as(GOLDEN).isNotNull();
            assertThat(now).isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /** Written before instances could own an elastic IP, and before it said whether it is open. */
    @Test
    void formerBytesAreReadOn() {
        HexFormat hex = HexFormat.of();
        CatalogCommand attach =
                CatalogCodec.decodeCommand(
                        hex.parseHex(
                                "010e0000000c3131313131313131313131310000001a656970616c6c6f632d30"
                                        + "303030303030303030303030303030320000001"
                                        + "56e61742d3030303030303030303030303030303033"));
        assertThat(attach).isEqualTo(Words.attach(Words.ALICE, 2, 3));
        Resource eip =
                CatalogCodec.decodeResource(
                        hex.parseHex(
                                "01050000001a656970616c6c6f632d3030303030303030303030303030303036"
                                        + "0000000c31313131313131313131313104cb00710500000000"
                                        + "00000000"
                                        + "000000000000000047"));
        assertThat(eip)
                .isInstanceOfSatisfying(
                        Resource.ElasticIp.class, read -> assertThat(read.owner()).isEmpty());
        Resource attached =
                CatalogCodec.decodeResource(
                        hex.parseHex(
                                "01050000001a656970616c6c6f632d3030303030303030303030303030303036"
                                        + "0000000c31313131313131313131313104cb00710500000000"
                                        + "00000007"
                                        + "01000000156e61742d3030303030303030303030303030303033"
                                        + "0000000000000047"));
        assertThat(attached)
                .isInstanceOfSatisfying(
                        Resource.ElasticIp.class,
                        read -> {
                            assertThat(read.gateway()).contains(Words.gateway(3));
                            assertThat(read.poolGeneration()).isEqualTo(7);
                            assertThat(read.open()).as("opens when all obey it").isFalse();
                        });
    }

    /** All kinds as they were before there were labels: read on, and written as they were. */
    @Test
    void bytesFromBeforeLabelsAreReadOnAndWrittenAlike() throws IOException {
        HexFormat hex = HexFormat.of();
        try (InputStream former =
                getClass()
                        .getClassLoader()
                        .getResourceAsStream("golden/catalog-before-labels.hex")) {
            assertThat(former).isNotNull();
            String text = new String(former.readAllBytes(), StandardCharsets.UTF_8);
            for (String[] line : text.lines().map(each -> each.split(" ")).toList()) {
                byte[] bytes = hex.parseHex(line[1]);
                byte[] again =
                        switch (line[0]) {
                            case "command" ->
                                    CatalogCodec.encode(CatalogCodec.decodeCommand(bytes));
                            case "resource" ->
                                    CatalogCodec.encode(CatalogCodec.decodeResource(bytes));
                            case "result" -> CatalogCodec.encode(CatalogCodec.decodeResult(bytes));
                            default -> CatalogCodec.encode(CatalogCodec.decodeCatalog(bytes));
                        };
                assertThat(hex.formatHex(again)).isEqualTo(line[1]);
            }
        }
    }

    /** Only what is new is written anew: what is not used keeps its bytes. */
    @Test
    void bytesOfWhatHasNothingNewAreAsBefore() {
        assertThat(CatalogCodec.encode(new Resource.Tenant(Words.ALICE, "a", "b", 7)))
                .startsWith(1, 1);
        assertThat(CatalogCodec.encode(Words.createGateway(Words.ALICE, 1, 1))).startsWith(1, 12);
        assertThat(CatalogCodec.encode(Words.createVpc(Words.ALICE, 1, "10.0.0.0/8")))
                .startsWith(1, 6);
        List<AclEntry> entries = List.of(Words.entry(1, true, 6, true, "0.0.0.0/0"));
        assertThat(
                        CatalogCodec.encode(
                                new CatalogCommand.PutAcl(Words.ALICE, Words.acl(1), entries)))
                .startsWith(1, 16);
        assertThat(
                        CatalogCodec.encode(
                                new Resource.NetworkAcl(Words.acl(1), Words.ALICE, entries, 7)))
                .startsWith(1, 7);
    }

    /** However deep bytes say that labels are in labels. */
    @Test
    void labelsInLabelsAreRefused() {
        byte[] bytes = new byte[1_000_000];
        bytes[0] = 1;
        for (int i = 1; i + 13 < bytes.length; i += 13) {
            bytes[i] = 24;
        }
        assertThatThrownBy(() -> CatalogCodec.decodeCommand(bytes))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("24");
    }

    @Test
    void whatIsWrittenIsReadBack() {
        Stream.concat(commands().stream(), commandsOfRouting().stream())
                .forEach(c ->
                        assertThat(CatalogCodec.decodeCommand(CatalogCodec.encode(c)))
                                .isEqualTo(c));
        Stream.concat(resources().stream(), resourcesOfRouting().stream())
                .forEach(r ->
                        assertThat(CatalogCodec.decodeResource(CatalogCodec.encode(r)))
                                .isEqualTo(r));
        results()
                .forEach(r ->
                        assertThat(CatalogCodec.decodeResult(CatalogCodec.encode(r))).isEqualTo(r));
        Catalog catalog = new Catalog(9, resources());
        assertThat(CatalogCodec.decodeCatalog(CatalogCodec.encode(catalog))).isEqualTo(catalog);
    }

    @Test
    void otherVersionsAndKindsAreRefused() {
        assertThatThrownBy(() -> CatalogCodec.decodeCommand(new byte[] {2, 1}))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("version");
        assertThatThrownBy(() -> CatalogCodec.decodeCommand(new byte[] {1, 99}))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("99");
        assertThatThrownBy(() -> CatalogCodec.decodeResult(new byte[0]))
                .isInstanceOf(WireException.class);
    }

    @Test
    void damagedBytesAreAWireExceptionOrAnotherValueAndNothingElse() {
        long seed = 20261121;
        Random random = new Random(seed);
        List<String> lines = lines();
        int refused = 0;
        for (int i = 0; i < 100_000; i++) {
            String[] line = lines.get(random.nextInt(lines.size())).split(" ");
            byte[] bytes = damaged(HexFormat.of().parseHex(line[1]), random);
            Function<byte[], Object> decode =
                    switch (line[0]) {
                        case "command" -> CatalogCodec::decodeCommand;
                        case "resource" -> CatalogCodec::decodeResource;
                        case "result" -> CatalogCodec::decodeResult;
                        default -> CatalogCodec::decodeCatalog;
                    };
            try {
                assertThat(decode.apply(bytes)).isNotNull();
            } catch (WireException e) {
                refused++;
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", round " + i, e);
            }
        }
        assertThat(refused).isGreaterThan(10_000);
    }

    private static byte[] damaged(byte[] bytes, Random random) {
        byte[] damaged = bytes.clone();
        for (int hits = 1 + random.nextInt(3); hits > 0; hits--) {
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
        }
        return random.nextInt(4) == 0
                ? java.util.Arrays.copyOf(damaged, random.nextInt(damaged.length + 4))
                : damaged;
    }
}
