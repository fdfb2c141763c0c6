package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.acl.AclPair;
import io.sallyport.gateway.acl.CompiledAcl;
import io.sallyport.ids.AclId;
import io.sallyport.store.catalog.AclDecision;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How often the rules of a network ACL decided on this node.
 *
 * @param version the catalog's, at which the ACL became this: it counts from then on
 * @param rules those that decided at all
 */
public record AclHits(AclId acl, long version, List<Rule> rules) {

    /**
     * @param ruleNumber {@link AclDecision#NO_MATCH_V4} where no rule matched, of either family
     */
    public record Rule(boolean egress, int ruleNumber, long hits) {}

    static AclHits of(AclPair acl) {
        return new AclHits(
                acl.id(),
                acl.version(),
                Stream.concat(rules(acl.ingress, false), rules(acl.egress, true)).toList());
    }

    private static Stream<Rule> rules(CompiledAcl acl, boolean egress) {
        Stream<Rule> written =
                IntStream.range(0, acl.rules().size())
                        .mapToObj(i ->
                                new Rule(egress, acl.rules().get(i).ruleNumber(), acl.hits(i)));
        Rule none = new Rule(egress, AclDecision.NO_MATCH_V4, acl.hits(CompiledAcl.NONE));
        return Stream.concat(written, Stream.of(none)).filter(rule -> rule.hits() > 0);
    }
}
