package io.sallyport.control;

import static io.sallyport.control.Api.call;
import static io.sallyport.control.Api.create;
import static io.sallyport.control.Api.expect;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** To a tenant, what is somebody else's is not there: in no list, no single read, no change. */
class CrossTenantTest {

    @Test
    void whatIsSomebodyElsesIsNotThere() {
        Api.pool();
        String alice = Api.newTenant();
        String mallory = Api.newTenant();
        String gateway = Api.newGateway(alice);
        JsonNode view = expect(200, alice, "GET", "/v1/gateways/" + gateway, null).json();
        String eip = create(alice, "/v1/elastic-ips", "{}");
        String acl = create(alice, "/v1/network-acls", "{\"entries\":[]}");
        String flowLog =
                create(
                        alice,
                        "/v1/flow-logs",
                        "{\"gatewayId\":\"" + gateway + "\",\"bucket\":\"logs\"}");
        String networkInterface =
                create(
                        alice,
                        "/v1/network-interfaces",
                        "{\"subnetId\":\"%s\"}".formatted(view.path("subnetId").asString()));
        String routeTable =
                create(
                        alice,
                        "/v1/route-tables",
                        "{\"vpcId\":\"%s\"}".formatted(view.path("vpcId").asString()));
        List<String> things =
                List.of(
                        "/v1/route-tables/" + routeTable,
                        "/v1/network-interfaces/" + networkInterface,
                        "/v1/vpcs/" + view.path("vpcId").asString(),
                        "/v1/subnets/" + view.path("subnetId").asString(),
                        "/v1/gateways/" + gateway,
                        "/v1/elastic-ips/" + eip,
                        "/v1/network-acls/" + acl,
                        "/v1/flow-logs/" + flowLog);
        List<Api.Answer> answers = new ArrayList<>();
        for (String thing : things) {
            expect(200, alice, "GET", thing, null);
            answers.add(call(mallory, "GET", thing, null));
            answers.add(call(mallory, "DELETE", thing, null));
            String list = thing.substring(0, thing.lastIndexOf('/'));
            assertThat(expect(200, mallory, "GET", list, null).json().path("items")).isEmpty();
            assertThat(expect(200, alice, "GET", list, null).json().path("items")).isNotEmpty();
        }
        String whoHad =
                "/v1/flow-logs/"
                        + flowLog
                        + "/who-had?eip=203.0.113.7&port=1024&at=2026-11-22T00:00:00Z";
        assertThat(call(alice, "GET", whoHad, null).code()).isEqualTo("conflict");
        for (String bad :
                List.of(
                        "port=1&at=2026-11-22T00:00:00Z",
                        "eip=1.2.3&port=1&at=2026-11-22T00:00:00Z",
                        "eip=203.0.113.7&port=65536&at=2026-11-22T00:00:00Z",
                        "eip=203.0.113.7&port=1&at=noon",
                        "eip=203.0.113.7&port=1&at=%2B99999-01-01T00:00:00Z",
                        "eip=203.0.113.7&port=1&at=2026-11-22T00:00:00Z&within=601",
                        "eip=203.0.113.7&port=1&at=2026-11-22T00:00:00Z&protocol=gre")) {
            String path = "/v1/flow-logs/" + flowLog + "/who-had?" + bad;
            assertThat(call(alice, "GET", path, null).status()).as(bad).isEqualTo(400);
        }
        answers.add(call(mallory, "GET", whoHad, null));
        answers.add(
                call(
                        mallory,
                        "PUT",
                        "/v1/network-interfaces/" + networkInterface + "/placement",
                        "{}"));
        answers.add(
                call(
                        mallory,
                        "POST",
                        "/v1/network-interfaces",
                        "{\"subnetId\":\"%s\"}".formatted(view.path("subnetId").asString())));
        String toGateway = "{\"gatewayId\":\"" + gateway + "\"}";
        String own = create(mallory, "/v1/elastic-ips", "{}");
        answers.add(call(mallory, "PUT", "/v1/elastic-ips/" + eip + "/attachment", toGateway));
        answers.add(call(mallory, "PUT", "/v1/elastic-ips/" + own + "/attachment", toGateway));
        answers.add(call(mallory, "DELETE", "/v1/elastic-ips/" + eip + "/attachment", null));
        answers.add(call(mallory, "PUT", "/v1/network-acls/" + acl, "{\"entries\":[]}"));
        answers.add(
                call(
                        mallory,
                        "PUT",
                        "/v1/gateways/" + gateway + "/network-acl",
                        "{\"networkAclId\":\"" + acl + "\"}"));
        answers.add(call(mallory, "DELETE", "/v1/gateways/" + gateway + "/network-acl", null));
        answers.add(
                call(
                        mallory,
                        "PUT",
                        "/v1/subnets/" + view.path("subnetId").asString() + "/network-acl",
                        "{\"networkAclId\":\"" + acl + "\"}"));
        String tied = "{\"routeTableId\":\"" + routeTable + "\"}";
        String route = "{\"destination\":\"0.0.0.0/0\",\"natGatewayId\":\"" + gateway + "\"}";
        String subnet = "/v1/subnets/" + view.path("subnetId").asString() + "/route-table";
        String main = "/v1/vpcs/" + view.path("vpcId").asString() + "/main-route-table";
        String routes = "/v1/route-tables/" + routeTable + "/routes";
        answers.add(call(mallory, "PUT", subnet, tied));
        answers.add(call(mallory, "DELETE", subnet, null));
        answers.add(call(mallory, "PUT", main, tied));
        answers.add(call(mallory, "PUT", routes, route));
        answers.add(call(mallory, "DELETE", routes + "?destination=0.0.0.0/0", null));
        answers.add(
                call(
                        mallory,
                        "POST",
                        "/v1/network-acls",
                        "{\"vpcId\":\"%s\",\"entries\":[]}"
                                .formatted(view.path("vpcId").asString())));
        answers.add(call(mallory, "GET", "/v1/network-acls/" + acl + "/hits", null));
        answers.add(
                call(
                        mallory,
                        "POST",
                        "/v1/gateways/" + gateway + "/explain",
                        "{\"direction\":\"out\",\"protocol\":\"icmp\",\"client\":\"10.0.1.5\","
                                + "\"remote\":\"192.0.2.1\"}"));
        answers.add(call(mallory, "GET", "/v1/gateways/" + gateway + "/connections", null));
        answers.add(call(mallory, "GET", "/v1/gateways/" + gateway + "/copies", null));
        answers.add(call(mallory, "PUT", "/v1/gateways/" + gateway + "/copies", "{\"copies\":3}"));
        answers.add(
                call(
                        mallory,
                        "POST",
                        "/v1/subnets",
                        "{\"vpcId\":\"%s\",\"prefix\":\"10.0.9.0/24\"}"
                                .formatted(view.path("vpcId").asString())));
        answers.add(
                call(
                        mallory,
                        "POST",
                        "/v1/gateways",
                        "{\"subnetId\":\"" + view.path("subnetId").asString() + "\"}"));
        answers.add(
                call(
                        mallory,
                        "POST",
                        "/v1/flow-logs",
                        "{\"gatewayId\":\"" + gateway + "\",\"bucket\":\"mine\"}"));
        assertThat(answers)
                .allSatisfy(answer ->
                        assertThat(answer.status() + " " + answer.code())
                                .isEqualTo("404 not-found"));
        things.forEach(thing -> expect(200, alice, "GET", thing, null));
    }
}
