package io.sallyport.store.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.ids.AccessKeyId;
import io.sallyport.ids.SubnetId;
import io.sallyport.ids.VpcId;
import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import io.sallyport.store.catalog.Resource.AddressPool;
import io.sallyport.store.catalog.Resource.ElasticIp;
import io.sallyport.store.catalog.Resource.FlowLog;
import io.sallyport.store.catalog.Resource.FormerGateway;
import io.sallyport.store.catalog.Resource.Gateway;
import io.sallyport.store.catalog.Resource.Label;
import io.sallyport.store.catalog.Resource.NetworkAcl;
import io.sallyport.store.catalog.Resource.NetworkInterface;
import io.sallyport.store.catalog.Resource.Owned;
import io.sallyport.store.catalog.Resource.Subnet;
import io.sallyport.store.catalog.Resource.Tenant;
import io.sallyport.store.catalog.Resource.Vpc;
import io.sallyport.store.catalog.Routing.RouteTable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What must be true of any catalog, whatever was asked for: looked at by brute force after every
 * command of a random history. The same history gives the same catalog on a second replica, and out
 * of any checkpoint on the way.
 */
class CatalogPropertiesTest {

    private static final int COMMANDS = 6_000;

    private enum Answer {
        APPLIED,
        REFUSED
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 20261121})
    void everyHistoryLeavesASoundCatalog(long seed) {
        CatalogLaw law = new CatalogLaw();
        CatalogLaw replica = new CatalogLaw();
        Map<String, byte[]> disk = new TreeMap<>();
        RandomCommands commands = new RandomCommands(seed).withSubnetAcls();
        Map<IpAddress, Long> lives = new HashMap<>();
        Map<Answer, Integer> answers = new EnumMap<>(Answer.class);
        for (int index = 1; index <= COMMANDS; index++) {
            commands.seen = drainVersion(law.catalog());
            CatalogCommand command = commands.next();
            String where = "seed " + seed + ", index " + index + ": " + command;
            Catalog before = law.catalog();
            Decision decision = law.decide(command, index);
            assertThat(law.catalog()).as("decide changes nothing, %s", where).isSameAs(before);
            law.apply(index, decision.changes());
            sound(law.catalog(), where);
            honest(before, decision, law.catalog(), index, where);
            livesAreNew(lives, law.catalog(), where);
            oneOwnerAtATime(before, law.catalog(), where);
            answers.merge(
                    decision.result() instanceof CatalogResult.Applied
                            ? Answer.APPLIED
                            : Answer.REFUSED,
                    1,
                    Integer::sum);

            CatalogCommand shipped = CatalogCodec.decodeCommand(CatalogCodec.encode(command));
            assertThat(shipped).as(where).isEqualTo(command);
            Decision again = replica.decide(shipped, index);
            assertThat(again).as(where).isEqualTo(decision);
            replica.apply(index, again.changes());
            if (index % 3 == 0) {
                // Members lag behind by some entries.
                List<CatalogChange> opened = law.opened(index - 5, 4096, index);
                assertThat(replica.opened(index - 5, 4096, index)).isEqualTo(opened);
                law.apply(index, opened);
                replica.apply(index, opened);
                sound(law.catalog(), where);
            }
            if (index % 97 == 0) {
                checkpoint(law, disk);
                assertThat(restored(disk).catalog()).as(where).isEqualTo(law.catalog());
            }
        }
        assertThat(replica.catalog()).isEqualTo(law.catalog());
        assertThat(answers.get(Answer.APPLIED)).as("enough happened").isGreaterThan(COMMANDS / 10);
        assertThat(answers.get(Answer.REFUSED)).isGreaterThan(COMMANDS / 10);
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5})
    void restartOutOfACheckpointGoesOnAlike(long seed) {
        CatalogLaw law = new CatalogLaw();
        Map<String, byte[]> disk = new TreeMap<>();
        RandomCommands commands = new RandomCommands(seed);
        for (int index = 1; index <= 1_000; index++) {
            law.apply(index, law.decide(commands.next(), index).changes());
        }
        checkpoint(law, disk);
        CatalogLaw reborn = restored(disk);
        for (int index = 1_001; index <= 2_000; index++) {
            CatalogCommand command = commands.next();
            Decision expected = law.decide(command, index);
            assertThat(reborn.decide(command, index))
                    .as("seed %d, %s", seed, command)
                    .isEqualTo(expected);
            law.apply(index, expected.changes());
            reborn.apply(index, expected.changes());
            for (ElasticIp eip : law.catalog().all(ElasticIp.class)) {
                assertThat(reborn.knows(eip.address(), eip.poolGeneration()))
                        .isEqualTo(law.knows(eip.address(), eip.poolGeneration()));
            }
        }
    }

    private static long drainVersion(Catalog catalog) {
        return catalog.all(ElasticIp.class).stream()
                .filter(eip -> eip.drain().isPresent())
                .mapToLong(ElasticIp::version)
                .findFirst()
                .orElse(0);
    }

    /**
     * What may be sent from an address under one life is sent for one VPC or one instance, and a
     * new life is closed at first.
     */
    private static void oneOwnerAtATime(Catalog before, Catalog after, String where) {
        Map<String, ElasticIp> former = new HashMap<>();
        before.all(ElasticIp.class).forEach(eip -> former.put(eip.key(), eip));
        for (ElasticIp eip : after.all(ElasticIp.class)) {
            ElasticIp was = former.get(eip.key());
            if (was == null || was.owner().isEmpty() || eip.owner().isEmpty()) {
                assertThat(eip.open())
                        .as(where)
                        .isEqualTo(was != null && was.equals(eip) && eip.open());
            } else if (was.poolGeneration() != eip.poolGeneration()) {
                assertThat(eip.open()).as(where).isFalse();
            } else {
                assertThat(user(after, eip)).as(where).isEqualTo(user(before, was));
                assertThat(eip.open()).as(where).isEqualTo(was.open());
            }
        }
    }

    /** The VPC whose clients, or the instance that the address stands for. */
    private static String user(Catalog catalog, ElasticIp eip) {
        return eip.instance()
                .map(of -> of.vpc() + " " + of.privateAddress())
                .orElseGet(() ->
                        catalog.all(Gateway.class).stream()
                                .filter(g -> eip.gateway().equals(Optional.of(g.id())))
                                .map(g -> g.vpc().value())
                                .findFirst()
                                .orElseThrow());
    }

    private static void checkpoint(CatalogLaw law, Map<String, byte[]> disk) {
        law.drainDirty(
                new CatalogLaw.CheckpointSink() {
                    @Override
                    public void put(byte[] key, byte[] value) {
                        disk.put(new String(key, StandardCharsets.UTF_8), value);
                    }

                    @Override
                    public void remove(byte[] key) {
                        disk.remove(new String(key, StandardCharsets.UTF_8));
                    }
                });
    }

    private static CatalogLaw restored(Map<String, byte[]> disk) {
        CatalogLaw law = new CatalogLaw();
        disk.forEach((key, value) -> law.load(key.getBytes(StandardCharsets.UTF_8), value));
        return law;
    }

    /** A refusal changes nothing; Applied shows what is there, at its version. */
    private static void honest(
            Catalog before, Decision decision, Catalog after, long index, String where) {
        if (!(decision.result() instanceof CatalogResult.Applied applied)) {
            assertThat(after).as(where).isSameAs(before);
            return;
        }
        assertThat(applied.version()).as(where).isLessThanOrEqualTo(after.version());
        assertThat(after.version())
                .isEqualTo(decision.changes().isEmpty() ? before.version() : index);
        applied.resource()
                .filter(shown -> !isImplied(shown, after))
                .ifPresent(shown -> assertThat(after.resources()).as(where).contains(shown));
    }

    /** A VPC's main route table is there before it is kept. */
    private static boolean isImplied(Resource shown, Catalog catalog) {
        return shown instanceof RouteTable table
                && catalog.all(Vpc.class).stream()
                        .filter(vpc -> vpc.id().equals(table.vpc()))
                        .anyMatch(vpc -> catalog.routeTables(vpc).contains(table));
    }

    /** Each subnet has one route table, each VPC one for those that have none of their own. */
    private static void soundRoutes(Catalog catalog, Map<String, Resource> byKey, String where) {
        Map<SubnetId, RouteTable> own = new HashMap<>();
        for (Vpc vpc : catalog.all(Vpc.class)) {
            List<RouteTable> tables = catalog.routeTables(vpc);
            assertThat(tables.stream().filter(one -> one.main().isPresent())).as(where).hasSize(1);
            assertThat(tables.stream().map(RouteTable::id)).as(where).doesNotHaveDuplicates();
        }
        for (RouteTable table : catalog.all(RouteTable.class)) {
            Vpc vpc = (Vpc) owner(byKey, table.vpc().value(), table, where);
            assertThat(catalog.routeTables(vpc)).as(where).contains(table);
            for (Routing.Association one : table.subnets()) {
                Subnet subnet = (Subnet) owner(byKey, one.subnet().value(), table, where);
                assertThat(subnet.vpc()).as(where).isEqualTo(table.vpc());
                assertThat(own.put(one.subnet(), table)).as(where).isNull();
            }
            assertThat(table.routes().stream().map(Routing.Route::destination))
                    .as(where)
                    .doesNotHaveDuplicates();
            for (Routing.Route route : table.routes()) {
                assertThat(vpc.prefixes())
                        .as(where)
                        .noneMatch(prefix -> prefix.contains(route.destination()));
            }
            assertThat(
                            table.follows()
                                    && (table.main().isEmpty()
                                            || table.routes().stream()
                                                    .anyMatch(Routing.Route::isDefault)))
                    .as(where)
                    .isFalse();
        }
        Set<VpcId> attached = new HashSet<>();
        for (Routing.InternetGateway gateway : catalog.all(Routing.InternetGateway.class)) {
            gateway.vpc()
                    .ifPresent(vpc -> {
                        owner(byKey, vpc.value(), gateway, where);
                        assertThat(attached.add(vpc)).as(where).isTrue();
                    });
        }
    }

    /** A pool of ports that begins to be used has a generation that none before it had. */
    private static void livesAreNew(Map<IpAddress, Long> lives, Catalog catalog, String where) {
        for (ElasticIp eip : catalog.all(ElasticIp.class)) {
            if (eip.owner().isPresent()) {
                Long former = lives.put(eip.address(), eip.poolGeneration());
                assertThat(former == null || former <= eip.poolGeneration()).as(where).isTrue();
            }
        }
    }

    private static void sound(Catalog catalog, String where) {
        Map<String, Resource> byKey = new HashMap<>();
        catalog.resources().forEach(r -> assertThat(byKey.put(r.key(), r)).as(where).isNull());
        assertThat(catalog.resources().stream().map(Resource::key)).as(where).isSorted();
        for (Owned owned : catalog.all(Owned.class)) {
            assertThat(byKey).as(where).containsKey(owned.tenant().value());
        }
        Set<String> hashes = new HashSet<>();
        catalog.all(Tenant.class)
                .forEach(t -> {
                    assertThat(t.apiKeys()).as(where).hasSizeBetween(1, 2);
                    t.apiKeys()
                            .forEach(key -> assertThat(hashes.add(key.hash())).as(where).isTrue());
                });
        Set<AccessKeyId> accessKeys = new HashSet<>();
        catalog.all(Tenant.class).stream()
                .flatMap(t -> t.accessKeys().stream())
                .forEach(key -> assertThat(accessKeys.add(key.id())).as(where).isTrue());
        for (Label label : catalog.all(Label.class)) {
            owner(byKey, label.of(), label, where);
        }
        for (FormerGateway former : catalog.all(FormerGateway.class)) {
            assertThat(byKey).as(where).doesNotContainKey(former.was().key());
        }
        soundSpaces(catalog, byKey, where);
        soundRoutes(catalog, byKey, where);
        soundAddresses(catalog, byKey, where);
        for (FlowLog log : catalog.all(FlowLog.class)) {
            owner(byKey, log.scope().key(), log, where);
        }
    }

    private static void soundSpaces(Catalog catalog, Map<String, Resource> byKey, String where) {
        List<Subnet> subnets = catalog.all(Subnet.class);
        for (Subnet subnet : subnets) {
            Vpc vpc = (Vpc) owner(byKey, subnet.vpc().value(), subnet, where);
            assertThat(vpc.prefixes()).as(where).anyMatch(p -> p.contains(subnet.prefix()));
            for (Subnet other : subnets) {
                assertThat(
                                other.equals(subnet)
                                        || !other.vpc().equals(subnet.vpc())
                                        || !other.prefix().overlaps(subnet.prefix()))
                        .as(where)
                        .isTrue();
            }
        }
        soundAcls(catalog, byKey, where);
        Set<Integer> numbers = new HashSet<>();
        for (Vpc vpc : catalog.all(Vpc.class)) {
            disjoint(vpc.prefixes(), where);
            vpc.attachment().ifPresent(a -> assertThat(numbers.add(a.number())).as(where).isTrue());
        }
        Set<String> privates = new HashSet<>();
        Set<String> interfaces = new HashSet<>();
        catalog.all(NetworkInterface.class).forEach(one -> interfaces.add(one.key()));
        for (Gateway gateway : catalog.all(Gateway.class)) {
            Subnet subnet = (Subnet) owner(byKey, gateway.subnet().value(), gateway, where);
            assertThat(gateway.vpc()).as(where).isEqualTo(subnet.vpc());
            assertThat(subnet.prefix().contains(gateway.privateAddress())).as(where).isTrue();
            assertThat(interfaces.add(gateway.networkInterface().value())).as(where).isTrue();
            Set<IpAddress> own = new HashSet<>(Set.of(gateway.privateAddress()));
            gateway.privateAddressV6().ifPresent(own::add);
            own.forEach(a -> assertThat(privates.add(gateway.vpc() + " " + a)).as(where).isTrue());
            gateway.acl()
                    .ifPresent(id -> {
                        NetworkAcl acl = (NetworkAcl) owner(byKey, id.value(), gateway, where);
                        assertThat(acl.vpc().orElse(gateway.vpc()))
                                .as(where)
                                .isEqualTo(gateway.vpc());
                    });
        }
        for (ElasticIp eip : catalog.all(ElasticIp.class)) {
            if (catalog.isPrivate(eip)) {
                Gateway at = (Gateway) owner(byKey, eip.gateway().get().value(), eip, where);
                boolean further = privates.add(at.vpc() + " " + eip.address());
                assertThat(further).isEqualTo(!at.privateAddress().equals(eip.address()));
            }
        }
        soundInterfaces(catalog, byKey, privates, where);
    }

    /** An interface has its address to itself; who sends from there is where it says. */
    private static void soundInterfaces(
            Catalog catalog, Map<String, Resource> byKey, Set<String> privates, String where) {
        for (NetworkInterface one : catalog.all(NetworkInterface.class)) {
            Subnet subnet = (Subnet) owner(byKey, one.subnet().value(), one, where);
            assertThat(one.vpc()).as(where).isEqualTo(subnet.vpc());
            assertThat(subnet.prefix().contains(one.privateAddress())).as(where).isTrue();
            assertThat(privates.add(one.vpc() + " " + one.privateAddress())).as(where).isTrue();
            catalog.all(ElasticIp.class).stream()
                    .flatMap(ElasticIp::owners)
                    .filter(one.instance()::isSame)
                    .forEach(at -> assertThat(at).as(where).isEqualTo(one.instance()));
        }
    }

    private static void soundAcls(Catalog catalog, Map<String, Resource> byKey, String where) {
        Set<VpcId> withDefault = new HashSet<>();
        for (NetworkAcl acl : catalog.all(NetworkAcl.class)) {
            acl.vpc().ifPresent(vpc -> owner(byKey, vpc.value(), acl, where));
            if (acl.isDefault()) {
                assertThat(withDefault.add(acl.vpc().orElseThrow())).as(where).isTrue();
            }
        }
        for (Subnet subnet : catalog.all(Subnet.class)) {
            assertThat(subnet.acl().isPresent() || !withDefault.contains(subnet.vpc()))
                    .as("every subnet has one, %s", where)
                    .isTrue();
            subnet.acl()
                    .ifPresent(id -> {
                        NetworkAcl acl = (NetworkAcl) owner(byKey, id.value(), subnet, where);
                        assertThat(acl.vpc()).as(where).contains(subnet.vpc());
                    });
        }
    }

    private static void soundAddresses(Catalog catalog, Map<String, Resource> byKey, String where) {
        List<IpPrefix> pools = new ArrayList<>();
        catalog.all(AddressPool.class).forEach(pool -> pools.addAll(pool.prefixes()));
        disjoint(pools, where);
        Set<IpAddress> addresses = new HashSet<>();
        Set<String> instances = new HashSet<>();
        Map<VpcId, Boolean> kinds = new HashMap<>();
        for (Gateway gateway : catalog.all(Gateway.class)) {
            boolean isPrivate = catalog.isPrivate(gateway);
            assertThat(kinds.merge(gateway.vpc(), isPrivate, (one, other) -> one))
                    .as(where)
                    .isEqualTo(isPrivate);
        }
        for (ElasticIp eip : catalog.all(ElasticIp.class)) {
            assertThat(addresses.add(eip.address())).as(where).isTrue();
            assertThat(pools).as(where).anyMatch(p -> p.contains(eip.address()));
            assertThat(eip.open()).as(where).isEqualTo(eip.open() && eip.owner().isPresent());
            assertThat(eip.drain().isEmpty() || eip.gateway().isPresent()).as(where).isTrue();
            if (catalog.isPrivate(eip)) {
                String key = eip.gateway().orElseThrow().value();
                Gateway gateway = (Gateway) owner(byKey, key, eip, where);
                Subnet subnet = (Subnet) owner(byKey, gateway.subnet().value(), eip, where);
                assertThat(subnet.prefix().contains(eip.address())).as(where).isTrue();
                assertThat(catalog.all(ElasticIp.class))
                        .as("private alone, that of its interface among them, %s", where)
                        .filteredOn(each -> each.owners().anyMatch(eip.owner().get()::equals))
                        .allMatch(catalog::isPrivate)
                        .anyMatch(each -> each.address().equals(gateway.privateAddress()));
            }
            for (Resource.Owner each : eip.owners().toList()) {
                if (each instanceof Resource.Owner.OfInstance instance) {
                    Vpc vpc = (Vpc) owner(byKey, instance.vpc().value(), eip, where);
                    assertThat(instances.add(vpc.key() + " " + instance.privateAddress()))
                            .as(where)
                            .isTrue();
                    continue;
                }
                String key = ((Resource.Owner.OfGateway) each).gateway().value();
                Gateway gateway = (Gateway) owner(byKey, key, eip, where);
                Optional<IpAddress> inside =
                        eip.address().isV4()
                                ? Optional.of(gateway.privateAddress())
                                : gateway.privateAddressV6();
                assertThat(inside.map(IpAddress::isV4)).as(where).contains(eip.address().isV4());
            }
        }
    }

    private static Resource owner(
            Map<String, Resource> byKey, String key, Owned user, String where) {
        assertThat(byKey).as(where).containsKey(key);
        Owned used = (Owned) Objects.requireNonNull(byKey.get(key));
        assertThat(used.tenant()).as(where).isEqualTo(user.tenant());
        return used;
    }

    private static void disjoint(List<IpPrefix> prefixes, String where) {
        for (int i = 0; i < prefixes.size(); i++) {
            for (IpPrefix later : prefixes.subList(i + 1, prefixes.size())) {
                assertThat(prefixes.get(i).overlaps(later)).as(where).isFalse();
            }
        }
    }
}
