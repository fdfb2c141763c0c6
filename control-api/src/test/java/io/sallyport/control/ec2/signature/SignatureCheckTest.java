package io.sallyport.control.ec2.signature;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

class SignatureCheckTest {

    private static final String ID = "AKIDEXAMPLE";
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private static final Instant THEN = Instant.parse("2015-08-30T12:36:00Z");

    private static SignatureCheck at(Instant now) {
        return new SignatureCheck(
                "us-east-1", InstantSource.fixed(now), id -> id.equals(ID) ? SECRET : "none");
    }

    private static Verdict verdict(SignedRequest request) {
        return at(THEN).check(request, "service");
    }

    private static SignedRequest request(
            String method, String query, String body, String signed, String signature) {
        return request(method, query, body, signed, signature, Map.of());
    }

    private static SignedRequest request(
            String method,
            String query,
            String body,
            String signed,
            String signature,
            Map<String, List<String>> more) {
        Map<String, List<String>> headers = new HashMap<>(more);
        headers.put("Host", List.of("example.amazonaws.com"));
        headers.put("X-Amz-Date", List.of("20150830T123600Z"));
        headers.put(
                "Authorization",
                List.of(
                        "AWS4-HMAC-SHA256 Credential="
                                + ID
                                + "/20150830/us-east-1/service/aws4_request, SignedHeaders="
                                + signed
                                + ", Signature="
                                + signature));
        return new SignedRequest(method, query, headers, body.getBytes(StandardCharsets.UTF_8));
    }

