package io.sallyport.control.nodes;

import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.control.access.Operator;
import io.sallyport.control.catalog.Nodes;
import io.sallyport.control.problems.Problem;
import io.sallyport.control.problems.ProblemCode;
import java.util.List;
import java.util.Locale;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/v1/nodes")
class NodeController {

    /**
     * @param epoch the number of this member list
     */
    record NodesView(String epoch, List<NodeView> items) {}

    /**
     * @param status live, away or dead
     * @param catalogVersion what its packets obeyed when it last renewed
     * @param unreachable nodes that it could not reach then
     */
    record NodeView(
            String node,
            long incarnation,
            String status,
            String peers,
            String management,
            String since,
            long catalogVersion,
            List<String> unreachable) {}

    private final Nodes nodes;

    NodeController(Nodes nodes) {
        this.nodes = nodes;
    }

    @GetMapping
    NodesView list(Operator operator) {
        Membership membership =
                nodes.membership()
                        .orElseThrow(() ->
                                new Problem(
                                        HttpStatus.SERVICE_UNAVAILABLE,
                                        ProblemCode.STORE_REFUSED,
                                        "no store has told its member list yet"));
        return new NodesView(
                membership.epoch().toString(),
                membership.members().stream().map(NodeController::view).toList());
    }

    private static NodeView view(Member member) {
        return new NodeView(
                member.node().value(),
                member.incarnation().number(),
                member.status().name().toLowerCase(Locale.ROOT),
                member.peers().toString(),
                member.management().toString(),
                member.since().toString(),
                member.catalogVersion(),
                member.unreachable().stream().map(Object::toString).sorted().toList());
    }
}
