package io.sallyport.store.catalog;

import static io.sallyport.store.catalog.Words.ALICE;
import static io.sallyport.store.catalog.Words.BOB;
import static io.sallyport.store.catalog.Words.tenant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.ids.AccessKeyId;
import io.sallyport.store.catalog.KeyScope.Area;
import io.sallyport.store.catalog.Resource.ApiKey;
import io.sallyport.store.catalog.Resource.Tenant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeyRulesTest {

    private static final String SECOND = "ab".repeat(32);
    private static final String THIRD = "cd".repeat(32);

    private final CatalogLaw law = new CatalogLaw();
    private long index = 100;

    @BeforeEach
    void twoTenants() {
        run(tenant(ALICE));
        run(tenant(BOB));
    }

    private CatalogResult run(CatalogCommand command) {
        Decision decision = law.decide(command, ++index);
        law.apply(index, decision.changes());
        return decision.result();
    }

    private List<ApiKey> keys() {
        return law.catalog().all(Tenant.class).stream()
                .filter(each -> each.id().equals(ALICE))
                .flatMap(each -> each.apiKeys().stream())
                .toList();
    }

    @Test
    void aSecondKeyOverlapsTheFirstUntilThatIsDeleted() {
        ApiKey first = keys().getFirst();
        ApiKey second = new ApiKey(SECOND, KeyScope.READ_ONLY);
        run(new CatalogCommand.PutApiKey(ALICE, SECOND, KeyScope.READ_ONLY));
        assertThat(keys()).containsExactly(first, second);
        assertThat(run(new CatalogCommand.PutApiKey(ALICE, THIRD, KeyScope.FULL)))
                .isInstanceOf(CatalogResult.LimitExceeded.class);
        assertThat(run(new CatalogCommand.DeleteApiKey(BOB, second.id())))
                .isInstanceOf(CatalogResult.NotFound.class);
        run(new CatalogCommand.DeleteApiKey(ALICE, first.id()));
        assertThat(keys()).containsExactly(second);
        assertThat(run(new CatalogCommand.DeleteApiKey(ALICE, second.id())))
                .as("a tenant without a key could never call again")
                .isInstanceOf(CatalogResult.Conflict.class);
    }

    @Test
    void anotherFirstKeyEndsAllOthersAtOnceAndAnotherNameNone() {
        run(new CatalogCommand.PutApiKey(ALICE, SECOND, KeyScope.READ_ONLY));
        run(new CatalogCommand.PutTenant(ALICE, "renamed", SECOND));
        assertThat(keys()).hasSize(2);
        run(new CatalogCommand.PutTenant(ALICE, "renamed", THIRD));
        assertThat(keys()).containsExactly(new ApiKey(THIRD, KeyScope.FULL));
    }

    @Test
    void aKeyIsOneTenantsAndHasOneScope() {
        run(new CatalogCommand.PutApiKey(ALICE, SECOND, KeyScope.READ_ONLY));
        for (CatalogCommand taken :
                List.of(
                        new CatalogCommand.PutApiKey(BOB, SECOND, KeyScope.READ_ONLY),
                        new CatalogCommand.PutTenant(BOB, "bob", SECOND),
                        new CatalogCommand.PutApiKey(ALICE, SECOND, KeyScope.FULL))) {
            assertThat(run(taken)).isInstanceOf(CatalogResult.Conflict.class);
        }
        AccessKeyId access = new AccessKeyId("SKIA" + "A".repeat(16));
        run(new CatalogCommand.PutAccessKey(ALICE, access, KeyScope.READ_ONLY));
        assertThat(run(new CatalogCommand.PutAccessKey(ALICE, access, KeyScope.FULL)))
                .isInstanceOf(CatalogResult.Conflict.class);
        assertThat(run(new CatalogCommand.PutApiKey(ALICE, THIRD, new KeyScope(0, 0))))
                .isInstanceOf(CatalogResult.Invalid.class);
    }

    @Test
    void scopesAreReadAsTheyAreWritten() {
        KeyScope some = KeyScope.parse("gateways:full").and(KeyScope.parse("vpcs:read"));
        assertThat(some.words()).containsExactly("vpcs:read", "gateways:full");
        assertThat(some.allows(Area.GATEWAYS, true)).isTrue();
        assertThat(some.allows(Area.VPCS, false)).isTrue();
        assertThat(some.allows(Area.VPCS, true)).isFalse();
        assertThat(some.allows(Area.TAGS, false)).isFalse();
        assertThat(KeyScope.READ_ONLY.and(some).words())
                .containsExactly("read-only", "gateways:full");
        for (KeyScope scope : List.of(some, KeyScope.FULL, KeyScope.READ_ONLY)) {
            assertThat(scope.words().stream().map(KeyScope::parse).reduce(KeyScope::and))
                    .contains(scope);
        }
        assertThatThrownBy(() -> KeyScope.parse("gateways"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
