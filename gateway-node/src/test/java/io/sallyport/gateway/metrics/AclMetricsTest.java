package io.sallyport.gateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.dataplane.AclHits;
import io.sallyport.ids.AclId;
import io.sallyport.ids.NodeId;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AclMetricsTest {

    private static final AclId ACL = new AclId("acl-00000000000000001");

    private final NodeMetrics node = new NodeMetrics(new NodeId("gw-1"));
    private final AclMetrics metrics = new AclMetrics(node);

    private static AclHits told(long version, AclHits.Rule... rules) {
        return new AclHits(ACL, version, List.of(rules));
    }

    private void assertRule(String direction, String rule, int decisions) {
        assertThat(node.scrape())
                .contains(
                        "sallyport_acl_decisions_total{acl=\"%s\",direction=\"%s\",node=\"gw-1\",rule=\"%s\"} %d.0"
                                .formatted(ACL, direction, rule, decisions));
    }

    @Test
    void aRulesDecisionsGoOnWhereANewVersionCountsAnew() {
        metrics.update(List.of(told(7, new AclHits.Rule(true, 100, 3))));
        metrics.update(List.of(told(7, new AclHits.Rule(true, 100, 5))));
        assertRule("egress", "100", 5);
        metrics.update(List.of(told(9, new AclHits.Rule(true, 100, 2))));
        assertRule("egress", "100", 7);
        metrics.update(List.of());
        metrics.update(List.of(told(9, new AclHits.Rule(true, 100, 1))));
        assertRule("egress", "100", 8);
    }

    @Test
    void rulesBeyondTheFirstThousandShareASeries() {
        AclHits.Rule[] many =
                IntStream.rangeClosed(1, AclMetrics.SERIES + 5)
                        .mapToObj(number -> new AclHits.Rule(false, number, 2))
                        .toArray(AclHits.Rule[]::new);
        metrics.update(List.of(told(1, many)));
        assertRule("ingress", "1000", 2);
        assertRule("ingress", "other", 10);
        assertThat(node.scrape()).doesNotContain("rule=\"1001\"");
    }
}
