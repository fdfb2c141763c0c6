package io.sallyport.control;

import static io.sallyport.control.Api.OPERATOR;
import static io.sallyport.control.Api.call;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every bad call is a 4xx with the code that it is listed with, and its caller learns why. */
class MalformedCallsTest {

    private static final String VPC = "vpc-00000000000000000";
    private static final String EIP = "eipalloc-00000000000000000";
    private static final String NAT = "nat-00000000000000000";

    private static String tenant = "";

    @BeforeAll
    static void aTenant() {
        tenant = Api.newTenant();
    }

    record Bad(String who, String method, String path, String body, int status, String code) {}

    static List<Bad> calls() {
        List<Bad> calls = new ArrayList<>();
        for (String path :
                List.of(
                        "vpcs",
                        "subnets",
                        "route-tables",
                        "gateways",
                        "network-acls",
                        "flow-logs")) {
            for (String body :
                    List.of("", "{", "[]", "7", "\"x\"", "null", "{} {}", "{\"a\":1,}", "\0")) {
                calls.add(new Bad("tenant", "POST", "/v1/" + path, body, 400, "malformed-json"));
            }
            calls.add(
                    new Bad("tenant", "POST", "/v1/" + path, "{\"nope\":1}", 400, "unknown-field"));
            calls.add(new Bad("tenant", "POST", "/v1/" + path, "{}", 400, "missing-field"));
            calls.add(new Bad("tenant", "GET", "/v1/" + path + "/x", "", 400, "malformed-id"));
            calls.add(
                    new Bad(
                            "tenant",
                            "DELETE",
                            "/v1/" + path + "/" + "é",
                            "",
                            400,
                            "malformed-id"));
            calls.add(new Bad("tenant", "PATCH", "/v1/" + path, "{}", 405, "method-not-allowed"));
            calls.add(new Bad("nobody", "GET", "/v1/" + path, "", 401, "unauthenticated"));
            calls.add(new Bad("stranger", "GET", "/v1/" + path, "", 401, "unauthenticated"));
            calls.add(new Bad("operator", "GET", "/v1/" + path, "", 403, "forbidden"));
        }
        for (String path : List.of("/v1/tenants", "/v1/pools", "/v1/nodes")) {
            calls.add(new Bad("nobody", "GET", path, "", 401, "unauthenticated"));
            calls.add(new Bad("stranger", "GET", path, "", 401, "unauthenticated"));
            calls.add(new Bad("tenant", "GET", path, "", 403, "forbidden"));
        }
        String endless = "a".repeat(5_000);
        bad(
                calls,
                "POST",
                "/v1/elastic-ips",
                "{\"pool\":\"" + endless + "\"}",
                400,
                "invalid-value");
        bad(calls, "POST", "/v1/vpcs", "{\"prefixes\":\"10.0.0.0/8\"}", 400, "invalid-value");
        bad(calls, "POST", "/v1/vpcs", "{\"prefixes\":[7]}", 400, "invalid-value");
        bad(calls, "POST", "/v1/vpcs", "{\"prefixes\":[null]}", 400, "missing-field");
        bad(calls, "POST", "/v1/vpcs", "{\"prefixes\":[]}", 400, "invalid-value");
        bad(calls, "POST", "/v1/vpcs", "{\"prefixes\":[\"10.0.0.0/33\"]}", 400, "invalid-value");
        bad(calls, "POST", "/v1/vpcs", "{\"prefixes\":[\"10.0.0/8\"]}", 400, "invalid-value");
        bad(calls, "POST", "/v1/vpcs", "{\"prefixes\":[\"127.0.0.0/8\"]}", 400, "invalid-value");
        bad(calls, "POST", "/v1/vpcs", "{\"prefixes\":[],\"prefixes\":[]}", 400, "malformed-json");
        bad(
                calls,
                "POST",
                "/v1/subnets",
                "{\"vpcId\":\"vpc-1\",\"prefix\":\"10.0.0.0/24\"}",
                400,
                "malformed-id");
        bad(
                calls,
                "POST",
                "/v1/subnets",
                "{\"vpcId\":\"%s\",\"prefix\":\"10.0.0.0/24\"}".formatted(VPC),
                404,
                "not-found");
        bad(
                calls,
                "POST",
                "/v1/subnets",
                "{\"vpcId\":true,\"prefix\":\"10.0.0.0/24\"}",
                400,
                "invalid-value");
        String routes = "/v1/route-tables/rtb-00000000000000000/routes";
        String to = "{\"destination\":\"0.0.0.0/0\",";
        String nat = "\"natGatewayId\":\"nat-00000000000000000\"";
        String igw = "\"internetGatewayId\":\"igw-00000000000000000\"";
        bad(calls, "PUT", routes, to + nat + "}", 404, "not-found");
        bad(calls, "PUT", routes, to + igw + "}", 404, "not-found");
        bad(calls, "PUT", routes, to + nat + "," + igw + "}", 400, "invalid-value");
        bad(calls, "PUT", routes, "{" + nat + "}", 400, "missing-field");
        bad(calls, "PUT", routes, to + "\"natGatewayId\":\"x\"}", 400, "malformed-id");
        bad(calls, "DELETE", routes + "?destination=x", "", 400, "invalid-value");
        bad(
                calls,
                "POST",
                "/v1/gateways",
                "{\"subnetId\":\"subnet-00000000000000000\",\"copies\":\"2\"}",
                400,
                "invalid-value");
        bad(
                calls,
                "POST",
                "/v1/gateways",
                "{\"subnetId\":\"subnet-00000000000000000\",\"copies\":2.5}",
                400,
                "invalid-value");
        bad(
                calls,
                "POST",
                "/v1/gateways",
                "{\"subnetId\":\"subnet-00000000000000000\",\"copies\":99999999999}",
                400,
                "invalid-value");
        bad(
                calls,
                "POST",
                "/v1/gateways",
                "{\"subnetId\":\"subnet-00000000000000000\",\"privateAddress\":\"10.0.0.256\"}",
                400,
                "invalid-value");
        bad(
                calls,
                "POST",
                "/v1/gateways",
                "{\"subnetId\":\"subnet-00000000000000000\"}",
                404,
                "not-found");
        bad(calls, "POST", "/v1/elastic-ips", "{\"family\":\"ipv5\"}", 400, "invalid-value");
        bad(calls, "POST", "/v1/elastic-ips", "{\"family\":0}", 400, "invalid-value");
        bad(calls, "POST", "/v1/elastic-ips", "{\"pool\":\"nope\"}", 404, "not-found");
        bad(calls, "POST", "/v1/elastic-ips", "{\"address\":\"nope\"}", 400, "invalid-value");
        bad(calls, "POST", "/v1/elastic-ips", "[]", 400, "malformed-json");
        bad(calls, "PUT", "/v1/elastic-ips/" + EIP + "/attachment", "{}", 400, "missing-field");
        bad(
                calls,
                "PUT",
                "/v1/elastic-ips/" + EIP + "/attachment",
                "{\"gatewayId\":\"%s\"}".formatted(NAT),
                404,
                "not-found");
        for (String body :
                List.of(
                        "{\"gatewayId\":\"%s\",\"existing\":\"stay\"}",
                        "{\"gatewayId\":\"%s\",\"drainSeconds\":5}",
                        "{\"gatewayId\":\"%s\",\"existing\":\"drain\",\"drainSeconds\":-1}",
                        "{\"gatewayId\":\"%s\",\"instance\":{}}")) {
            String attachment = "/v1/elastic-ips/" + EIP + "/attachment";
            bad(calls, "PUT", attachment, body.formatted(NAT), 400, "invalid-value");
        }
        bad(
                calls,
                "PUT",
                "/v1/elastic-ips/" + EIP + "/attachment",
                "{\"gatewayId\":\"%s\",\"existing\":\"drain\"}".formatted(NAT),
                400,
                "missing-field");
        String own = "/v1/gateways/" + NAT + "/private-addresses";
        bad(calls, "POST", own, "{}", 404, "not-found");
        bad(calls, "POST", own, "[]", 400, "malformed-json");
        bad(calls, "DELETE", own + "/10.0.0.9", "", 404, "not-found");
        bad(calls, "DELETE", own + "/10.0.0.9?drainSeconds=-1", "", 400, "invalid-value");
        bad(calls, "DELETE", own + "/10.0.0.9?drainSeconds=soon", "", 400, "invalid-value");
        for (String mac : List.of("02:00:00:00:00", "020000000001", "zz:00:00:00:00:01")) {
            bad(
                    calls,
                    "PUT",
                    "/v1/elastic-ips/" + EIP + "/attachment",
                    "{\"instance\":{\"vpcId\":\"%s\",\"privateAddress\":\"10.0.0.9\",\"mac\":\"%s\"}}"
                            .formatted(VPC, mac),
                    400,
                    "invalid-value");
        }
        bad(
                calls,
                "PUT",
                "/v1/elastic-ips/" + EIP + "/attachment",
                "{\"gatewayId\":\"%s\"}".formatted(VPC),
                400,
                "malformed-id");
        bad(
                calls,
                "PUT",
                "/v1/elastic-ips/eip/attachment",
                "{\"gatewayId\":\"%s\"}".formatted(NAT),
                400,
                "malformed-id");
        bad(calls, "DELETE", "/v1/elastic-ips/" + EIP + "/attachment", "", 404, "not-found");
        bad(calls, "DELETE", "/v1/gateways/" + NAT, "", 404, "not-found");
        bad(calls, "GET", "/v1/gateways/" + NAT + "/connections", "", 404, "not-found");
        bad(calls, "GET", "/v1/gateways/" + NAT + "/connections?limit=x", "", 400, "invalid-value");
        for (String copies : List.of("\"two\"", "2.5", "3000000000")) {
            bad(
                    calls,
                    "PUT",
                    "/v1/gateways/" + NAT + "/copies",
                    "{\"copies\":" + copies + "}",
                    400,
                    "invalid-value");
        }
        bad(calls, "PUT", "/v1/gateways/" + NAT + "/copies", "{}", 400, "missing-field");
        bad(
                calls,
                "PUT",
                "/v1/gateways/" + NAT + "/network-acl",
                "{\"networkAclId\":7}",
                400,
                "invalid-value");
        bad(
                calls,
                "PUT",
                "/v1/gateways/" + NAT + "/network-acl",
                "{\"networkAclId\":null}",
                400,
                "missing-field");
        acl(
                calls,
                "\"ruleNumber\":0,\"egress\":true,\"protocol\":\"-1\",\"action\":\"allow\",\"cidr\":\"::/0\"",
                "invalid-value");
        acl(
                calls,
                "\"ruleNumber\":1,\"egress\":\"yes\",\"protocol\":\"-1\",\"action\":\"allow\",\"cidr\":\"::/0\"",
                "invalid-value");
        acl(
                calls,
                "\"ruleNumber\":1,\"egress\":true,\"protocol\":\"sctp\",\"action\":\"allow\",\"cidr\":\"::/0\"",
                "invalid-value");
        acl(
                calls,
                "\"ruleNumber\":1,\"egress\":true,\"protocol\":6,\"action\":\"allow\",\"cidr\":\"::/0\"",
                "invalid-value");
        acl(
                calls,
                "\"ruleNumber\":1,\"egress\":true,\"protocol\":\"tcp\",\"action\":\"allow\",\"cidr\":\"::/0\"",
                "missing-field");
        acl(
                calls,
                "\"ruleNumber\":1,\"egress\":true,\"protocol\":\"icmp\",\"action\":\"deny\",\"cidr\":\"0.0.0.0/0\"",
                "missing-field");
        acl(
                calls,
                "\"ruleNumber\":1,\"egress\":true,\"protocol\":\"-1\",\"action\":\"maybe\",\"cidr\":\"::/0\"",
                "invalid-value");
        acl(
                calls,
                "\"ruleNumber\":1,\"egress\":true,\"protocol\":\"-1\",\"action\":\"allow\"",
                "missing-field");
        acl(
                calls,
                "\"ruleNumber\":1,\"egress\":true,\"protocol\":\"-1\",\"action\":\"allow\",\"cidr\":\"::/0\",\"port\":1",
                "unknown-field");
        acl(
                calls,
                "\"ruleNumber\":1,\"egress\":true,\"protocol\":\"udp\",\"action\":\"allow\",\"cidr\":\"::/0\",\"portRange\":{\"from\":9,\"to\":1}",
                "invalid-value");
        bad(calls, "POST", "/v1/network-acls", "{\"entries\":[null]}", 400, "missing-field");
        bad(
                calls,
                "POST",
                "/v1/flow-logs",
                "{\"gatewayId\":\"%s\",\"bucket\":\"b\",\"trafficType\":\"SOME\"}".formatted(NAT),
                400,
                "invalid-value");
        bad(
                calls,
                "POST",
                "/v1/flow-logs",
                "{\"gatewayId\":\"%s\",\"bucket\":\"logs\"}".formatted(NAT),
                404,
                "not-found");
        bad(calls, "GET", "/v1/nowhere", "", 404, "no-such-path");
        bad(calls, "GET", "/nowhere", "", 404, "no-such-path");
        bad(calls, "DELETE", "/v1/vpcs", "", 405, "method-not-allowed");
        bad(calls, "PUT", "/v1/vpcs/" + VPC + "/attachment", "{}", 403, "forbidden");
        calls.add(
                new Bad(
                        "operator",
                        "PUT",
                        "/v1/tenants/12",
                        "{\"name\":\"x\"}",
                        400,
                        "malformed-id"));
        calls.add(
                new Bad(
                        "operator",
                        "PUT",
                        "/v1/tenants/999999999999",
                        "{\"name\":\"\"}",
                        400,
                        "invalid-value"));
        calls.add(
                new Bad(
                        "operator",
                        "PUT",
                        "/v1/tenants/999999999999",
                        "{\"name\":7}",
                        400,
                        "invalid-value"));
        calls.add(
                new Bad(
                        "operator",
                        "PUT",
                        "/v1/pools/UPPER",
                        "{\"prefixes\":[\"192.0.2.0/24\"]}",
                        400,
                        "invalid-value"));
        calls.add(new Bad("operator", "GET", "/v1/pools/nope", "", 404, "not-found"));
        String attachment = "/v1/vpcs/" + VPC + "/attachment";
        calls.add(new Bad("operator", "PUT", attachment, "{}", 400, "missing-field"));
        calls.add(
                new Bad(
                        "operator",
                        "PUT",
                        attachment,
                        "{\"vxlan\":{\"vni\":1}}",
                        400,
                        "missing-field"));
        calls.add(
                new Bad(
                        "operator",
                        "PUT",
                        attachment,
                        "{\"vxlan\":{\"vni\":1,\"endpoints\":[]},\"interfaces\":[]}",
                        400,
                        "invalid-value"));
        calls.add(
                new Bad(
                        "operator",
                        "PUT",
                        attachment,
                        "{\"interfaces\":[\"in0\"]}",
                        404,
                        "not-found"));
        return calls;
    }

