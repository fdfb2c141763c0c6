package io.sallyport.control;

import static io.sallyport.control.Api.call;
import static io.sallyport.control.Api.create;
import static io.sallyport.control.Api.expect;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ETag and If-Match: nobody overwrites what he has not seen. */
class ConditionsTest {

    private static final String ENTRIES = "{\"entries\":[]}";

    private static String key;

    @BeforeAll
    static void aTenant() {
        Api.pool();
        key = Api.newTenant();
    }

    private static String tag(String who, String path) {
        return expect(200, who, "GET", path, null).headers().firstValue("ETag").orElse("");
    }

    private static String ifMatch(String method, String path, @Nullable String body, String tags) {
        Api.Answer answer =
                call(
                        key,
                        method,
                        path,
                        body,
                        Map.of("Content-Type", "application/json", "If-Match", tags));
        return (answer.status() + " " + (answer.text().isEmpty() ? "" : answer.code())).strip();
    }

    @Test
    void everyResourceThatIsReadHasATag() {
        String gateway = Api.newGateway(key);
        var view = expect(200, key, "GET", "/v1/gateways/" + gateway, null).json();
        String account = key.substring(3, 15);
        for (String path :
                List.of(
                        "/v1/gateways/" + gateway,
                        "/v1/vpcs/" + view.path("vpcId").asString(),
                        "/v1/subnets/" + view.path("subnetId").asString(),
                        "/v1/elastic-ips/" + create(key, "/v1/elastic-ips", "{}"),
                        "/v1/network-acls/" + create(key, "/v1/network-acls", ENTRIES),
                        "/v1/flow-logs/"
                                + create(
                                        key,
                                        "/v1/flow-logs",
                                        "{\"gatewayId\":\"%s\",\"bucket\":\"logs\"}"
                                                .formatted(gateway)))) {
            assertThat(tag(key, path)).as(path).matches("\"[1-9][0-9]*\"");
        }
        for (String path : List.of("/v1/tenants/" + account, "/v1/pools/public")) {
            assertThat(tag(Api.OPERATOR, path)).as(path).matches("\"[1-9][0-9]*\"");
        }
    }

    @Test
    void whatChangedSinceItWasReadIsNotOverwritten() {
        String acl = "/v1/network-acls/" + create(key, "/v1/network-acls", ENTRIES);
        String seen = tag(key, acl);
        String other =
                """
                {"entries":[{"ruleNumber":1,"egress":true,"action":"allow","protocol":"-1",\
                "cidr":"0.0.0.0/0"}]}
                """;
        assertThat(ifMatch("PUT", acl, ENTRIES, "\"1\"")).isEqualTo("412 precondition-failed");
        assertThat(ifMatch("PUT", acl, other, "\"1\", " + seen)).startsWith("200");
        assertThat(tag(key, acl)).isNotEqualTo(seen);
        assertThat(ifMatch("PUT", acl, ENTRIES, seen)).isEqualTo("412 precondition-failed");
        assertThat(ifMatch("DELETE", acl, null, seen)).isEqualTo("412 precondition-failed");
        assertThat(ifMatch("DELETE", acl, null, "W/" + tag(key, acl)))
                .as("a weak tag is the same as none")
                .isEqualTo("412 precondition-failed");
        assertThat(ifMatch("DELETE", acl, null, tag(key, acl))).isEqualTo("204");
        assertThat(ifMatch("PUT", acl, ENTRIES, "*"))
                .as("it would be made anew")
                .isEqualTo("412 precondition-failed");
    }

    @Test
    void strangersLearnNothingOfVersions() {
        String acl = "/v1/network-acls/" + create(Api.newTenant(), "/v1/network-acls", ENTRIES);
        Api.Answer foreign = call(key, "GET", acl, null);
        assertThat(foreign.status()).isEqualTo(404);
        assertThat(foreign.headers().firstValue("ETag")).isEmpty();
        for (String tags : List.of("*", "\"1\"", "\"" + Api.STORE.version() + "\"")) {
            assertThat(ifMatch("DELETE", acl, null, tags)).isEqualTo("404 not-found");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {"1", "\"1", "x", "\"1\" \"2\"", "*, \"1\""})
    void tagThatIsNoneIsMalformed(String tags) {
        String acl = "/v1/network-acls/" + create(key, "/v1/network-acls", ENTRIES);
        assertThat(ifMatch("PUT", acl, ENTRIES, tags)).isEqualTo("400 malformed-request");
    }
}
