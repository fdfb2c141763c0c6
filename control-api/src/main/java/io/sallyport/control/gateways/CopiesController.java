package io.sallyport.control.gateways;

import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.catalog.State;
import io.sallyport.control.live.LiveNodes;
import io.sallyport.control.problems.Fields;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.TenantId;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.Resource.Gateway;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** How many nodes hold each connection of a gateway, and how far that is brought about. */
@RestController
@RequestMapping("/v1/gateways/{id}/copies")
class CopiesController {

    /**
     * @param copies 1 to 8
     */
    record CopiesRequest(@Nullable Integer copies) {}

    /**
     * @param copies how many nodes are to hold each connection
     * @param state available once the connections that exist are held by so many, or as many as
     *     there are
     * @param connectionsLeft of any gateway, that nodes have still to look at
     * @param waitingFor nodes that have not looked at all of theirs, or do not answer
     */
    record CopiesView(int copies, State state, long connectionsLeft, List<String> waitingFor) {}

    private final CatalogService catalog;
    private final LiveNodes nodes;

    CopiesController(CatalogService catalog, LiveNodes nodes) {
        this.catalog = catalog;
        this.nodes = nodes;
    }

    @GetMapping
    CopiesView get(TenantId tenant, @PathVariable String id) throws InterruptedException {
        GatewayId gateway = Fields.id("id", id, GatewayId::new);
        return view(catalog.owned(Gateway.class, tenant, gateway.value()));
    }

    @PutMapping
    CopiesView put(TenantId tenant, @PathVariable String id, @RequestBody CopiesRequest request)
            throws InterruptedException {
        GatewayId gateway = Fields.id("id", id, GatewayId::new);
        int copies = Fields.required("copies", request.copies());
        return view(
                catalog.apply(
                        new CatalogCommand.SetCopies(tenant, gateway, copies),
                        gateway.value(),
                        Gateway.class));
    }

    private CopiesView view(Gateway gateway) throws InterruptedException {
        long left = 0;
        List<String> waitingFor = new ArrayList<>();
        List<LiveNodes.Answer> answers = nodes.ask("/status");
        for (LiveNodes.Answer answer : answers) {
            if (answer instanceof LiveNodes.Answer.Told(String node, JsonNode status)) {
                left += status.path("copiesLeft").asLong(0);
                if (status.path("copiesVersion").asLong(-1) >= gateway.version()) {
                    continue;
                }
            }
            waitingFor.add(answer.node());
        }
        boolean done = waitingFor.isEmpty() && !answers.isEmpty();
        return new CopiesView(
                gateway.copies(), done ? State.AVAILABLE : State.PENDING, left, waitingFor);
    }
}
