package io.sallyport.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.control.Ec2.Tenant;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import tools.jackson.databind.JsonNode;

/** How much a tenant may have, which the operator says. */
class QuotasTest {

    private static String path(Tenant tenant) {
        return "/v1/tenants/" + tenant.account() + "/quotas";
    }

    private static JsonNode quotas(Tenant tenant, String quota) {
        return Api.expect(200, Api.OPERATOR, "GET", path(tenant), null).json().path(quota);
    }

    @Test
    void theOperatorSaysHowMuchATenantMayHaveAndBothApisObey() {
        Api.pool();
        Tenant tenant = Ec2.newTenant();
        assertThat(quotas(tenant, "gateways").path("limit").asInt()).isEqualTo(100);
        Api.expect(200, Api.OPERATOR, "PUT", path(tenant), "{\"vpcs\":1,\"elasticIps\":1}");
        try (Ec2Client ec2 = tenant.client()) {
            ec2.createVpc(r -> r.cidrBlock("10.0.0.0/16"));
            refused("VpcLimitExceeded", () -> ec2.createVpc(r -> r.cidrBlock("10.1.0.0/16")));
            ec2.allocateAddress();
            refused("AddressLimitExceeded", ec2::allocateAddress);
            assertThat(
                            ec2.describeAccountAttributes(
                                            r -> r.attributeNamesWithStrings("vpc-max-elastic-ips"))
                                    .accountAttributes()
                                    .getFirst()
                                    .attributeValues()
                                    .getFirst()
                                    .attributeValue())
                    .isEqualTo("1");
        }
        Api.Answer refused = Api.expect(409, tenant.apiKey(), "POST", "/v1/elastic-ips", "{}");
        assertThat(refused.field("code")).isEqualTo("limit-exceeded");
        assertThat(quotas(tenant, "vpcs").path("used").asInt()).isEqualTo(1);
        assertThat(quotas(tenant, "vpcs").path("byDefault").asInt()).isEqualTo(100);
        Api.expect(200, Api.OPERATOR, "PUT", path(tenant), "{}");
        assertThat(quotas(tenant, "vpcs").path("limit").asInt()).isEqualTo(100);
        Api.expect(201, tenant.apiKey(), "POST", "/v1/elastic-ips", "{}");
    }

    private static void refused(String code, Runnable call) {
        try {
            call.run();
        } catch (Ec2Exception e) {
            assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
            return;
        }
        throw new AssertionError("not refused: " + code);
    }

    @Test
    void whatIsNoQuotaIsRefused() {
        Tenant tenant = Ec2.newTenant();
        for (String bad :
                new String[] {
                    "{\"vpcs\":-1}", "{\"vpcs\":1001}", "{\"vpcs\":\"x\"}", "{\"cars\":1}", "[]"
                }) {
            Api.expect(400, Api.OPERATOR, "PUT", path(tenant), bad);
        }
        Api.expect(404, Api.OPERATOR, "PUT", "/v1/tenants/999999999999/quotas", "{}");
        Api.expect(404, Api.OPERATOR, "GET", "/v1/tenants/999999999999/quotas", null);
        for (String method : new String[] {"GET", "PUT"}) {
            assertThat(Api.call(tenant.apiKey(), method, path(tenant), "{}").status())
                    .as("a tenant is no operator")
                    .isIn(401, 403, 404);
        }
    }
}
