package io.sallyport.flowlogs.lookup;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sallyport.flowlogs.export.Destination;
import io.sallyport.flowlogs.export.FileFormat;
import io.sallyport.flowlogs.export.ObjectKeys;
import io.sallyport.flowlogs.format.JoinedFormat;
import io.sallyport.flowlogs.parquet.ParquetLines;
import io.sallyport.flowlogs.text.JoinedText;
import io.sallyport.ids.FlowLogId;
import io.sallyport.ids.TenantId;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Executors;

/**
 * Asks a bucket of its own some questions, of objects of both formats, for a JVM that keeps what it
 * learned meanwhile ({@code -XX:AOTCacheOutput}): the launcher runs it once, and a question starts
 * in half the time. The bucket is this process's, on loopback.
 */
public final class WhoHadRehearsal {

    private static final TenantId ACCOUNT = new TenantId("123456789012");
    private static final FlowLogId FLOW_LOG = new FlowLogId("fl-00000000000000001");
    private static final String REGION = "us-east-1";
    private static final Instant AT = Instant.parse("2026-11-22T00:00:30Z");

    /** So many that of an object only a part is read. */
    private static final int LINES = 12_000;

    private static final int TIMES = 3;

    private WhoHadRehearsal() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) throws IOException {
        System.exit(rehearse(System.out));
    }

    /**
     * @return how many questions were not answered rightly
     */
    static int rehearse(PrintStream out) throws IOException {
        Map<String, byte[]> objects = new TreeMap<>();
        byte[] text = text();
        for (FileFormat format : FileFormat.values()) {
            for (int number = 0; number < 2; number++) {
                objects.put(
                        key(format, number),
                        switch (format) {
                            case PARQUET -> ParquetLines.of(JoinedFormat.INSTANCE, text);
                            case PLAIN_TEXT -> JoinedText.gzip(text);
                        });
            }
        }
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> answer(exchange, objects));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        int failed = 0;
        for (int i = 0; i < TIMES; i++) {
            for (FileFormat format : FileFormat.values()) {
                failed += ask(server.getAddress().getPort(), format, out);
            }
        }
        server.stop(0);
        return failed;
    }

    private static int ask(int port, FileFormat format, PrintStream out) {
        return WhoHadCommand.run(
                List.of(
                        ("--eip 198.51.100.7 --port 2000 --at %s --remote 203.0.113.5:53 --protocol"
                                        + " udp --account %s --flow-log %s --bucket b --prefix %s"
                                        + " --endpoint http://127.0.0.1:%d")
                                .formatted(AT, ACCOUNT, FLOW_LOG, format, port)
                                .split(" ")),
                Map.of("AWS_ACCESS_KEY_ID", "key", "AWS_SECRET_ACCESS_KEY", "secret"),
                out,
                out);
    }

    private static String key(FileFormat format, int number) {
        long period = AT.getEpochSecond() / 300 * 300;
        Destination where = new Destination("b", format.name(), format, false, false);
        return ObjectKeys.folder(ACCOUNT, REGION, where, period)
                + ObjectKeys.name(ACCOUNT, REGION, FLOW_LOG, period)
                + "_%08x".formatted(number)
                + (format == FileFormat.PARQUET ? ".log.parquet" : ".log.gz");
    }

    private static byte[] text() {
        SplittableRandom random = new SplittableRandom(1);
        StringBuilder text = new StringBuilder(JoinedFormat.INSTANCE.header()).append('\n');
        for (int i = 0; i < LINES; i++) {
            long first = AT.toEpochMilli() - random.nextInt(10_000);
            text.append(
                    ("1 %s vpc-1 nat-1 node-1 out 17 10.0.%d.%d 5000 198.51.100.7 %d 203.0.113.5 53"
                                    + " 1 %d %d %d %d %d %d 0 ACCEPT - fin OK\n")
                            .formatted(
                                    ACCOUNT,
                                    i >> 8,
                                    i & 255,
                                    1024 + i / 8,
                                    random.nextInt(1_000_000),
                                    first / 1000,
                                    first / 1000 + 20,
                                    first,
                                    first + 20_000,
                                    first));
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** As S3 answers to a list and to a part. */
    private static void answer(HttpExchange exchange, Map<String, byte[]> objects)
            throws IOException {
        String path = exchange.getRequestURI().getPath();
        byte[] object = objects.get(path.substring(path.indexOf('/', 1) + 1));
        int status = 200;
        byte[] body;
        if (object == null) {
            exchange.getResponseHeaders().set("Content-Type", "application/xml");
            body = list(exchange.getRequestURI().getQuery(), objects);
        } else {
            String range = exchange.getRequestHeaders().getFirst("Range");
            String[] ends = range == null ? new String[0] : range.substring(6).split("-");
            status = range == null ? 200 : 206;
            body =
                    range == null
                            ? object
                            : Arrays.copyOfRange(
                                    object,
                                    Integer.parseInt(ends[0]),
                                    Integer.parseInt(ends[1]) + 1);
        }
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static byte[] list(String query, Map<String, byte[]> objects) {
        StringBuilder xml =
                new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult>");
        objects.forEach((key, object) -> {
            if (query.contains("prefix=" + key.substring(0, key.indexOf('/')))) {
                xml.append(
                        "<Contents><Key>%s</Key><Size>%d</Size></Contents>"
                                .formatted(key, object.length));
            }
        });
        return xml.append("<IsTruncated>false</IsTruncated></ListBucketResult>")
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }
}
