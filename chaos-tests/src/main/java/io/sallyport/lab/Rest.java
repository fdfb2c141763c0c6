package io.sallyport.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * The REST API as a stranger calls it: curl, from inside the lab, with one key. What must be done
 * is asked again while the stores do not decide, under one idempotency key.
 *
 * @param from the machine that calls
 * @param base for example {@code http://10.99.1.2:8080}
 * @param told hears of every call and its answer
 */
record Rest(Host from, String base, String key, Consumer<Exchange> told) {

    /** Longer than an election of the stores takes on a box that has other work. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Duration PAUSE = Duration.ofMillis(500);

    /** One call and its answer. {@code body}s are JSON or empty. */
    record Exchange(String method, String path, String body, int status, String answer) {

        JsonNode json() {
            try {
                return answer.isBlank()
                        ? MissingNode.getInstance()
                        : LabState.JSON.readTree(answer);
            } catch (JacksonException e) {
                throw new LabFailure(this + " is not JSON", e);
            }
        }

        boolean ok() {
            return status >= 200 && status < 300;
        }

        /**
         * No answer, or none of the stores': nobody knows whether it was done, or it was not, and
         * may be soon.
         */
        boolean isUndecided() {
            return status == 0 || status == 503;
        }

        @Override
        public String toString() {
            return "%s %s %s -> %d %s".formatted(method, path, body, status, answer).strip();
        }
    }

    Rest as(String otherKey) {
        return new Rest(from, base, otherKey, told);
    }

    Rest telling(Consumer<Exchange> listener) {
        return new Rest(from, base, key, listener);
    }

    JsonNode get(String path) {
        return must("GET", path, null);
    }

    JsonNode post(String path, Object body) {
        return must("POST", path, body);
    }

    JsonNode put(String path, Object body) {
        return must("PUT", path, body);
    }

    JsonNode delete(String path) {
        return must("DELETE", path, null);
    }

    private JsonNode must(String method, String path, @Nullable Object body) {
        String idempotencyKey = UUID.randomUUID().toString();
        long until = System.nanoTime() + PATIENCE.toNanos();
        Exchange exchange = call(method, path, body, idempotencyKey);
        boolean again = false;
        while (exchange.isUndecided() && System.nanoTime() < until) {
            Processes.pause(PAUSE);
            exchange = call(method, path, body, idempotencyKey);
            again = true;
        }
        boolean wasGone = again && method.equals("DELETE") && exchange.status() == 404;
        if (!exchange.ok() && !wasGone) {
            throw new LabFailure("the API refused: " + exchange);
        }
        return exchange.json();
    }

    /** Any answer will do; status 0 when there was none. */
    Exchange call(String method, String path, @Nullable Object body) {
        return call(method, path, body, UUID.randomUUID().toString());
    }

    private Exchange call(
            String method, String path, @Nullable Object body, String idempotencyKey) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "curl",
                                "-sS",
                                "--noproxy",
                                "*",
                                "--max-time",
                                "20",
                                "-X",
                                method,
                                "-H",
                                "Authorization: Bearer " + key,
                                "-H",
                                "Idempotency-Key: " + idempotencyKey,
                                "-w",
                                "\n%{http_code}"));
        String text = body == null ? "" : LabState.JSON.writeValueAsString(body);
        if (body != null) {
            command.addAll(List.of("-H", "Content-Type: application/json", "-d", text));
        }
        command.add(base + path);
        String answer = Shell.run(from.inside(command)).output();
        int cut = answer.lastIndexOf('\n');
        int status = cut < 0 ? 0 : Integer.parseInt(answer.substring(cut + 1).strip());
        Exchange exchange =
                new Exchange(
                        method,
                        path,
                        text,
                        status,
                        cut < 0 ? "" : answer.substring(0, cut).strip());
        told.accept(exchange);
        return exchange;
    }
}
