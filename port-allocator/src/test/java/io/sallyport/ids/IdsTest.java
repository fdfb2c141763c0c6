package io.sallyport.ids;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {

    private record Kind(String prefix, Supplier<?> random, Function<String, ?> of) {}

    private static final List<Kind> KINDS =
            List.of(
                    new Kind("nat", GatewayId::random, GatewayId::new),
                    new Kind("eipalloc", EipId::random, EipId::new),
                    new Kind("acl", AclId::random, AclId::new),
                    new Kind("fl", FlowLogId::random, FlowLogId::new),
                    new Kind("eni", InterfaceId::random, InterfaceId::new),
                    new Kind("subnet", SubnetId::random, SubnetId::new),
                    new Kind("vpc", VpcId::random, VpcId::new));

    @Test
    void idsHaveTheShapeOfAwsAndReadBackAsThemselves() {
        for (Kind kind : KINDS) {
            Object id = kind.random.get();
            assertThat(id.toString()).matches(kind.prefix + "-[0-9a-f]{17}");
            assertThat(kind.of.apply(id.toString())).isEqualTo(id);
        }
    }

    @Test
    void accessKeysAreNotTakenForAwss() {
        assertThat(new AccessKeyId("SKIAABCDEFGHIJ234567").toString())
                .isEqualTo("SKIAABCDEFGHIJ234567");
        for (String text :
                List.of(
                        "",
                        "AKIAABCDEFGHIJ234567",
                        "SKIAABCDEFGHIJ23456",
                        "SKIAabcdefghij234567")) {
            assertThatThrownBy(() -> new AccessKeyId(text))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void idsRefuseOtherShapes() {
        for (Kind kind : KINDS) {
            for (String text :
                    List.of(
                            "",
                            kind.prefix,
                            kind.prefix + "-",
                            kind.prefix + "-0123456789abcdef",
                            kind.prefix + "-0123456789abcdef01",
                            kind.prefix + "-0123456789ABCDEF0",
                            kind.prefix + "-0123456789abcdeg0",
                            kind.prefix + "_0123456789abcdef0",
                            "x" + kind.prefix + "-0123456789abcdef0",
                            "zone-0123456789abcdef0")) {
                assertThatThrownBy(() -> kind.of.apply(text))
                        .as(text)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(kind.prefix + "-xxxxxxxxxxxxxxxxx");
            }
        }
    }

    @Test
    void randomIdsDoNotRepeat() {
        Set<GatewayId> seen = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            assertThat(seen.add(GatewayId.random())).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "node-1", "0", "a--b"})
    void nodeIdsAreHostLabels(String text) {
        assertThat(new NodeId(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "a-", "A", "a.b", "a b", "a\n", "ü"})
    void nodeIdsRefuseWhatIsNoHostLabel(String text) {
        assertThatThrownBy(() -> new NodeId(text)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new NodeId("a".repeat(64)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "12345678901", "1234567890123", "12345678901a", "١٢٣٤٥٦٧٨٩٠١٢"})
    void tenantsAreAccountIdsOfTwelveDigits(String text) {
        assertThatThrownBy(() -> new TenantId(text)).isInstanceOf(IllegalArgumentException.class);
        assertThat(new TenantId("000000000001")).hasToString("000000000001");
    }

    @Test
    void epochsOrderByGenerationFirst() {
        assertThat(new Epoch(2, 1)).isGreaterThan(new Epoch(1, 9));
        assertThat(new Epoch(1, 9).next()).isEqualTo(new Epoch(1, 10)).isGreaterThan(Epoch.NONE);
        assertThat(new Incarnation(9)).isLessThan(new Incarnation(10));
    }
}