    private static void bad(
            List<Bad> calls, String method, String path, String body, int status, String code) {
        calls.add(new Bad("tenant", method, path, body, status, code));
    }

    private static void acl(List<Bad> calls, String fields, String code) {
        bad(calls, "POST", "/v1/network-acls", "{\"entries\":[{" + fields + "}]}", 400, code);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void badCallIsRefusedWithItsCode(Bad bad) {
        String key =
                switch (bad.who()) {
                    case "tenant" -> tenant;
                    case "operator" -> OPERATOR;
                    case "stranger" -> tenant.substring(0, tenant.length() - 1) + "?";
                    default -> "";
                };
        Api.Answer answer =
                call(
                        key,
                        bad.method(),
                        bad.path().replace("é", "%C3%A9"),
                        bad.body().isEmpty() ? null : bad.body());
        assertThat(answer.status() + " " + answer.code())
                .as("%s: %s", bad, answer.text())
                .isEqualTo(bad.status() + " " + bad.code());
        assertThat(answer.headers().firstValue("Content-Type"))
                .contains("application/problem+json");
        assertThat(answer.field("detail")).isNotEmpty();
        assertThat(answer.text()).doesNotContain("Exception").doesNotContain("io.sallyport");
    }

    @Test
    void otherContentTypesAreRefused() {
        Api.Answer answer =
                call(tenant, "POST", "/v1/vpcs", "a=b", Map.of("Content-Type", "text/plain"));
        assertThat(answer.status() + " " + answer.code()).isEqualTo("415 unsupported-media-type");
        answer = call(tenant, "GET", "/v1/vpcs", null, Map.of("Accept", "text/html"));
        assertThat(answer.status()).isEqualTo(406);
    }

    @Test
    void bodyOverTheLimitIsRefusedWhateverLengthItClaims() {
        String body = "{\"prefixes\":[\"" + "1".repeat(300_000) + "\"]}";
        Api.Answer answer = call(tenant, "POST", "/v1/vpcs", body);
        assertThat(answer.status() + " " + answer.code()).isEqualTo("413 too-large");
        assertThat(RawHttp.chunked(Api.port(), "/v1/vpcs", tenant, body))
                .startsWith("HTTP/1.1 413")
                .contains("too-large");
    }

    @Test
    void anAclOfTenThousandEntriesIsTakenAgainAndAgainAndALongerOneRefused() {
        String most = acl(10_000);
        // More than may be in memory at once: each gives its place back.
        for (int i = 0; i < 6; i++) {
            assertThat(call(tenant, "POST", "/v1/network-acls", most).status()).isEqualTo(201);
        }
        Api.Answer answer = call(tenant, "POST", "/v1/network-acls", acl(10_001));
        assertThat(answer.status() + " " + answer.code()).isEqualTo("409 limit-exceeded");
        answer = call(tenant, "POST", "/v1/network-acls", acl(10_000) + " ".repeat(2_000_000));
        assertThat(answer.status() + " " + answer.code()).isEqualTo("413 too-large");
    }

    private static String acl(int entries) {
        return IntStream.rangeClosed(1, entries)
                .mapToObj(number ->
                        "{\"ruleNumber\":%d,\"egress\":%s,\"protocol\":\"-1\",\"action\":\"deny\",\"cidr\":\"2001:db8::/32\"}"
                                .formatted(1 + number / 2, number % 2 == 0))
                .collect(Collectors.joining(",", "{\"entries\":[", "]}"));
    }

    @Test
    void badIdempotencyKeyIsRefused() {
        Api.Answer answer =
                call(
                        tenant,
                        "POST",
                        "/v1/vpcs",
                        "{\"prefixes\":[\"10.0.0.0/8\"]}",
                        Map.of(
                                "Content-Type",
                                "application/json",
                                "Idempotency-Key",
                                "x".repeat(256)));
        assertThat(answer.status() + " " + answer.code()).isEqualTo("400 invalid-value");
    }

    @Test
    void brokenHttpIsA4xxWithoutAStackTrace() {
        for (String broken :
                List.of(
                        "GET /v1/[vpcs] HTTP/1.1\r\nHost: x\r\n\r\n",
                        "GET /v1/%zz HTTP/1.1\r\nHost: x\r\n\r\n",
                        "GET /v1/..%2f..%2f HTTP/1.1\r\nHost: x\r\n\r\n",
                        "GET /v1/vpcs HTTP/1.1\r\n\r\n",
                        "GET /v1/vpcs HTTP/1.1\r\nHost: x\r\nX: " + "y".repeat(20_000) + "\r\n\r\n",
                        "POST /v1/vpcs HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
                        "nonsense\r\n\r\n")) {
            String answer = RawHttp.send(Api.port(), broken);
            assertThat(answer)
                    .as(broken.substring(0, Math.min(60, broken.length())))
                    .startsWith("HTTP/1.1 4")
                    .contains("malformed-request")
                    .doesNotContain("Exception");
        }
    }
}
