package io.sallyport.solo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** The REST API, called with one key. */
final class Api {

    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final String base;
    private final String key;

    Api(String base, String key) {
        this.base = base;
        this.key = key;
    }

    Api as(String otherKey) {
        return new Api(base, otherKey);
    }

    JsonNode get(String path) {
        return call("GET", path, Map.of(), "");
    }

    JsonNode put(String path, Map<String, ?> body) {
        return call("PUT", path, body, "");
    }

    void delete(String path) {
        call("DELETE", path, Map.of(), "");
    }

    /**
     * @param once names the thing for ever: the same call with the same name answers with what
     *     exists
     */
    JsonNode create(String path, Map<String, ?> body, String once) {
        return call("POST", path, body, once);
    }

    private JsonNode call(String method, String path, Map<String, ?> body, String once) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path))
                        .timeout(TIMEOUT)
                        .header("Authorization", "Bearer " + key);
        boolean hasBody = method.equals("PUT") || method.equals("POST");
        if (hasBody) {
            request.header("Content-Type", "application/json");
        }
        if (!once.isEmpty()) {
            request.header("Idempotency-Key", once);
        }
        request.method(
                method,
                hasBody
                        ? HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body))
                        : HttpRequest.BodyPublishers.noBody());
        try {
            HttpResponse<String> answer =
                    client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() / 100 != 2) {
                throw new SoloFailure(
                        SoloFailure.FAILED,
                        "%s %s was refused with %d: %s"
                                .formatted(method, path, answer.statusCode(), answer.body()));
            }
            return JSON.readTree(answer.body().isBlank() ? "null" : answer.body());
        } catch (IOException e) {
            throw new SoloFailure(SoloFailure.FAILED, method + " " + base + path + ": " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SoloFailure(SoloFailure.FAILED, "interrupted");
        }
    }
}
