package io.sallyport.flowlogs.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.flowlogs.Limits;
import io.sallyport.flowlogs.export.Destination;
import io.sallyport.flowlogs.export.FileFormat;
import io.sallyport.flowlogs.export.ObjectKeys;
import io.sallyport.flowlogs.format.JoinedFormat;
import io.sallyport.flowlogs.format.Origin;
import io.sallyport.flowlogs.parquet.ParquetLines;
import io.sallyport.flowlogs.record.Action;
import io.sallyport.flowlogs.record.Ended;
import io.sallyport.flowlogs.record.FlowRecord;
import io.sallyport.flowlogs.record.Records;
import io.sallyport.flowlogs.record.Tuple;
import io.sallyport.flowlogs.text.JoinedText;
import io.sallyport.ids.FlowLogId;
import io.sallyport.ids.NodeId;
import io.sallyport.ids.TenantId;
import io.sallyport.net.Ipv4;
import io.sallyport.net.Protocol;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArchiveTest {

    private static final TenantId ACCOUNT = new TenantId("123456789012");
    private static final FlowLogId FLOW_LOG = new FlowLogId("fl-00000000000000001");
    private static final long MIDNIGHT = Instant.parse("2026-11-22T00:00:00Z").getEpochSecond();
    private static final int PERIOD = 300;

    /** Who had a port of the EIP towards a remote. Seconds. */
    private record Life(int client, int port, int remote, long from, long until, Ended ended) {}

    @TempDir Path bucket;

    private static Destination destination(FileFormat format, boolean hive, boolean hours) {
        return new Destination("bucket", "logs", format, hive, hours);
    }

    /** One after the other on each port and remote, from an hour before midnight to one after. */
    private static List<Life> lives(Random random) {
        List<Life> lives = new ArrayList<>();
        for (int port = 1024; port < 1034; port++) {
            for (int remote = 1; remote <= 3; remote++) {
                long now = MIDNIGHT - 3600 + random.nextInt(600);
                while (now < MIDNIGHT + 3600) {
                    long until = now + 1 + random.nextInt(900);
                    Ended ended = random.nextBoolean() ? Ended.FIN : Ended.RST;
                    lives.add(new Life(random.nextInt(20), port, remote, now, until, ended));
                    now = until + 5 + random.nextInt(600);
                }
            }
        }
        return lives;
    }

    /** What nodes write of it: a record for each minute with packets, and of its end. */
    private static Map<Long, List<String>> periods(List<Life> lives, Random random) {
        Map<Long, List<String>> periods = new TreeMap<>();
        for (Life life : lives) {
            long first = life.from;
            while (first <= life.until) {
                long last = Math.min(life.until, first / 60 * 60 + 59);
                boolean end = last == life.until;
                if (end || first == life.from || random.nextInt(3) == 0) {
                    line(periods, life, end && random.nextBoolean() ? last : first, last, end);
                }
                first = last + 1;
            }
        }
        return periods;
    }

    private static void line(
            Map<Long, List<String>> periods, Life life, long first, long last, boolean end) {
        FlowRecord record =
                new FlowRecord.Traffic(
                        Records.watched(ACCOUNT.value(), 1),
                        new Tuple(
                                Protocol.UDP,
                                Optional.of(new Ipv4(0x0a000100 + life.client)),
                                4000 + life.client,
                                Optional.of(Records.EIP),
                                life.port,
                                Optional.of(new Ipv4(0xcb007100 + life.remote)),
                                53),
                        Records.OUTWARD,
                        Action.ACCEPT,
                        0,
                        end ? 0 : 3,
                        end ? 0 : 300,
                        first,
                        last,
                        first * 1000,
                        last * 1000,
                        0,
                        life.from * 1000,
                        end ? life.ended : Ended.NOT);
        line(periods, record);
    }

    private static void line(Map<Long, List<String>> periods, FlowRecord record) {
        JoinedFormat.INSTANCE.lines(
                record,
                new Origin("us-east-1", new NodeId("node-1")),
                line ->
                        periods.computeIfAbsent(
                                        record.endSeconds() / PERIOD * PERIOD,
                                        _ -> new ArrayList<>())
                                .add(line));
    }

    private void deliver(Map<Long, List<String>> periods, Destination where) throws IOException {
        for (Map.Entry<Long, List<String>> period : periods.entrySet()) {
            byte[] text =
                    (JoinedFormat.INSTANCE.header()
                                    + "\n"
                                    + String.join("\n", period.getValue())
                                    + "\n")
                            .getBytes(StandardCharsets.UTF_8);
            put(where, period.getKey(), FLOW_LOG, content(where, text));
            // Somebody else's in the same folder.
            put(
                    where,
                    period.getKey(),
                    new FlowLogId("fl-00000000000000002"),
                    "not ours".getBytes(StandardCharsets.UTF_8));
        }
    }

    private void put(Destination where, long period, FlowLogId flowLog, byte[] content)
            throws IOException {
        String suffix = where.format() == FileFormat.PARQUET ? ".log.parquet" : ".log.gz";
        Path file =
                bucket.resolve(
                        ObjectKeys.folder(ACCOUNT, "us-east-1", where, period)
                                + ObjectKeys.name(ACCOUNT, "us-east-1", flowLog, period)
                                + "_0123abcd"
                                + suffix);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
    }

    private static byte[] content(Destination where, byte[] text) throws IOException {
        return where.format() == FileFormat.PARQUET
                ? ParquetLines.of(JoinedFormat.INSTANCE, text)
                : JoinedText.gzip(text);
    }

    private Archive archive(Destination where) {
        return Archive.in(
                bucket, ACCOUNT, "us-east-1", FLOW_LOG, where, Duration.ofSeconds(PERIOD));
    }

    private static Question question(int port, int remote, long at) {
        return question(port, remote, at, 0);
    }

    private static Question question(int port, int remote, long at, int within) {
        return new Question(
                Records.EIP,
                port,
                Optional.of(Protocol.UDP),
                Optional.of(new Ipv4(0xcb007100 + remote)),
                OptionalInt.of(53),
                Instant.ofEpochSecond(at),
                Duration.ofSeconds(within));
    }

    @ParameterizedTest
    @CsvSource({
        "PARQUET, false, false",
        "PARQUET, true, true",
        "PLAIN_TEXT, false, true",
        "PLAIN_TEXT, true, false"
    })
    void itIsWhoReallyHadIt(FileFormat format, boolean hive, boolean hours) throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<Life> lives = lives(random);
        Destination where = destination(format, hive, hours);
        deliver(periods(lives, random), where);
        Archive archive = archive(where);
        for (int i = 0; i < 60; i++) {
            int port = 1024 + random.nextInt(10);
            int remote = 1 + random.nextInt(3);
            long at = MIDNIGHT - 1800 + random.nextInt(3600);
            int within = random.nextBoolean() ? 0 : random.nextInt(60);
            Answer answer = archive.whoHad(question(port, remote, at, within));
            List<String> truth =
                    lives.stream()
                            .filter(it -> it.port == port && it.remote == remote)
                            .filter(it -> it.from <= at + within && at - within <= it.until)
                            .map(it -> new Ipv4(0x0a000100 + it.client) + " " + it.ended)
                            .toList();
            assertThat(
                            answer.holders().stream()
                                    .map(it -> it.client().address() + " " + it.ended()))
                    .as("seed %d, port %d to %d at %d +- %d", seed, port, remote, at, within)
                    .containsExactlyInAnyOrderElementsOf(truth);
            assertThat(answer.gaps()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"PARQUET", "PLAIN_TEXT"})
    void aTimeOfWhichRecordsAreMissingIsTold(FileFormat format) throws Exception {
        Map<Long, List<String>> periods = new TreeMap<>();
        line(
                periods,
                new FlowRecord.SkipData(
                        Records.watched(ACCOUNT.value(), 1), MIDNIGHT, MIDNIGHT + 59));
        Destination where = destination(format, false, false);
        deliver(periods, where);
        Answer answer = archive(where).whoHad(question(1024, 1, MIDNIGHT + 30));
        assertThat(answer.holders()).isEmpty();
        assertThat(answer.gaps())
                .containsExactly(
                        new Answer.Gap(
                                "nat-00000000000000001",
                                "node-1",
                                Instant.ofEpochSecond(MIDNIGHT),
                                Instant.ofEpochSecond(MIDNIGHT + 59)));
        assertThat(archive(where).whoHad(question(1024, 1, MIDNIGHT - 30)).gaps()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"PARQUET", "PLAIN_TEXT"})
    void twoWhoUsedAPortInOneWindowAreBothToldWithTheirTimes(FileFormat format) throws Exception {
        Map<Long, List<String>> periods = new TreeMap<>();
        Life one = new Life(1, 1024, 1, MIDNIGHT, MIDNIGHT + 10, Ended.FIN);
        Life other = new Life(2, 1024, 1, MIDNIGHT + 11, MIDNIGHT + 40, Ended.NOT);
        line(periods, one, one.from, one.until, true);
        line(periods, other, other.from, other.until, false);
        Destination where = destination(format, false, false);
        deliver(periods, where);
        Archive archive = archive(where);
        assertThat(times(archive.whoHad(question(1024, 1, MIDNIGHT + 10))))
                .containsExactly("10.0.1.1 2026-11-22T00:00:00Z 2026-11-22T00:00:10Z SEEN");
        assertThat(times(archive.whoHad(question(1024, 1, MIDNIGHT + 10, 1))))
                .containsExactly(
                        "10.0.1.2 2026-11-22T00:00:11Z 2026-11-22T00:00:40Z SEEN",
                        "10.0.1.1 2026-11-22T00:00:00Z 2026-11-22T00:00:10Z SEEN");
    }

    private static List<String> times(Answer answer) {
        return answer.holders().stream()
                .map(it ->
                        it.client().address()
                                + " "
                                + it.from()
                                + " "
                                + it.until()
                                + " "
                                + it.certainty())
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"PARQUET", "PLAIN_TEXT"})
    void aConnectionThatBeganLongBeforeIsFoundInTheWindowOfTenMinutesThatEndsLongAfter(
            FileFormat format) throws Exception {
        Map<Long, List<String>> periods = new TreeMap<>();
        Life life = new Life(1, 1024, 1, MIDNIGHT - 86_400, MIDNIGHT + 900, Ended.NOT);
        // Silent for 349 s about the time asked; then one record of a window of 600 s.
        line(periods, life, MIDNIGHT + 348, MIDNIGHT + 899, false);
        Destination where = destination(format, false, true);
        deliver(periods, where);
        assertThat(times(archive(where).whoHad(question(1024, 1, MIDNIGHT))))
                .containsExactly("10.0.1.1 2026-11-21T00:00:00Z 2026-11-22T00:14:59Z SEEN");
    }

    @Test
    void anObjectThatIsNoneIsNamedAsSuch() throws Exception {
        Destination where = destination(FileFormat.PARQUET, false, false);
        put(where, MIDNIGHT, FLOW_LOG, new byte[200]);
        assertThatThrownBy(() -> archive(where).whoHad(question(1024, 1, MIDNIGHT)))
                .isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @CsvSource({"PARQUET", "PLAIN_TEXT"})
    void moreRecordsOfOnePortThanAnybodyReadsAreNotKeptInMemory(FileFormat format)
            throws Exception {
        Map<Long, List<String>> periods = new TreeMap<>();
        Life life = new Life(1, 1024, 1, MIDNIGHT, MIDNIGHT + 10, Ended.FIN);
        line(periods, life, MIDNIGHT, MIDNIGHT + 10, true);
        String line = periods.values().iterator().next().getFirst();
        Destination where = destination(format, false, false);
        deliver(Map.of(MIDNIGHT, Collections.nCopies(Limits.SIGHTINGS_MAX, line)), where);
        assertThat(archive(where).whoHad(question(1024, 1, MIDNIGHT)).objects()).isEqualTo(1);
        deliver(Map.of(MIDNIGHT, Collections.nCopies(Limits.SIGHTINGS_MAX + 1, line)), where);
        assertThatThrownBy(() -> archive(where).whoHad(question(1024, 1, MIDNIGHT)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("more than " + Limits.SIGHTINGS_MAX);
    }

    /** Of a bucket, with which the launcher makes a start fast. */
    @Test
    void theRehearsalOfTheCommandIsAnswered() throws Exception {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
        assertThat(WhoHadRehearsal.rehearse(out)).as("%s", said).isZero();
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("towards 203.0.113.5:53");
    }

    @Test
    void theCommandAsksACopyOfABucket() throws Exception {
        Map<Long, List<String>> periods = new TreeMap<>();
        Life life = new Life(7, 1024, 1, MIDNIGHT, MIDNIGHT + 30, Ended.FIN);
        line(periods, life, MIDNIGHT, MIDNIGHT + 30, true);
        deliver(periods, destination(FileFormat.PARQUET, false, false));
        String asked = "--eip 198.51.100.7 --port 1024 --account 123456789012 --prefix logs";
        assertThat(run(asked + " --flow-log " + FLOW_LOG + " --at 2026-11-22T00:00:10Z"))
                .startsWith("0 udp 10.0.1.7:4007 towards 203.0.113.1:53, vpc-")
                .contains("2026-11-22T00:00:00Z to 2026-11-22T00:00:30Z, ended fin (SEEN)");
        assertThat(
                        run(
                                asked
                                        + " --flow-log "
                                        + FLOW_LOG
                                        + " --at 2026-11-22T00:00:10Z --remote 203.0.113.1:54"))
                .startsWith("1 nobody");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--at noon | --at noon: a time such as 2026-11-22T00:30:00Z",
                "--port 65536 | --port 65536: a number from 0 to 65535",
                "--eip 1.2.3 | --eip 1.2.3: an IP address",
                "--remote 1.2.3.4:x | --remote 1.2.3.4:x: IP or IP:PORT",
                "--protocol gre | --protocol gre: tcp, udp, icmp or icmpv6",
                "--within 601 | --within 601: a number from 0 to 600",
                "--delivery-seconds 5m | --delivery-seconds 5m: a number from 1 to 3600",
                "--delivery-seconds 0 | --delivery-seconds 0: a number from 1 to 3600",
                "--account 12 | --account 12: an account's 12 digits",
                "--flow-log 7 | --flow-log 7: a flow log such as fl-0123456789abcdef0",
                "--spool /no/such | --spool /no/such: a directory that is there",
                "--directory /no/such | --directory /no/such: a directory that is there",
                "--endpoint s3 --bucket b | --endpoint s3: a URL of http(s)",
                "--endpoint http://s3/b --bucket b | --endpoint http://s3/b: a URL of http(s)",
                "--endpoint http://s3:65536 --bucket b | --endpoint http://s3:65536: a URL",
                "--bucket s3://b | --bucket s3://b: the name of a bucket",
                "--region eu_west --bucket b | --region eu_west: 1 to 63 of a-z, 0-9 and -",
                "--color | --color",
                "--prefix | --prefix"
            })
    void whatTheCommandDoesNotUnderstandIsNamedWithWhatIsAllowed(String bad, String said) {
        Map<String, String> options = new TreeMap<>();
        options.put("--eip", "198.51.100.7");
        options.put("--port", "1024");
        options.put("--at", "2026-11-22T00:00:10Z");
        options.put("--account", ACCOUNT.value());
        options.put("--flow-log", FLOW_LOG.value());
        if (!bad.contains("--bucket")) {
            options.put("--directory", bucket.toString());
        }
        options.remove(bad.split(" ")[0]);
        StringBuilder line = new StringBuilder();
        options.forEach((name, value) -> line.append(name + " " + value + " "));
        assertThat(command(line + bad)).startsWith("2 who-had: ").contains(said);
    }

    @ParameterizedTest
    @CsvSource({"--eip", "--port", "--at", "--account", "--flow-log", "--directory"})
    void whatTheCommandNeedsIsNamed(String missing) {
        String all =
                "--eip 198.51.100.7 --port 1024 --at 2026-11-22T00:00:10Z --account 123456789012"
                        + " --directory "
                        + bucket
                        + " --flow-log "
                        + FLOW_LOG;
        assertThat(command(all)).startsWith("1 nobody");
        assertThat(command(all.replaceFirst(missing + " \\S+ ?", "")))
                .startsWith("2 who-had: ")
                .contains(missing);
    }

    private String run(String arguments) {
        return command("--directory " + bucket + " " + arguments);
    }

    private String command(String arguments) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
        int code = WhoHadCommand.run(List.of(arguments.split(" ")), Map.of(), out, out);
        return code + " " + said.toString(StandardCharsets.UTF_8);
    }
}
