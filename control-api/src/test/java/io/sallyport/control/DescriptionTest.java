package io.sallyport.control;

import static io.sallyport.control.Api.call;
import static org.assertj.core.api.Assertions.assertThat;

import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class DescriptionTest {

    @Test
    void openApiHasEveryPathAndMethodAndNoOther() {
        JsonNode api = call("", "GET", "/v3/api-docs", null).json();
        assertThat(api.path("openapi").asString()).startsWith("3.1");
        Set<String> found = new TreeSet<>();
        for (String path : api.path("paths").propertyNames()) {
            found.add(
                    path
                            + " "
                            + String.join(
                                    " ",
                                    new TreeSet<>(api.path("paths").path(path).propertyNames())));
        }
        assertThat(found)
                .containsExactly(
                        "/v1/elastic-ips get post",
                        "/v1/elastic-ips/{id} delete get",
                        "/v1/elastic-ips/{id}/attachment delete put",
                        "/v1/flow-logs get post",
                        "/v1/flow-logs/{id} delete get",
                        "/v1/flow-logs/{id}/who-had get",
                        "/v1/gateways get post",
                        "/v1/gateways/{id} delete get",
                        "/v1/gateways/{id}/connections get",
                        "/v1/gateways/{id}/copies get put",
                        "/v1/gateways/{id}/explain post",
                        "/v1/gateways/{id}/network-acl delete put",
                        "/v1/gateways/{id}/private-addresses post",
                        "/v1/gateways/{id}/private-addresses/{address} delete",
                        "/v1/network-acls get post",
                        "/v1/network-acls/{id} delete get put",
                        "/v1/network-acls/{id}/hits get",
                        "/v1/network-interfaces get post",
                        "/v1/network-interfaces/{id} delete get",
                        "/v1/network-interfaces/{id}/placement put",
                        "/v1/nodes get",
                        "/v1/operations/{id} get",
                        "/v1/pools get",
                        "/v1/pools/{name} delete get put",
                        "/v1/route-tables get post",
                        "/v1/route-tables/{id} delete get",
                        "/v1/route-tables/{id}/routes delete put",
                        "/v1/subnets get post",
                        "/v1/subnets/{id} delete get",
                        "/v1/subnets/{id}/network-acl put",
                        "/v1/subnets/{id}/route-table delete put",
                        "/v1/tenants get",
                        "/v1/tenants/{id} delete get put",
                        "/v1/tenants/{id}/access-keys get post",
                        "/v1/tenants/{id}/access-keys/{key} delete",
                        "/v1/tenants/{id}/api-keys get post",
                        "/v1/tenants/{id}/api-keys/{key} delete",
                        "/v1/tenants/{id}/quotas get put",
                        "/v1/vpcs get post",
                        "/v1/vpcs/{id} delete get",
                        "/v1/vpcs/{id}/attachment delete put",
                        "/v1/vpcs/{id}/main-route-table put");
        assertThat(api.toString()).as("a caller is no parameter").doesNotContain("\"operator\"");
        assertThat(
                        api.path("components")
                                .path("securitySchemes")
                                .path("key")
                                .path("scheme")
                                .asString())
                .isEqualTo("bearer");
    }

    @Test
    void openApiIsReadWithoutADoubt() {
        String text = call("", "GET", "/v3/api-docs", null).text();
        SwaggerParseResult read = new OpenAPIV3Parser().readContents(text, null, null);
        assertThat(read.getMessages()).isEmpty();
        assertThat(read.isOpenapi31()).isTrue();
        assertThat(read.getOpenAPI().getPaths()).hasSizeGreaterThan(20);
        List<String> names =
                read.getOpenAPI().getPaths().values().stream()
                        .flatMap(path -> path.readOperations().stream())
                        .map(operation -> operation.getOperationId())
                        .toList();
        assertThat(names).doesNotHaveDuplicates().contains("createVpc", "getOperation");
        String broken = text.replaceFirst("\"responses\"", "\"answers\"");
        assertThat(new OpenAPIV3Parser().readContents(broken, null, null).getMessages())
                .isNotEmpty();
    }

    @Test
    void healthAndMetricsNeedNoKey() {
        assertThat(call("", "GET", "/actuator/health", null).field("status")).isEqualTo("UP");
        call(Api.OPERATOR, "GET", "/v1/nodes", null);
        assertThat(call("", "GET", "/actuator/prometheus", null, java.util.Map.of()).text())
                .contains("http_server_requests_seconds_count")
                .contains("sallyport_control_feed_failures")
                .contains("sallyport_control_catalog_version");
        assertThat(call("", "GET", "/actuator/env", null).status()).isEqualTo(404);
    }
}
