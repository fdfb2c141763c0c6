package io.sallyport.control.acls;

import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.live.LiveNodes;
import io.sallyport.control.problems.Fields;
import io.sallyport.ids.AclId;
import io.sallyport.ids.TenantId;
import io.sallyport.store.catalog.AclDecision;
import io.sallyport.store.catalog.Resource.NetworkAcl;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** How often rules decided, as the live nodes tell. */
@RestController
@RequestMapping("/v1/network-acls/{id}/hits")
class AclHitsController {

    /**
     * @param version of the network ACL as it is now: only what nodes say of this one is counted
     * @param rules those that decided at all
     * @param complete whether every live node told of this version, or has it nowhere
     */
    record HitsView(
            String networkAclId,
            long version,
            List<RuleView> rules,
            List<NodeView> nodes,
            boolean complete) {}

    /**
     * @param ruleNumber 32767 for the implicit deny of either family
     * @param hits connections that it let pass, packets that it denied, and ICMP errors
     */
    record RuleView(boolean egress, int ruleNumber, long hits) {}

    /**
     * @param version which it counts; 0: no subnet and no gateway there has the network ACL
     * @param reason why it did not answer
     */
    record NodeView(
            String node, boolean answered, @Nullable Long version, @Nullable String reason) {}

    private record Rule(boolean egress, int number) implements Comparable<Rule> {

        private static final Comparator<Rule> ORDER =
                Comparator.comparing(Rule::egress).thenComparing(Rule::number);

        @Override
        public int compareTo(Rule other) {
            return ORDER.compare(this, other);
        }
    }

    private final CatalogService catalog;
    private final LiveNodes nodes;

    AclHitsController(CatalogService catalog, LiveNodes nodes) {
        this.catalog = catalog;
        this.nodes = nodes;
    }

    @GetMapping
    HitsView get(TenantId tenant, @PathVariable String id) throws InterruptedException {
        AclId wanted = Fields.id("id", id, AclId::new);
        NetworkAcl acl = catalog.owned(NetworkAcl.class, tenant, wanted.value());
        Map<Rule, Long> hits = new TreeMap<>();
        List<NodeView> asked = new ArrayList<>();
        boolean complete = true;
        for (LiveNodes.Answer answer : nodes.ask("/acls?acl=" + wanted)) {
            switch (answer) {
                case LiveNodes.Answer.Told(String node, JsonNode told) -> {
                    long version = told.path("version").asLong(0);
                    asked.add(new NodeView(node, true, version, null));
                    complete &= version == acl.version() || version == 0;
                    if (version == acl.version()) {
                        add(hits, told.path("rules"));
                    }
                }
                case LiveNodes.Answer.Silent(String node, String reason) -> {
                    asked.add(new NodeView(node, false, null, reason));
                    complete = false;
                }
            }
        }
        return new HitsView(
                wanted.value(),
                acl.version(),
                hits.entrySet().stream()
                        .map(one ->
                                new RuleView(
                                        one.getKey().egress(),
                                        one.getKey().number(),
                                        one.getValue()))
                        .toList(),
                asked,
                complete);
    }

    private static void add(Map<Rule, Long> hits, JsonNode rules) {
        for (JsonNode rule : rules) {
            hits.merge(
                    new Rule(
                            rule.path("egress").asBoolean(false),
                            rule.path("ruleNumber").asInt(AclDecision.NO_MATCH_V4)),
                    rule.path("hits").asLong(0),
                    Long::sum);
        }
    }
}
