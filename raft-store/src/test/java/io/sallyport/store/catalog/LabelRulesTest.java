package io.sallyport.store.catalog;

import static io.sallyport.store.catalog.Words.ALICE;
import static io.sallyport.store.catalog.Words.BOB;
import static io.sallyport.store.catalog.Words.allocate;
import static io.sallyport.store.catalog.Words.createGateway;
import static io.sallyport.store.catalog.Words.createSubnet;
import static io.sallyport.store.catalog.Words.createVpc;
import static io.sallyport.store.catalog.Words.eip;
import static io.sallyport.store.catalog.Words.flowLog;
import static io.sallyport.store.catalog.Words.gateway;
import static io.sallyport.store.catalog.Words.networkInterface;
import static io.sallyport.store.catalog.Words.prefixes;
import static io.sallyport.store.catalog.Words.subnet;
import static io.sallyport.store.catalog.Words.tenant;
import static io.sallyport.store.catalog.Words.vpc;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.ids.AccessKeyId;
import io.sallyport.store.catalog.Resource.ElasticIp;
import io.sallyport.store.catalog.Resource.FlowLog;
import io.sallyport.store.catalog.Resource.FormerGateway;
import io.sallyport.store.catalog.Resource.Gateway;
import io.sallyport.store.catalog.Resource.Label;
import io.sallyport.store.catalog.Resource.Tenant;
import io.sallyport.store.catalog.Resource.Vpc;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tags, access keys, and gateways that are told of after their end. */
class LabelRulesTest {

    private static final long HOUR = CatalogLimits.FORMER_MILLIS;

    private final CatalogLaw law = new CatalogLaw();
    private long index = 100;

    @BeforeEach
    void twoTenants() {
        applied(tenant(ALICE));
        applied(tenant(BOB));
        applied(new CatalogCommand.PutPool("public", prefixes("203.0.113.0/28")));
    }

    private CatalogResult run(CatalogCommand command) {
        Decision decision = law.decide(command, ++index);
        law.apply(index, decision.changes());
        return decision.result();
    }

    private void applied(CatalogCommand command) {
        assertThat(run(command)).as("%s", command).isInstanceOf(CatalogResult.Applied.class);
    }

    private void refused(CatalogCommand command, Class<? extends CatalogResult> kind) {
        Catalog before = law.catalog();
        assertThat(run(command)).as("%s", command).isInstanceOf(kind);
        assertThat(law.catalog()).isSameAs(before);
    }

    private <R extends Resource> R the(Class<R> kind) {
        assertThat(law.catalog().all(kind)).hasSize(1);
        return law.catalog().all(kind).getFirst();
    }

    private static CatalogCommand labelled(CatalogCommand create, Map<String, String> tags) {
        return new CatalogCommand.Labelled(create, 7_000, new TreeMap<>(tags));
    }

    private static CatalogCommand putTags(int vpc, Map<String, String> tags) {
        return new CatalogCommand.PutTags(ALICE, List.of(vpc(vpc).value()), new TreeMap<>(tags));
    }

    @Test
    void aCreateWithTagsMakesBothOrNeither() {
        refused(
                labelled(createVpc(ALICE, 1, "10.0.0.0/16"), Map.of("aws:no", "")),
                CatalogResult.Invalid.class);
        refused(
                labelled(createVpc(ALICE, 1, "10.0.0.0/30"), Map.of("a".repeat(128), "")),
                CatalogResult.Invalid.class);
        applied(
                labelled(
                        createVpc(ALICE, 1, "10.0.0.0/16"),
                        Map.of("Name", "<&>\u00fc\uD83D\uDE00")));
        Label label = the(Label.class);
        assertThat(label.tags()).containsExactly(Map.entry("Name", "<&>\u00fc\uD83D\uDE00"));
        assertThat(label.createdEpochMillis()).isEqualTo(7_000);
        applied(labelled(createVpc(ALICE, 1, "10.0.0.0/16"), Map.of("Name", "other")));
        assertThat(the(Label.class)).as("a retry changes nothing").isEqualTo(label);
    }

