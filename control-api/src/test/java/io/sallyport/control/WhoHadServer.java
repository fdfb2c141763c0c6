package io.sallyport.control;

import io.sallyport.control.config.ControlConfig;
import io.sallyport.flowlogs.s3.S3Settings;
import io.sallyport.net.Endpoint;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/**
 * Control over a store in memory for `bench who-had`: makes a flow log of each file format, gives
 * it the benchmark's objects under names of its own, prints {@code flow-log FORMAT URL KEY} of each
 * and {@code ready}, and serves until it is killed. Arguments: the S3 server's URL, its key, its
 * directory.
 */
@SuppressWarnings("SystemOut")
final class WhoHadServer {

    private static final String OPERATOR = "operator-key-0123456789";
    private static final String ACCOUNT = "123456789012";
    private static final String BENCH_LOG = "fl-00000000000000001";

    private final HttpClient http = HttpClient.newHttpClient();
    private final String url;

    private WhoHadServer(int port) {
        url = "http://127.0.0.1:" + port;
    }

    public static void main(String[] arguments) throws Exception {
        ControlConfig config =
                new ControlConfig(
                        Endpoint.parse("127.0.0.1:0"),
                        Map.of("store-1", Endpoint.parse("127.0.0.1:1")),
                        OPERATOR,
                        Optional.empty(),
                        1_000_000,
                        "us-east-1",
                        "bench",
                        "control",
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(
                                new ControlConfig.FlowLogs(
                                        new S3Settings(
                                                Optional.of(URI.create(arguments[0])),
                                                "us-east-1",
                                                arguments[1],
                                                arguments[1],
                                                true,
                                                true),
                                        Duration.ofSeconds(300))));
        WhoHadServer server =
                new WhoHadServer(
                        Objects.requireNonNull(
                                        ControlApplication.start(config, new MemoryStore())
                                                .getWebServer())
                                .getPort());
        server.serve(Path.of(arguments[2]));
        System.out.println("ready");
        Thread.currentThread().join();
    }

    private void serve(Path directory) throws Exception {
        String key = call(OPERATOR, "PUT", "/v1/tenants/" + ACCOUNT, "{\"name\":\"b\"}", "apiKey");
        String vpc = call(key, "POST", "/v1/vpcs", "{\"prefixes\":[\"10.0.0.0/16\"]}", "id");
        for (String format : List.of("parquet", "plain-text")) {
            String bucket = format.equals("parquet") ? "parquet" : "text";
            String log =
                    call(
                            key,
                            "POST",
                            "/v1/flow-logs",
                            "{\"vpcId\":\"%s\",\"bucket\":\"%s\",\"format\":\"joined\",\"fileFormat\":\"%s\"}"
                                    .formatted(vpc, bucket, format),
                            "id");
            link(directory.resolve(bucket), log);
            System.out.println(
                    "flow-log "
                            + (bucket.equals("text") ? "PLAIN_TEXT" : "PARQUET")
                            + " "
                            + url
                            + "/v1/flow-logs/"
                            + log
                            + " "
                            + key);
        }
    }

    /** The objects are the flow log's too. */
    private static void link(Path bucket, String log) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(bucket)) {
            all = files.filter(Files::isRegularFile).toList();
        }
        for (Path file : all) {
            String name = file.getFileName().toString();
            if (name.contains(BENCH_LOG)) {
                Files.createLink(file.resolveSibling(name.replace(BENCH_LOG, log)), file);
            } else if (name.contains("_fl-")) {
                Files.delete(file); // of a run before
            }
        }
    }

    private String call(String key, String method, String path, String body, String field)
            throws IOException, InterruptedException {
        HttpResponse<String> answer =
                http.send(
                        HttpRequest.newBuilder(URI.create(url + path))
                                .header("Authorization", "Bearer " + key)
                                .header("Content-Type", "application/json")
                                .method(method, HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() / 100 != 2) {
            throw new IOException(method + " " + path + ": " + answer.body());
        }
        return new JsonMapper().readTree(answer.body()).path(field).asString();
    }
}
