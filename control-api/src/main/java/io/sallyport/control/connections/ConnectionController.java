package io.sallyport.control.connections;

import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.problems.Fields;
import io.sallyport.control.problems.Problem;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.TenantId;
import io.sallyport.store.catalog.Resource.Gateway;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/v1/gateways/{id}/connections")
class ConnectionController {

    private static final int LIMIT = 10_000;

    /**
     * @param complete whether every live node answered and nothing was cut off by the limit
     */
    record ConnectionsView(
            String gatewayId,
            List<ConnectionView> connections,
            List<NodeView> nodes,
            boolean complete) {}

    /**
     * @param reason why it did not answer
     */
    record NodeView(String node, boolean answered, @Nullable String reason) {}

    private final CatalogService catalog;
    private final NodeConnections ask;

    ConnectionController(CatalogService catalog, NodeConnections ask) {
        this.catalog = catalog;
        this.ask = ask;
    }

    @GetMapping
    ConnectionsView list(
            TenantId tenant,
            @PathVariable String id,
            @RequestParam(defaultValue = "1000") int limit)
            throws InterruptedException {
        GatewayId gateway = Fields.id("id", id, GatewayId::new);
        catalog.owned(Gateway.class, tenant, gateway.value());
        if (limit < 1 || limit > LIMIT) {
            throw Problem.invalid("limit", Integer.toString(limit), "1 to " + LIMIT);
        }
        List<NodeConnections.Answer> answers = ask.ask(gateway, limit);
        return merged(gateway, answers, limit);
    }

    private static ConnectionsView merged(
            GatewayId gateway, List<NodeConnections.Answer> answers, int limit) {
        Map<ConnectionView.Key, ConnectionView> merged = new LinkedHashMap<>();
        List<NodeView> asked = new ArrayList<>();
        boolean complete = true;
        for (NodeConnections.Answer answer : answers) {
            switch (answer) {
                case NodeConnections.Answer.Told(String node, List<ConnectionView> told) -> {
                    asked.add(new NodeView(node, true, null));
                    told.forEach(one -> merged.merge(one.key(), one, ConnectionView::plus));
                    complete &= told.size() < limit;
                }
                case NodeConnections.Answer.Silent(String node, String reason) -> {
                    asked.add(new NodeView(node, false, reason));
                    complete = false;
                }
            }
        }
        return new ConnectionsView(
                gateway.value(),
                merged.values().stream().limit(limit).toList(),
                asked,
                complete && merged.size() <= limit);
    }
}
