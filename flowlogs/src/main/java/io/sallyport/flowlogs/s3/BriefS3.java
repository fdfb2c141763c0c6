package io.sallyport.flowlogs.s3;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

    /**
     * @throws IllegalArgumentException where the settings name a file of keys: this reads none
     */
    public BriefS3(S3Settings settings) {
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
            throw failure(0, new IOException(key + ": not the part that was asked for"));
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
            throw failure(0, e);
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
        call.setInstanceFollowRedirects(false);
        call.setConnectTimeout(CONNECT_MILLIS);
        call.setReadTimeout(SILENCE_MILLIS);
        signature
                .headers(host, path, words, Instant.now())
                .forEach((name, value) -> call.setRequestProperty(name, value));
        return call;
    }

    private static S3Failure refusal(HttpURLConnection call, int status) throws IOException {
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
                status + " " + code + ": " + first(MESSAGE, said),
                new IOException("refused"));
    }

    private static S3Failure failure(int status, IOException e) {
        return new S3Failure(status, "", e.toString(), e);
    }
}