    @Test
    void tagsLeaveTheVersionThatNodesObeyAlone() {
        applied(createVpc(ALICE, 1, "10.0.0.0/16"));
        long version = the(Vpc.class).version();
        applied(putTags(1, Map.of("a", "1", "b", "2")));
        applied(putTags(1, Map.of("b", "3")));
        assertThat(the(Vpc.class).version()).isEqualTo(version);
        assertThat(the(Label.class).tags()).isEqualTo(new TreeMap<>(Map.of("a", "1", "b", "3")));
    }

    @Test
    void tagsOfSeveralThingsAreSetForAllOrForNone() {
        applied(createVpc(ALICE, 1, "10.0.0.0/16"));
        applied(createVpc(BOB, 2, "10.0.0.0/16"));
        for (String other : List.of(vpc(2).value(), vpc(3).value(), "label:" + vpc(1))) {
            refused(
                    new CatalogCommand.PutTags(
                            ALICE, List.of(vpc(1).value(), other), new TreeMap<>(Map.of("a", ""))),
                    CatalogResult.NotFound.class);
            refused(
                    new CatalogCommand.DeleteTags(ALICE, List.of(other), List.of()),
                    CatalogResult.NotFound.class);
        }
    }

    @Test
    void fiftyTagsAndNoMore() {
        applied(createVpc(ALICE, 1, "10.0.0.0/16"));
        Map<String, String> fifty =
                IntStream.range(0, 50).boxed().collect(Collectors.toMap(n -> "k" + n, n -> ""));
        applied(putTags(1, fifty));
        refused(putTags(1, Map.of("one", "more")), CatalogResult.LimitExceeded.class);
        refused(putTags(1, Map.of("k1", "v".repeat(257))), CatalogResult.Invalid.class);
        refused(putTags(1, Map.of("k1", "a\u0000b")), CatalogResult.Invalid.class);
        refused(putTags(1, Map.of("k1", "\uD800")), CatalogResult.Invalid.class);
    }

    @Test
    void tagsAreDeletedByKeyByKeyAndValueOrAll() {
        applied(
                labelled(
                        createVpc(ALICE, 1, "10.0.0.0/16"),
                        Map.of("a", "1", "b", "", "c", "3", "d", "4")));
        List<String> vpc = List.of(vpc(1).value());
        applied(
                new CatalogCommand.DeleteTags(
                        ALICE,
                        vpc,
                        List.of(
                                new CatalogCommand.TagMatch("a", Optional.empty()),
                                new CatalogCommand.TagMatch("b", Optional.of("")),
                                new CatalogCommand.TagMatch("c", Optional.of("")))));
        assertThat(the(Label.class).tags().keySet()).containsExactly("c", "d");
        applied(new CatalogCommand.DeleteTags(ALICE, vpc, List.of()));
        assertThat(the(Label.class).tags()).isEmpty();
        assertThat(the(Label.class).createdEpochMillis()).isEqualTo(7_000);
    }

    @Test
    void aLabelGoesWithItsThing() {
        applied(labelled(createVpc(ALICE, 1, "10.0.0.0/16"), Map.of("a", "1")));
        applied(new CatalogCommand.DeleteVpc(ALICE, vpc(1)));
        assertThat(law.catalog().all(Label.class)).isEmpty();
        applied(new CatalogCommand.DeleteTenant(ALICE));
    }

    private static CatalogCommand natGateway(int number, int eip) {
        return new CatalogCommand.CreateGateway(
                ALICE,
                gateway(number),
                subnet(1),
                networkInterface(number),
                Optional.empty(),
                2,
                Optional.of(eip(eip)));
    }

    private void subnetAndEip() {
        applied(createVpc(ALICE, 1, "10.0.0.0/16"));
        applied(createSubnet(ALICE, 1, 1, "10.0.1.0/24"));
        applied(allocate(ALICE, 1, false));
    }

