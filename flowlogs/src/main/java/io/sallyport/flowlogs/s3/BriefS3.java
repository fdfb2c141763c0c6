package io.sallyport.flowlogs.s3;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;

/**
 * Reads S3 for a process that asks a few things and ends: by Java's own HTTP, since AWS's client
 * needs a second of processor time before its first answer. No redirect is followed, and nothing is
 * tried twice. Whoever runs it names the endpoint, so it goes wherever that is.
 */
public final class BriefS3 implements S3Objects {

    private static final int CONNECT_MILLIS = 3_000;
    private static final int SILENCE_MILLIS = 15_000;
    private static final int LIST_BYTES_MAX = 1 << 24;
    private static final int REFUSAL_BYTES_MAX = 1 << 16;
    private static final int OBJECT_BYTES_MAX = 256 << 20;

    private static final Pattern CONTENTS = Pattern.compile("<Contents>(.*?)</Contents>");
    private static final Pattern KEY = Pattern.compile("<Key>(.*?)</Key>");
    private static final Pattern SIZE = Pattern.compile("<Size>([0-9]{1,18})</Size>");
    private static final Pattern CODE = Pattern.compile("<Code>(.*?)</Code>");
    private static final Pattern MESSAGE = Pattern.compile("<Message>(.*?)</Message>");

    private final S3Settings settings;
    private final Signature signature;
    private final URI endpoint;

    /** One for all calls, or none would find a connection that another has left. */
    private final Optional<SSLSocketFactory> believing;

    /**
     * @throws IllegalArgumentException where the settings name a file of keys: this reads none
     * @throws IOException where a file of those who vouch for the server cannot be read, or holds
     *     no certificate
     */
    public BriefS3(S3Settings settings) throws IOException {
        this.settings = settings;
        signature =
                switch (settings.credentials()) {
                    case S3Credentials.Keys keys -> new Signature(settings.region(), keys);
                    case S3Credentials.InFile file ->
                            throw new IllegalArgumentException(file + " is not read here");
                };
        endpoint =
                settings.endpoint()
                        .orElseGet(() ->
                                URI.create("https://s3." + settings.region() + ".amazonaws.com"));
        believing =
                settings.authorities().isEmpty()
                        ? Optional.empty()
                        : Optional.of(believing(settings.authorities()));
    }

    private static SSLSocketFactory believing(List<Path> authorities) throws IOException {
        try {
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(null, Authorities.read(authorities), null);
            return tls.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IOException(authorities + ": " + e.getMessage(), e);
        }
    }

    @Override
    public byte[] read(String bucket, String key) throws S3Failure {
        return get(bucket, key, Map.of(), "", OBJECT_BYTES_MAX);
    }

    @Override
    public byte[] read(String bucket, String key, long from, int length) throws S3Failure {
        byte[] part =
                get(bucket, key, Map.of(), "bytes=" + from + "-" + (from + length - 1), length);
        if (part.length != length) {
            throw failure(new IOException(key + ": not the part that was asked for"));
        }
        return part;
    }

    @Override
    public List<Listed> list(String bucket, String prefix, String after, String until)
            throws S3Failure {
        List<Listed> all = new ArrayList<>();
        String from = after;
        while (true) {
            Map<String, String> query =
                    new TreeMap<>(Map.of("list-type", "2", "prefix", prefix, "start-after", from));
            String page =
                    new String(get(bucket, "", query, "", LIST_BYTES_MAX), StandardCharsets.UTF_8);
            if (!page.contains("<ListBucketResult")) {
                throw failure(new IOException("it answered no list: is that an S3 server?"));
            }
            String last = "";
            Matcher contents = CONTENTS.matcher(page);
            while (contents.find()) {
                last = unescaped(first(KEY, contents.group(1)));
                String size = first(SIZE, contents.group(1));
                if (last.compareTo(until) <= 0 && !size.isEmpty()) {
                    all.add(new Listed(last, Long.parseLong(size)));
                }
            }
            if (!page.contains("<IsTruncated>true<")
                    || last.compareTo(until) > 0
                    || last.compareTo(from) <= 0) {
                return all;
            }
            from = last;
        }
    }

    private static String first(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        return found.find() ? found.group(1) : "";
    }

    private static String unescaped(String text) {
        return text.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&apos;", "'")
                .replace("&#39;", "'")
                .replace("&amp;", "&");
    }

    /**
     * @param most bytes of the answer
     */
    private byte[] get(String bucket, String key, Map<String, String> query, String range, int most)
            throws S3Failure {
        try {
            HttpURLConnection call = open(bucket, key, query);
            if (!range.isEmpty()) {
                call.setRequestProperty("Range", range);
            }
            int status = call.getResponseCode();
            if (status != HttpURLConnection.HTTP_OK && status != HttpURLConnection.HTTP_PARTIAL) {
                throw refusal(call, status);
            }
            try (InputStream in = call.getInputStream()) {
                byte[] body = in.readNBytes(most);
                if (in.read() >= 0) {
                    throw new IOException("the answer is longer than what was asked for");
                }
                return body;
            }
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private HttpURLConnection open(String bucket, String key, Map<String, String> query)
            throws IOException {
        String port = endpoint.getPort() < 0 ? "" : ":" + endpoint.getPort();
        String host = (settings.pathStyle() ? "" : bucket + ".") + endpoint.getHost() + port;
        String path =
                Signature.encoded((settings.pathStyle() ? "/" + bucket : "") + "/" + key, true);
        String words = Signature.query(query);
        HttpURLConnection call =
                (HttpURLConnection)
                        URI.create(
                                        endpoint.getScheme()
                                                + "://"
                                                + host
                                                + path
                                                + (words.isEmpty() ? "" : "?" + words))
                                .toURL()
                                .openConnection();
        if (call instanceof HttpsURLConnection secured) {
            believing.ifPresent(secured::setSSLSocketFactory);
        }
        call.setInstanceFollowRedirects(false);
        call.setConnectTimeout(CONNECT_MILLIS);
        call.setReadTimeout(SILENCE_MILLIS);
        signature
                .headers(host, path, words, Instant.now())
                .forEach((name, value) -> call.setRequestProperty(name, value));
        return call;
    }

    private S3Failure refusal(HttpURLConnection call, int status) throws IOException {
        String said = "";
        try (InputStream in = call.getErrorStream()) {
            said =
                    in == null
                            ? ""
                            : new String(in.readNBytes(REFUSAL_BYTES_MAX), StandardCharsets.UTF_8);
        }
        String code = first(CODE, said);
        return new S3Failure(
                status,
                code,
                code.isEmpty()
                        ? "%s answered %d: is that an S3 server?".formatted(endpoint, status)
                        : "%d %s: %s".formatted(status, code, unescaped(first(MESSAGE, said))),
                new IOException("refused"));
    }

    /** No answer, or one that is none. */
    private S3Failure failure(IOException e) {
        String reason =
                switch (e) {
                    case UnknownHostException _ -> "no host is called " + e.getMessage();
                    case ConnectException _, SocketTimeoutException _, SSLException _ ->
                            String.valueOf(e.getMessage());
                    default -> S3Keys.told(e);
                };
        return new S3Failure(0, "", endpoint + ": " + reason, e);
    }
}
