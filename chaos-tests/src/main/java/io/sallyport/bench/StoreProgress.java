package io.sallyport.bench;

import io.sallyport.net.Endpoint;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** How far a store has applied the log of each of its Raft groups, the control group first. */
record StoreProgress(List<Long> applied) {

    StoreProgress {
        applied = List.copyOf(applied);
    }

    /** As the store's management address says. */
    static StoreProgress read(HttpClient http, Endpoint management) {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://" + management + "/status"))
                        .timeout(Duration.ofSeconds(10))
                        .build();
        try {
            String status = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
            List<Long> applied = new ArrayList<>();
            for (JsonNode group : JsonMapper.shared().readTree(status).path("groups")) {
                applied.add(group.path("applied").asLong());
            }
            return new StoreProgress(applied);
        } catch (IOException e) {
            throw new BenchFailure(management + " does not say how far it is", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchFailure("interrupted", e);
        }
    }

    boolean reaches(StoreProgress other) {
        for (int group = 0; group < other.applied.size(); group++) {
            if (group >= applied.size() || applied.get(group) < other.applied.get(group)) {
                return false;
            }
        }
        return true;
    }
}
