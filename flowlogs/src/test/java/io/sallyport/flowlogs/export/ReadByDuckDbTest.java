package io.sallyport.flowlogs.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.flowlogs.format.AwsFormat;
import io.sallyport.flowlogs.format.JoinedFormat;
import io.sallyport.flowlogs.format.RecordFormat;
import io.sallyport.flowlogs.text.JoinedLines;
import io.sallyport.ids.FlowLogId;
import io.sallyport.ids.NodeId;
import io.sallyport.ids.TenantId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What we write, read by somebody else. */
class ReadByDuckDbTest {

    private static final TenantId ACCOUNT = new TenantId("123456789010");

    @TempDir Path bucket;

    private Connection duckDb;

    @BeforeEach
    void open() throws SQLException {
        duckDb = DriverManager.getConnection("jdbc:duckdb:");
        try (Statement statement = duckDb.createStatement()) {
            statement.execute("SET autoinstall_known_extensions=false");
            statement.execute("SET autoload_known_extensions=false");
        }
    }

    @AfterEach
    void close() throws SQLException {
        duckDb.close();
    }

    private static byte[] golden(String name) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(
                        ReadByDuckDbTest.class.getResourceAsStream("/golden/" + name))) {
            return in.readAllBytes();
        }
    }

    private static SegmentHeader header(RecordFormat format, FileFormat file, boolean hive) {
        return new SegmentHeader(
                new NodeId("node-1"),
                ACCOUNT,
                new FlowLogId("fl-00000000000000001"),
                new Destination("bucket", "logs", file, hive, true),
                format,
                "us-east-1",
                1_418_529_900,
                300,
                7);
    }

    /** An object where its name says. */
    private Path put(SegmentHeader header, byte[] text) throws IOException {
        Path file = bucket.resolve(ObjectKeys.key(header, text));
        Files.createDirectories(file.getParent());
        return Files.write(file, ObjectContent.of(header, text));
    }

    private List<String> rows(String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Statement statement = duckDb.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                StringJoiner row = new StringJoiner(" ");
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    row.add(String.valueOf(result.getString(i)));
                }
                rows.add(row.toString());
            }
        }
        return rows;
    }

    /** Numbers are null where text has "-". */
    private static List<String> expected(RecordFormat format, byte[] text) {
        return new String(text, StandardCharsets.UTF_8)
                .lines()
                .skip(1)
                .map(line -> {
                    String[] words = line.split(" ");
                    for (int i = 0; i < words.length; i++) {
                        boolean number = !format.columns().get(i).type().name().equals("STRING");
                        words[i] = number && words[i].equals("-") ? "null" : words[i];
                    }
                    return String.join(" ", words);
                })
                .toList();
    }

    private void parquetIsRead(RecordFormat format, String name) throws Exception {
        byte[] text = golden(name);
        Path file = put(header(format, FileFormat.PARQUET, false), text);
        String types =
                rows("DESCRIBE SELECT * FROM read_parquet('" + file + "')").stream()
                        .map(row -> row.split(" ")[0] + " " + row.split(" ")[1])
                        .collect(Collectors.joining(", "));
        assertThat(types)
                .isEqualTo(
                        format.columns().stream()
                                .map(column ->
                                        column.name().replace('-', '_')
                                                + switch (column.type()) {
                                                    case INT_32 -> " INTEGER";
                                                    case INT_64 -> " BIGINT";
                                                    case STRING -> " VARCHAR";
                                                })
                                .collect(Collectors.joining(", ")));
        assertThat(rows("SELECT * FROM read_parquet('" + file + "')"))
                .containsExactlyInAnyOrderElementsOf(expected(format, text));
        assertThat(rows("SELECT DISTINCT compression FROM parquet_metadata('" + file + "')"))
                .containsExactly("ZSTD");
        assertThat(
                        rows(
                                "SELECT DISTINCT converted_type FROM parquet_schema('"
                                        + file
                                        + "') WHERE type IN ('INT32', 'INT64') ORDER BY 1"))
                .containsExactly("INT_32", "INT_64");
    }

    @Test
    void parquetHasAwssTypesAndValues() throws Exception {
        String all = new String(golden("all-fields.txt"), StandardCharsets.UTF_8);
        RecordFormat format =
                RecordFormat.parse(
                                all.lines()
                                        .findFirst()
                                        .orElseThrow()
                                        .replaceAll("([a-z0-9-]+)", "\\${$1}"))
                        .orElseThrow();
        parquetIsRead(format, "all-fields.txt");
        parquetIsRead(AwsFormat.DEFAULT, "default-format.txt");
    }

    @Test
    void theJoinedFormatIsParquetToo() throws Exception {
        parquetIsRead(RecordFormat.parse("joined").orElseThrow(), "joined-format.txt");
    }

    /** It has many groups of rows, and in its footer what only we read. */
    @Test
    void aLargeFileOfTheJoinedFormatIsParquetToo() throws Exception {
        byte[] text = JoinedLines.text(JoinedLines.random(new Random(9), 20_000));
        Path file = put(header(JoinedFormat.INSTANCE, FileFormat.PARQUET, false), text);
        assertThat(
                        rows(
                                "SELECT count(*), count(DISTINCT packets), sum(packets),"
                                        + " count(nat_port) < count(*) FROM read_parquet('"
                                        + file
                                        + "')"))
                .containsExactly("20000 20000 199990000 true");
        assertThat(
                        rows(
                                "SELECT count(DISTINCT row_group_id) > 1 FROM parquet_metadata('"
                                        + file
                                        + "')"))
                .containsExactly("true");
    }

    @Test
    void parquetOfTheSameTextIsTheSameBytes() throws Exception {
        byte[] text = golden("default-format.txt");
        SegmentHeader header = header(AwsFormat.DEFAULT, FileFormat.PARQUET, false);
        assertThat(ObjectContent.of(header, text))
                .isEqualTo(ObjectContent.of(header, text.clone()));
    }

    @Test
    void hivePartitionsAreColumns() throws Exception {
        put(header(AwsFormat.DEFAULT, FileFormat.PARQUET, true), golden("default-format.txt"));
        assertThat(
                        rows(
                                "SELECT DISTINCT \"aws-account-id\", \"aws-region\", year, month,"
                                        + " day, hour FROM read_parquet('"
                                        + bucket
                                        + "/logs/**/*.parquet', hive_partitioning=true,"
                                        + " hive_types_autocast=false)"))
                .containsExactly("123456789010 us-east-1 2014 12 14 04");
    }

    @Test
    void textIsLinesOfValuesBelowTheirNames() throws Exception {
        byte[] text = golden("default-format.txt");
        Path file = put(header(AwsFormat.DEFAULT, FileFormat.PLAIN_TEXT, false), text);
        String source =
                " FROM read_csv('"
                        + file
                        + "', delim=' ', header=true, nullstr='-', compression='gzip')";
        assertThat(rows("SELECT *" + source)).hasSize(11);
        assertThat(
                        rows(
                                "SELECT srcaddr, dstport, sum(packets)"
                                        + source
                                        + " WHERE action='ACCEPT' AND protocol=6"
                                        + " GROUP BY ALL ORDER BY ALL LIMIT 1"))
                .containsExactly("10.0.0.220 443 20");
        assertThat(rows("SELECT \"log-status\", count(*)" + source + " GROUP BY 1 ORDER BY 1"))
                .containsExactly("NODATA 1", "OK 9", "SKIPDATA 1");
    }

    /** It is several gzip members, the last of which has an index and no text. */
    @Test
    void joinedTextIsAGzipFileLikeOthers() throws Exception {
        byte[] text = JoinedLines.text(JoinedLines.random(new Random(9), 5000));
        Path file = put(header(JoinedFormat.INSTANCE, FileFormat.PLAIN_TEXT, false), text);
        assertThat(
                        rows(
                                "SELECT count(*), count(DISTINCT packets) FROM read_csv('"
                                        + file
                                        + "', delim=' ', header=true, nullstr='-',"
                                        + " compression='gzip')"))
                .containsExactly("5000 5000");
    }

    @Test
    void aLineThatIsNotOfTheFormatIsNamed() {
        SegmentHeader header = header(AwsFormat.DEFAULT, FileFormat.PARQUET, false);
        for (String line :
                List.of("2 1 eni", "x", "", "2 1 e 1.1.1.1 2.2.2.2 99999999999 1 6 1 1 1 1 A OK")) {
            assertThatThrownBy(() ->
                            ObjectContent.of(
                                    header,
                                    ("header\n" + line + "\n").getBytes(StandardCharsets.UTF_8)))
                    .as(line)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("not a line of the format");
        }
    }
}
