package io.sallyport.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.allocator.Member;
import io.sallyport.net.Endpoint;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/**
 * The EC2 face as tenants have it: AWS's own client, and calls that no client would make. Each
 * answer to these is held against the models of clients.
 */
final class Ec2 {

    static final String VERSION = "2016-11-15";
    static final String STS_FORM = "Action=GetCallerIdentity&Version=2011-06-15";

    /** Headers that the client in the JDK sets by itself. */
    private static final Set<String> OWN = Set.of("host", "content-length");

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Pattern CODE = Pattern.compile("<Code>([^<]*)</Code>");

    private Ec2() {}

    /**
     * @param apiKey opens REST for the same tenant
     */
    record Tenant(String account, String apiKey, String accessKeyId, String secret) {

        Ec2Client client() {
            return Ec2Client.builder()
                    .endpointOverride(endpoint())
                    .region(Region.US_EAST_1)
                    .credentialsProvider(
                            StaticCredentialsProvider.create(
                                    AwsBasicCredentials.create(accessKeyId, secret)))
                    .httpClient(UrlConnectionHttpClient.create())
                    .build();
        }

        Answer call(String action, String... namesAndValues) {
            return post(this, Clock.systemUTC(), form(action, namesAndValues));
        }
    }

    record Answer(int status, String text) {

        /** "" where it is no refusal. */
        String code() {
            Matcher code = CODE.matcher(text);
            return code.find() ? code.group(1) : "";
        }

        /** With what differs from call to call left out. */
        String shape() {
            return status
                    + " "
                    + text.replaceAll("<(requestId|RequestID)>[^<]*<", "<")
                            .replaceAll("-[0-9a-f]{17}", "-ID");
        }
    }

    static URI endpoint() {
        return URI.create("http://127.0.0.1:" + Api.port() + "/");
    }

    static Tenant newTenant() {
        String apiKey = Api.newTenant();
        String account = apiKey.substring(3, 15);
        Api.Answer made =
                Api.expect(
                        201, Api.OPERATOR, "POST", "/v1/tenants/" + account + "/access-keys", null);
        return new Tenant(
                account, apiKey, made.field("accessKeyId"), made.field("secretAccessKey"));
    }

    /** A node that obeys at once whatever the catalog says. */
    static void obedientNode() {
        Api.STORE.node("gw-1", Member.Status.LIVE, Endpoint.parse("127.0.0.1:1"), Long.MAX_VALUE);
    }

    static String form(String action, String... namesAndValues) {
        StringBuilder form = new StringBuilder("Action=" + action + "&Version=" + VERSION);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            form.append('&')
                    .append(SdkHttpUtils.urlEncode(namesAndValues[i]))
                    .append('=')
                    .append(SdkHttpUtils.urlEncode(namesAndValues[i + 1]));
        }
        return form.toString();
    }

    static Answer post(Tenant tenant, Clock clock, String form) {
        return post(tenant, "ec2", clock, form);
    }

    static Answer post(Tenant tenant, String service, String form) {
        return post(tenant, service, Clock.systemUTC(), form);
    }

    private static Answer post(Tenant tenant, String service, Clock clock, String form) {
        byte[] body = form.getBytes(StandardCharsets.UTF_8);
        SdkHttpRequest request =
                SdkHttpRequest.builder()
                        .uri(endpoint())
                        .method(SdkHttpMethod.POST)
                        .putHeader(
                                "Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
                        .build();
        return send(sign(tenant, service, clock, request, body), body);
    }

    static SdkHttpRequest sign(Tenant tenant, Clock clock, SdkHttpRequest request, byte[] body) {
        return sign(tenant, "ec2", clock, request, body);
    }

    private static SdkHttpRequest sign(
            Tenant tenant, String service, Clock clock, SdkHttpRequest request, byte[] body) {
        return AwsV4HttpSigner.create()
                .sign(r ->
                        r.identity(
                                        AwsCredentialsIdentity.create(
                                                tenant.accessKeyId(), tenant.secret()))
                                .request(request)
                                .payload(ContentStreamProvider.fromByteArray(body))
                                .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service)
                                .putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1")
                                .putProperty(HttpSigner.SIGNING_CLOCK, clock))
                .request();
    }

    static Answer send(SdkHttpRequest request, byte[] body) {
        Map<String, List<String>> headers =
                request.headers().entrySet().stream()
                        .filter(header -> !OWN.contains(header.getKey().toLowerCase(Locale.ROOT)))
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        return send(request.method().name(), request.getUri(), headers, body);
    }

    static Answer send(String method, URI uri, Map<String, List<String>> headers, byte[] body) {
        HttpRequest.Builder http =
                HttpRequest.newBuilder(uri)
                        .timeout(Duration.ofSeconds(30))
                        .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
        headers.forEach((name, values) -> values.forEach(value -> http.header(name, value)));
        try {
            HttpResponse<String> answer =
                    HTTP.send(http.build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() == 200 && AnswerCheck.concerns(answer.body())) {
                assertThat(AnswerCheck.faults(answer.body())).as(answer.body()).isEmpty();
            }
            return new Answer(answer.statusCode(), answer.body());
        } catch (java.io.IOException | InterruptedException e) {
            throw new AssertionError(method + " " + uri, e);
        }
    }

    static Stream<String> all(String text, String element) {
        Matcher found = Pattern.compile("<" + element + ">([^<]*)<").matcher(text);
        return found.results().map(result -> result.group(1));
    }
}
