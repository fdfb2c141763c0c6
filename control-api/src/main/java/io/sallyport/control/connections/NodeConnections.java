package io.sallyport.control.connections;

import io.sallyport.allocator.Member;
import io.sallyport.ids.GatewayId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks every live node at once what it carries; a node that does not answer holds up nobody. */
@Component
class NodeConnections implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** What one node said: its connections, or why there are none. */
    sealed interface Answer {
        record Told(String node, List<ConnectionView> connections) implements Answer {}

        record Silent(String node, String reason) implements Answer {}
    }

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor();
    private final JsonMapper json;

    NodeConnections(JsonMapper json) {
        this.json = json;
    }

    /** In the order of the members. */
    List<Answer> ask(List<Member> members, GatewayId gateway, int limit)
            throws InterruptedException {
        List<Future<Answer>> asked = new ArrayList<>();
        for (Member member : members) {
            asked.add(askers.submit(() -> ask(member, gateway, limit)));
        }
        List<Answer> answers = new ArrayList<>();
        for (Future<Answer> future : asked) {
            try {
                answers.add(future.get());
            } catch (ExecutionException e) {
                throw new IllegalStateException("asking a node answers or says why not", e);
            }
        }
        return answers;
    }

    private Answer ask(Member member, GatewayId gateway, int limit) throws InterruptedException {
        String node = member.node().value();
        URI uri =
                URI.create(
                        "http://%s/connections?gateway=%s&limit=%d"
                                .formatted(member.management(), gateway, limit));
        HttpRequest request = HttpRequest.newBuilder(uri).timeout(PATIENCE).build();
        try {
            HttpResponse<byte[]> response =
                    http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            return response.statusCode() == 200
                    ? new Answer.Told(node, parsed(node, response.body()))
                    : new Answer.Silent(node, "it answered " + response.statusCode());
        } catch (IOException e) {
            return new Answer.Silent(
                    node, e.getClass().getSimpleName() + " at " + uri.getAuthority());
        } catch (JacksonException e) {
            return new Answer.Silent(node, "its answer is not a list of connections");
        }
    }

    private List<ConnectionView> parsed(String node, byte[] body) {
        List<ConnectionView> connections = new ArrayList<>();
        for (JsonNode item : json.readTree(body)) {
            connections.add(
                    new ConnectionView(
                            item.path("protocol").asString(""),
                            item.path("client").asString(""),
                            item.path("remote").asString(""),
                            item.path("elasticIp").asString(""),
                            item.path("port").asInt(0),
                            List.of(node),
                            item.path("packetsOut").asLong(0),
                            item.path("bytesOut").asLong(0),
                            item.path("packetsIn").asLong(0),
                            item.path("bytesIn").asLong(0),
                            item.path("ageSeconds").asLong(0),
                            item.path("idleSeconds").asLong(0),
                            item.path("state").asString("active")));
        }
        return connections;
    }

    @Override
    public void close() {
        askers.close();
        http.close();
    }
}
