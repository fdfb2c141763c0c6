package io.sallyport.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The REST API, called from within a network namespace. One thread at a time.
 *
 * @param enter what goes before a command that runs there
 * @param base http://host:port
 * @param directory for the header that names the caller
 */
record Rest(List<String> enter, String base, Path directory) {

    Rest {
        enter = List.copyOf(enter);
    }

    /**
     * @param key whose call it is
     * @param body JSON; empty: none
     * @return null as JSON where the answer has no body
     * @throws BenchFailure where it is refused
     */
    JsonNode call(String key, String method, String path, String body) {
        List<String> command = new ArrayList<>(enter);
        command.addAll(
                List.of(
                        "curl",
                        "-sS",
                        "--fail-with-body",
                        "-X",
                        method,
                        "-H",
                        "@" + authorization(key),
                        "-H",
                        "Content-Type: application/json",
                        "--data-binary",
                        "@-",
                        base + path));
        String answer = Tool.run(command, body);
        return JsonMapper.shared().readTree(answer.isBlank() ? "null" : answer);
    }

    JsonNode call(String key, String method, String path, Object body) {
        return call(key, method, path, JsonMapper.shared().writeValueAsString(body));
    }

    /** In a file, since a command that fails is shown. */
    private Path authorization(String key) {
        try {
            return Files.writeString(
                    directory.resolve("authorization"), "Authorization: Bearer " + key + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
