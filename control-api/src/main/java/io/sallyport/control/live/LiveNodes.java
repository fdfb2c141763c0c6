package io.sallyport.control.live;

import io.sallyport.allocator.Member;
import io.sallyport.control.catalog.Nodes;
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

/**
 * Asks every live node at its management address; one that does not answer holds up nobody for more
 * than two seconds. Blocks; any thread.
 */
@Component
public class LiveNodes implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** What one node said, or why it said nothing. */
    public sealed interface Answer {

        /** Its name. */
        String node();

        record Told(String node, JsonNode body) implements Answer {}

        record Silent(String node, String reason) implements Answer {}
    }

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor();
    private final Nodes nodes;
    private final JsonMapper json;

    LiveNodes(Nodes nodes, JsonMapper json) {
        this.nodes = nodes;
        this.json = json;
    }

    /**
     * In the order of the members.
     *
     * @param page path and query
     */
    public List<Answer> ask(String page) throws InterruptedException {
        List<Member> live = nodes.membership().stream().flatMap(m -> m.live().stream()).toList();
        List<Future<Answer>> asked = new ArrayList<>();
        for (Member member : live) {
            asked.add(askers.submit(() -> ask(member, page)));
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

    private Answer ask(Member member, String page) throws InterruptedException {
        String node = member.node().value();
        URI uri = URI.create("http://" + member.management() + page);
        HttpRequest request = HttpRequest.newBuilder(uri).timeout(PATIENCE).build();
        try {
            HttpResponse<byte[]> response =
                    http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            return response.statusCode() == 200
                    ? new Answer.Told(node, json.readTree(response.body()))
                    : new Answer.Silent(node, "it answered " + response.statusCode());
        } catch (IOException e) {
            return new Answer.Silent(
                    node, e.getClass().getSimpleName() + " at " + uri.getAuthority());
        } catch (JacksonException e) {
            return new Answer.Silent(node, "its answer is no JSON");
        }
    }

    @Override
    public void close() {
        askers.close();
        http.close();
    }
}