    /** The suite that AWS publishes with its signing library (awslabs/aws-c-auth), by name. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    get-vanilla|GET|''|5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31
                    post-vanilla|POST|''|5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b
                    get-vanilla-empty-query-key|GET|Param1=value1|a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb
                    get-vanilla-query-order-key-case|GET|Param2=value2&Param1=value1|b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500
                    get-vanilla-query-order-encoded|GET|Param-3=Value3&Param=Value2&%E1%88%B4=Value1|371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac
                    get-vanilla-utf8-query|GET|\u1234=bar|2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04
                    get-vanilla-query-unreserved|GET|-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz=-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz|9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197
                    """)
    void publishedVectorsOfQueriesAreAccepted(
            String name, String method, String query, String signature) {
        assertThat(verdict(request(method, query, "", "host;x-amz-date", signature)))
                .as(name)
                .isEqualTo(new Verdict.Signed(ID));
    }

    @Test
    void publishedVectorsOfHeadersAreAccepted() {
        assertThat(
                        verdict(
                                request(
                                        "GET",
                                        "",
                                        "",
                                        "host;my-header1;x-amz-date",
                                        "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
                                        Map.of(
                                                "My-Header1",
                                                List.of("value2", "value2", "value1")))))
                .as("get-header-key-duplicate")
                .isEqualTo(new Verdict.Signed(ID));
        assertThat(
                        verdict(
                                request(
                                        "GET",
                                        "",
                                        "",
                                        "host;my-header1;my-header2;x-amz-date",
                                        "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
                                        Map.of(
                                                "My-Header1",
                                                List.of(" value1"),
                                                "My-Header2",
                                                List.of(" \"a   b   c\"")))))
                .as("get-header-value-trim")
                .isEqualTo(new Verdict.Signed(ID));
    }

    @Test
    void publishedVectorOfAFormIsAcceptedAndOfNoOtherForm() {
        Map<String, List<String>> more =
                Map.of(
                        "Content-Type",
                        List.of("application/x-www-form-urlencoded"),
                        "Content-Length",
                        List.of("13"),
                        "x-amz-content-sha256",
                        List.of(
                                "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e"));
        String signed = "content-length;content-type;host;x-amz-content-sha256;x-amz-date";
        String signature = "d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b";
        assertThat(verdict(request("POST", "", "Param1=value1", signed, signature, more)))
                .as("post-x-www-form-urlencoded")
                .isEqualTo(new Verdict.Signed(ID));
        assertThat(verdict(request("POST", "", "Param1=value2", signed, signature, more)))
                .isEqualTo(new Verdict.Mismatch());
    }

    /** What AWS's own signer makes of any request is accepted, and of any other one it is not. */
    @Test
    void whatTheSdkSignsIsAcceptedAndNothingElse() {
        long seed = 20261121;
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            SignedRequest signed = signedBySdk(random, SECRET, THEN);
            String where = "seed " + seed + ", round " + round + ": " + signed.query();
            assertThat(at(THEN).check(signed, "ec2")).as(where).isEqualTo(new Verdict.Signed(ID));
            assertThat(at(THEN).check(changed(signed, random), "ec2"))
                    .as(where)
                    .isNotEqualTo(new Verdict.Signed(ID));
            assertThat(at(THEN).check(signedBySdk(random, SECRET + "x", THEN), "ec2"))
                    .isEqualTo(new Verdict.Mismatch());
            assertThat(at(THEN).check(signed, "sts")).isEqualTo(new Verdict.Mismatch());
        }
    }

    private static SignedRequest signedBySdk(Random random, String secret, Instant now) {
        byte[] body = new byte[random.nextInt(50)];
        random.nextBytes(body);
        SdkHttpRequest.Builder request =
                SdkHttpRequest.builder()
                        .uri(URI.create("http://127.0.0.1:8080/"))
                        .method(random.nextBoolean() ? SdkHttpMethod.POST : SdkHttpMethod.GET)
                        .putHeader("Content-Type", "application/x-www-form-urlencoded");
        for (int n = random.nextInt(4); n > 0; n--) {
            request.putRawQueryParameter(text(random), List.of(text(random), text(random)));
        }
        SdkHttpRequest signed =
                AwsV4HttpSigner.create()
                        .sign(r ->
                                r.identity(AwsCredentialsIdentity.create(ID, secret))
                                        .request(request.build())
                                        .payload(ContentStreamProvider.fromByteArray(body))
                                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "ec2")
                                        .putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1")
                                        .putProperty(
                                                HttpSigner.SIGNING_CLOCK,
                                                Clock.fixed(now, ZoneOffset.UTC)))
                        .request();
        return new SignedRequest(
                signed.method().name(),
                signed.encodedQueryParameters().orElse(""),
                signed.headers(),
                body);
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int n = 1 + random.nextInt(6); n > 0; n--) {
            text.appendCodePoint("aZ09-_.~ +/=&%?:\u00fc\u1234".codePointAt(random.nextInt(17)));
        }
        return text.toString();
    }

    private static SignedRequest changed(SignedRequest signed, Random random) {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(signed.headers());
        byte[] body = signed.body();
        String query = signed.query();
        switch (random.nextInt(4)) {
            case 0 ->
                    body =
                            ("x" + new String(body, StandardCharsets.ISO_8859_1))
                                    .getBytes(StandardCharsets.ISO_8859_1);
            case 1 -> query = query + "&Action=DeleteVpc";
            case 2 -> headers.put("host", List.of("elsewhere"));
            default -> headers.put("x-amz-date", List.of("20150830T123601Z"));
        }
        return new SignedRequest(signed.method(), query, headers, body);
    }

    @Test
    void quarterOfAnHourEitherWayIsNowAndNoMore() {
        SignedRequest signed = signedBySdk(new Random(1), SECRET, THEN);
        Duration window = SignatureCheck.WINDOW;
        for (Instant near : List.of(THEN.plus(window), THEN.minus(window))) {
            assertThat(at(near).check(signed, "ec2")).isEqualTo(new Verdict.Signed(ID));
        }
        for (Instant far :
                List.of(THEN.plus(window).plusMillis(1), THEN.minus(window).minusMillis(1))) {
            assertThat(at(far).check(signed, "ec2"))
                    .isEqualTo(new Verdict.Expired("20150830T123600Z"));
            assertThat(at(far).check(signedBySdk(new Random(1), "wrong", THEN), "ec2"))
                    .as("a stranger learns nothing of the clock")
                    .isEqualTo(new Verdict.Mismatch());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    Bearer abc
                    AWS4-HMAC-SHA256
                    AWS4-HMAC-SHA256 Credential=A/20150830/us-east-1/ec2/aws4_request
                    AWS4-HMAC-SHA256 Credential=A/20150830/us-east-1/ec2/aws4_request, SignedHeaders=host;x-amz-date, Signature=zz
                    AWS4-HMAC-SHA256 Credential=A/20150830/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31
                    AWS4-HMAC-SHA256 Credential=A/20150830/us-east-1/ec2/aws4_request, SignedHeaders=x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31
                    AWS4-HMAC-SHA256 Credential=A/20150830/us-east-1/ec2/aws4_request, SignedHeaders=x-amz-date;host, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31
                    AWS4-HMAC-SHA256 Credential=A/20150830/us-east-1/ec2/aws4_request, SignedHeaders=host;host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31
                    AWS4-ECDSA-P256-SHA256 Credential=A/20150830/ec2/aws4_request, SignedHeaders=host;x-amz-date, Signature=00
                    """)
    void whatCannotBeReadAsASignatureIsIncomplete(String authorization) {
        Map<String, List<String>> headers = new HashMap<>();
        headers.put("Host", List.of("h"));
        headers.put("X-Amz-Date", List.of("20150830T123600Z"));
        headers.put("Authorization", List.of(authorization));
        assertThat(verdict(new SignedRequest("GET", "", headers, new byte[0])))
                .isInstanceOf(Verdict.Incomplete.class);
    }

    @Test
    void datesThatAreNoneAreIncomplete() {
        for (String date : List.of("", "20150830", "20150830T123600", "20150231T123600Z", "now")) {
            SignedRequest good = signedBySdk(new Random(1), SECRET, THEN);
            Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            headers.putAll(good.headers());
            headers.put("x-amz-date", List.of(date));
            assertThat(
                            at(THEN).check(
                                            new SignedRequest(
                                                    good.method(),
                                                    good.query(),
                                                    headers,
                                                    good.body()),
                                            "ec2"))
                    .as(date)
                    .isInstanceOf(Verdict.Incomplete.class);
        }
    }

    @Test
    void withoutAuthorizationItIsUnsigned() {
        List<Verdict> verdicts = new ArrayList<>();
        verdicts.add(verdict(new SignedRequest("GET", "", Map.of(), new byte[0])));
        verdicts.add(
                verdict(
                        new SignedRequest(
                                "GET", "", Map.of("Authorization", List.of(" ")), new byte[0])));
        assertThat(verdicts).containsOnly(new Verdict.Unsigned());
    }
}
