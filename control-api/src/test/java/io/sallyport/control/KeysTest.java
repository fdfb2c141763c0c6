package io.sallyport.control;

import static io.sallyport.control.Api.call;
import static io.sallyport.control.Api.expect;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.control.access.Grants;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What a tenant's keys may do, and how one takes another's place. */
class KeysTest {

    private static final String VPC = "{\"prefixes\":[\"10.0.0.0/16\"]}";

    private static String keysOf(String key) {
        return "/v1/tenants/" + key.substring(3, 15) + "/api-keys";
    }

    private static String drawn(String tenant, String scopes) {
        return expect(201, Api.OPERATOR, "POST", keysOf(tenant), "{\"scopes\":" + scopes + "}")
                .field("apiKey");
    }

    @Test
    void aNewKeyOverlapsTheOldOneWhichThenEnds() {
        String old = Api.newTenant();
        String path = keysOf(old);
        JsonNode drawn = expect(201, Api.OPERATOR, "POST", path, null).json();
        String fresh = drawn.path("apiKey").asString();
        expect(200, old, "GET", "/v1/vpcs", null);
        expect(201, fresh, "POST", "/v1/vpcs", VPC);
        assertThat(call(Api.OPERATOR, "POST", path, null).code()).isEqualTo("limit-exceeded");
        JsonNode listed = expect(200, Api.OPERATOR, "GET", path, null).json().path("items");
        assertThat(listed).hasSize(2);
        assertThat(listed.toString()).doesNotContain(old, fresh);
        String first = listed.get(0).path("id").asString();
        expect(204, Api.OPERATOR, "DELETE", path + "/" + first, null);
        assertThat(call(old, "GET", "/v1/vpcs", null).status()).isEqualTo(401);
        expect(200, fresh, "GET", "/v1/vpcs", null);
        assertThat(
                        call(Api.OPERATOR, "DELETE", path + "/" + drawn.path("id").asString(), null)
                                .code())
                .isEqualTo("conflict");
        assertThat(call(fresh, "POST", path, null).status()).as("the operator's").isEqualTo(403);
    }

    @Test
    void aKeyDoesWhatItsScopesSayAndNothingElse() {
        String full = Api.newTenant();
        String vpc = Api.create(full, "/v1/vpcs", VPC);
        String some = drawn(full, "[\"vpcs:read\",\"network-acls:full\"]");
        expect(200, some, "GET", "/v1/vpcs/" + vpc, null);
        expect(201, some, "POST", "/v1/network-acls", "{\"entries\":[]}");
        List<Api.Answer> refused =
                List.of(
                        call(some, "DELETE", "/v1/vpcs/" + vpc, null),
                        call(some, "POST", "/v1/vpcs", "not even JSON"),
                        call(some, "GET", "/v1/gateways", null),
                        call(some, "POST", "/v1/elastic-ips", "{}"));
        assertThat(refused)
                .allSatisfy(answer -> {
                    assertThat(answer.status()).isEqualTo(403);
                    assertThat(answer.code()).isEqualTo("forbidden");
                    assertThat(answer.text()).contains("vpcs:read network-acls:full");
                });
        expect(200, full, "GET", "/v1/vpcs/" + vpc, null);
        for (String bad : List.of("[]", "[\"everything\"]", "[null]", "\"full\"")) {
            assertThat(
                            call(Api.OPERATOR, "POST", keysOf(full), "{\"scopes\":" + bad + "}")
                                    .status())
                    .as(bad)
                    .isEqualTo(400);
        }
    }

    @Test
    void aReadOnlyKeyExplainsAndChangesNothing() {
        String full = Api.newTenant();
        String gateway = Api.newGateway(full);
        String reader = drawn(full, "[\"read-only\"]");
        String packet =
                "{\"direction\":\"out\",\"protocol\":\"icmp\",\"client\":\"10.0.1.5\","
                        + "\"remote\":\"192.0.2.1\"}";
        expect(200, reader, "POST", "/v1/gateways/" + gateway + "/explain", packet);
        expect(403, reader, "DELETE", "/v1/gateways/" + gateway, null);
        expect(403, reader, "PUT", "/v1/gateways/" + gateway + "/copies", "{\"copies\":3}");
    }

    /** So that a new path cannot be forgotten: what has no area is refused to every tenant. */
    @Test
    void everyPathOfTenantsHasAnArea() {
        JsonNode api = call("", "GET", "/v3/api-docs", null).json();
        for (String path : api.path("paths").propertyNames()) {
            boolean operators = path.matches("/v1/(tenants|pools|nodes).*");
            assertThat(Grants.area(path).isPresent()).as(path).isEqualTo(!operators);
        }
    }

    @Test
    void anAccessKeyIsHeldToItsScopesToo() {
        Ec2.Tenant full = Ec2.newTenant();
        JsonNode made =
                expect(
                                201,
                                Api.OPERATOR,
                                "POST",
                                "/v1/tenants/" + full.account() + "/access-keys",
                                "{\"scopes\":[\"read-only\",\"tags:full\"]}")
                        .json();
        Ec2.Tenant reader =
                new Ec2.Tenant(
                        full.account(),
                        "",
                        made.path("accessKeyId").asString(),
                        made.path("secretAccessKey").asString());
        assertThat(reader.call("DescribeVpcs").status()).isEqualTo(200);
        assertThat(Ec2.post(reader, "sts", Ec2.STS_FORM).status()).isEqualTo(200);
        for (String action : Ec2Operations.names().keySet()) {
            boolean mayDo = action.matches("(Describe|Get).*|(Create|Delete)Tags");
            assertThat(reader.call(action, "DryRun", "true").code().equals("UnauthorizedOperation"))
                    .as(action)
                    .isEqualTo(!mayDo);
        }
        assertThat(full.call("CreateVpc", "CidrBlock", "10.0.0.0/16").status()).isEqualTo(200);
    }
}