    @Test
    void aGatewayIsMadeWithItsAddressOrNotAtAll() {
        subnetAndEip();
        applied(allocate(BOB, 2, false));
        refused(natGateway(1, 2), CatalogResult.NotFound.class);
        refused(natGateway(1, 3), CatalogResult.NotFound.class);
        applied(natGateway(1, 1));
        ElasticIp eip = law.catalog().all(ElasticIp.class).getFirst();
        assertThat(eip.gateway()).contains(gateway(1));
        assertThat(eip.poolGeneration()).isEqualTo(index);
        long made = the(Gateway.class).version();
        applied(natGateway(1, 1));
        assertThat(the(Gateway.class).version()).as("a retry").isEqualTo(made);
        refused(natGateway(2, 1), CatalogResult.InUse.class);
    }

    @Test
    void aRetiredGatewayLetsGoOfAllThatHangsOnItAndIsToldOfForAnHour() {
        subnetAndEip();
        applied(labelled(natGateway(1, 1), Map.of("Name", "nat")));
        applied(
                new CatalogCommand.CreateFlowLog(
                        ALICE, flowLog(1), gateway(1), "logs", "", Resource.TrafficType.ALL));
        refused(new CatalogCommand.RetireGateway(BOB, gateway(1), 1), CatalogResult.NotFound.class);
        applied(new CatalogCommand.RetireGateway(ALICE, gateway(1), 10_000));
        assertThat(law.catalog().all(Gateway.class)).isEmpty();
        assertThat(law.catalog().all(FlowLog.class)).isEmpty();
        assertThat(law.catalog().all(Label.class)).isEmpty();
        assertThat(the(ElasticIp.class).owner()).isEmpty();
        FormerGateway former = the(FormerGateway.class);
        assertThat(former.label().tags()).containsKey("Name");
        assertThat(former.addresses()).hasSize(1);
        refused(natGateway(1, 1), CatalogResult.Conflict.class);

        applied(createGateway(ALICE, 2, 1));
        applied(new CatalogCommand.RetireGateway(ALICE, gateway(2), 10_001 + HOUR));
        assertThat(the(FormerGateway.class).was().id()).isEqualTo(gateway(2));
        applied(new CatalogCommand.DeleteSubnet(ALICE, subnet(1)));
        applied(new CatalogCommand.DeleteVpc(ALICE, vpc(1)));
        applied(new CatalogCommand.ReleaseAddress(ALICE, eip(1)));
        applied(new CatalogCommand.DeleteTenant(ALICE));
        assertThat(law.catalog().all(FormerGateway.class)).isEmpty();
    }

    @Test
    void aTenantHasTwoAccessKeysAtMostAndEachIsOneTenants() {
        AccessKeyId[] keys =
                IntStream.range(0, 3)
                        .mapToObj(
                                n -> new AccessKeyId("SKIA" + "ABC".substring(n, n + 1).repeat(16)))
                        .toArray(AccessKeyId[]::new);
        applied(new CatalogCommand.PutAccessKey(ALICE, keys[0]));
        applied(new CatalogCommand.PutAccessKey(ALICE, keys[1]));
        applied(new CatalogCommand.PutAccessKey(ALICE, keys[1]));
        refused(new CatalogCommand.PutAccessKey(ALICE, keys[2]), CatalogResult.LimitExceeded.class);
        refused(new CatalogCommand.PutAccessKey(BOB, keys[0]), CatalogResult.Conflict.class);
        refused(new CatalogCommand.DeleteAccessKey(BOB, keys[0]), CatalogResult.NotFound.class);
        applied(new CatalogCommand.DeleteAccessKey(ALICE, keys[0]));
        applied(new CatalogCommand.PutTenant(ALICE, "renamed", "0".repeat(64)));
        assertThat(law.catalog().all(Tenant.class).getFirst().accessKeys())
                .as("a new API key leaves access keys alone")
                .containsExactly(new Resource.AccessKey(keys[1], KeyScope.FULL));
    }
}
