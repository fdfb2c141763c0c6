package io.sallyport.control.buckets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.sallyport.control.config.ControlConfig;
import io.sallyport.control.problems.Problem;
import io.sallyport.flowlogs.lookup.Question;
import io.sallyport.flowlogs.s3.S3Settings;
import io.sallyport.ids.FlowLogId;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.TenantId;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.store.catalog.Resource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BucketsTest {

    private static final TenantId TENANT = new TenantId("123456789012");

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<Resource.FlowLog> logs = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private Buckets buckets;

    /** Answers with the status that the bucket's name ends with. */
    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    String path = exchange.getRequestURI().getPath();
                    asked.add(exchange.getRequestMethod() + " " + path);
                    exchange.getRequestBody().readAllBytes();
                    exchange.sendResponseHeaders(
                            Integer.parseInt(path.split("/")[1].substring(7)), -1);
                    exchange.close();
                });
        server.start();
        buckets =
                new Buckets(
                        config(
                                Optional.of(
                                        new ControlConfig.FlowLogs(
                                                new S3Settings(
                                                        Optional.of(
                                                                URI.create(
                                                                        "http://127.0.0.1:"
                                                                                + server.getAddress()
                                                                                        .getPort())),
                                                        "us-east-1",
                                                        "key",
                                                        "secret",
                                                        true,
                                                        false),
                                                Duration.ofSeconds(300)))),
                        () -> logs);
    }

    private static ControlConfig config(Optional<ControlConfig.FlowLogs> logs) {
        return new ControlConfig(
                Endpoint.parse("127.0.0.1:0"),
                Map.of("store-1", Endpoint.parse("127.0.0.1:1")),
                "operator-key-0123456789",
                Optional.empty(),
                1_000,
                "us-east-1",
                "test",
                "control",
                Optional.empty(),
                Optional.empty(),
                logs);
    }

    @AfterEach
    void stop() {
        buckets.close();
        server.stop(0);
    }

    @Test
    void aDestinationIsTriedByWritingToIt() {
        assertThat(buckets.refusal(TENANT, "bucket-200", "a/b")).isEmpty();
        assertThat(asked)
                .containsExactly("PUT /bucket-200/a/b/AWSLogs/123456789012/SallyportTestFile");
    }

    @Test
    void whyItCannotBeWrittenIsToldWithoutTheServersWords() {
        assertThat(buckets.refusal(TENANT, "bucket-404", "")).contains(Buckets.Refusal.NOT_FOUND);
        assertThat(buckets.refusal(TENANT, "bucket-403", "")).contains(Buckets.Refusal.DENIED);
        for (String bucket : List.of("bucket-500", "bucket-302", "bucket-307")) {
            assertThat(buckets.refusal(TENANT, bucket, "")).contains(Buckets.Refusal.UNDELIVERABLE);
        }
    }

    @Test
    void whatIsNoBucketsNameIsNotAsked() {
        for (String bucket : List.of("../x", "a b", "b", "UPPER-200", "x?y=1", "h#ash")) {
            assertThat(buckets.refusal(TENANT, bucket, "")).isEmpty();
        }
        assertThat(buckets.refusal(TENANT, "bucket-200", "a?b")).isEmpty();
        assertThat(asked).isEmpty();
    }

    @Test
    void withoutCredentialsNothingIsLookedAt() {
        Buckets none = new Buckets(config(Optional.empty()), () -> logs);
        assertThat(none.refusal(TENANT, "bucket-404", "")).isEmpty();
        assertThatThrownBy(() -> whoHad(none))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("s3.access.key");
        assertThat(asked).isEmpty();
    }

    @Test
    void aBucketThatCannotBeReadIsToldWithoutTheServersWords() {
        assertThatThrownBy(() -> whoHad(buckets))
                .isInstanceOf(Problem.class)
                .hasMessage("the bucket bucket-403 cannot be read");
    }

    private static Resource.FlowLog log(TenantId tenant, String bucket) {
        return new Resource.FlowLog(
                FlowLogId.random(),
                tenant,
                GatewayId.random(),
                bucket,
                "",
                Resource.TrafficType.ALL,
                1);
    }

    /** With the operator's credentials every tenant could write into any other's. */
    @Test
    void anotherTenantsBucketIsToldAsOneThatCannotBeWrittenAndIsNotAsked() {
        logs.add(log(new TenantId("210987654321"), "bucket-200"));
        assertThat(buckets.refusal(TENANT, "bucket-200", "")).contains(Buckets.Refusal.DENIED);
        assertThat(asked).isEmpty();
        logs.set(0, log(TENANT, "bucket-200"));
        assertThat(buckets.refusal(TENANT, "bucket-200", "")).isEmpty();
    }

    private static void whoHad(Buckets buckets) {
        buckets.whoHad(
                log(TENANT, "bucket-403"),
                new Question(
                        IpAddress.parse("203.0.113.7"),
                        1024,
                        Optional.empty(),
                        Optional.empty(),
                        OptionalInt.empty(),
                        Instant.parse("2026-11-22T00:00:00Z"),
                        Question.A_SECOND));
    }
}
