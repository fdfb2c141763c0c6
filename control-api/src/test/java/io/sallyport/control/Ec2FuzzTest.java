package io.sallyport.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.control.Ec2.Answer;
import io.sallyport.control.Ec2.Tenant;
import java.io.StringReader;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/**
 * Requests that are nearly right, well signed and not: always an answer in XML that clients' models
 * allow, never a fault of ours. How long: {@link FuzzBudget}.
 */
class Ec2FuzzTest {

    private static final int REQUESTS = 4_000;

    private static Tenant tenant;

    @BeforeAll
    static void tenant() {
        Api.pool();
        Ec2.obedientNode();
        tenant = Ec2.newTenant();
    }

    /** Addresses come from a pool that all tests share. */
    @AfterAll
    static void giveBackAndNoNodes() {
        Answer gateways = tenant.call("DescribeNatGateways");
        Ec2.all(gateways.text(), "natGatewayId")
                .forEach(id -> tenant.call("DeleteNatGateway", "NatGatewayId", id));
        Answer addresses = tenant.call("DescribeAddresses");
        Ec2.all(addresses.text(), "allocationId")
                .forEach(id -> tenant.call("ReleaseAddress", "AllocationId", id));
        Api.STORE.noNodes();
    }

    private final long seed = FuzzBudget.SEED;
    private final Random random = new Random(seed);
    private final List<String> ids = new ArrayList<>(List.of("nat-1", "vpc-01234567", "x"));

    private String one(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private String value() {
        return switch (random.nextInt(12)) {
            case 0 -> one("", "-1", "0", "5", "999999999", "2147483648", "1e3", " 7", "true");
            case 1 -> one("10.0.0.0/16", "10.0.1.0/24", "10.0.0.0/33", "::/0", "fd00::/64", "/");
            case 2 -> one("*", "?", "\\", "a\\", "**?", "<&>'\"", "]]>", "\u0000", "\uFFFE");
            case 3 -> "\uD83D\uDE80\u00fc".repeat(random.nextInt(200));
            case 4 -> one("vpc", "natgateway", "elastic-ip", "public", "zonal", "ALL");
            case 5 -> one("state", "tag:a", "tag-key", "vpc-id", "key", "resource-id");
            case 6 -> one("203.0.113.9", "203.0.113.999", "2001:db8::1", "::ffff:1.2.3.4");
            default -> ids.get(random.nextInt(ids.size()));
        };
    }

    private String name(List<String> names) {
        String name = names.get(random.nextInt(names.size()));
        name = name.replace("N", one("1", "2", "0", "999999", "1"));
        return random.nextInt(20) == 0 ? name + one(".", ".1", "..", ".N", ".1.1", "\u0000") : name;
    }

    private String form(Map<String, List<String>> operations, List<String> actions) {
        String action = actions.get(random.nextInt(actions.size()));
        List<String> names = operations.getOrDefault(action, List.of());
        StringBuilder form = new StringBuilder("Version=" + Ec2.VERSION + "&Action=" + action);
        for (int n = random.nextInt(8); n > 0 && !names.isEmpty(); n--) {
            form.append('&')
                    .append(SdkHttpUtils.urlEncode(name(names)))
                    .append('=')
                    .append(SdkHttpUtils.urlEncode(value()));
        }
        for (int n = random.nextInt(10) - 7; n > 0; n--) {
            form.setCharAt(random.nextInt(form.length()), (char) random.nextInt(128));
        }
        return form.toString();
    }

    @Test
    void whateverIsAskedTheAnswerIsXmlAndNoFault() throws Exception {
        Map<String, List<String>> operations = Ec2Operations.names();
        List<String> actions = List.copyOf(operations.keySet());
        FuzzBudget budget = new FuzzBudget(REQUESTS);
        int done = 0;
        int round = 0;
        for (; budget.hasRound(round); round++) {
            String form = form(operations, actions);
            Answer answer =
                    random.nextInt(20) == 0
                            ? Ec2.send(
                                    one("POST", "GET"),
                                    Ec2.endpoint(),
                                    Map.of(
                                            "Authorization",
                                            List.of(authorization()),
                                            "X-Amz-Date",
                                            List.of(
                                                    one(
                                                            "20260101T000000Z",
                                                            "x",
                                                            "99999999T999999Z"))),
                                    form.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                            : Ec2.post(tenant, Clock.systemUTC(), form);
            String where = "seed " + seed + ", round " + round + ": " + form + "\n" + answer;
            assertThat(answer.status()).as(where).isLessThan(500);
            DocumentBuilderFactory.newDefaultInstance()
                    .newDocumentBuilder()
                    .parse(new InputSource(new StringReader(answer.text())));
            if (answer.status() == 200) {
                done++;
                for (String element :
                        List.of(
                                "vpcId",
                                "subnetId",
                                "natGatewayId",
                                "allocationId",
                                "associationId")) {
                    Ec2.all(answer.text(), element).limit(3).forEach(ids::add);
                }
            }
        }
        assertThat(done).as("of %d, some are right", round).isGreaterThan(round / 40);
    }

    private String authorization() {
        StringBuilder text =
                new StringBuilder(
                        "AWS4-HMAC-SHA256 Credential=SKIAAAAAAAAAAAAAAAAA/20260101/us-east-1/ec2"
                                + "/aws4_request, SignedHeaders=host;x-amz-date, Signature="
                                + "0".repeat(64));
        for (int n = random.nextInt(6); n > 0; n--) {
            text.setCharAt(random.nextInt(text.length()), (char) (33 + random.nextInt(94)));
        }
        return text.toString();
    }
}
