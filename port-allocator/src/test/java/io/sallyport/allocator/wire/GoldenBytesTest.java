package io.sallyport.allocator.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.table.MemoryTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What is on logs, disks and sockets today must be read tomorrow: the bytes of each kind are kept
 * as hexadecimal text. {@code -Dgolden.update=true} writes them anew, which is right only for a new
 * kind or a new version.
 */
class GoldenBytesTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    @Test
    void everyKindHasTheBytesThatItAlwaysHad() throws IOException {
        for (Map.Entry<String, Samples.Sample> sample : Samples.all().entrySet()) {
            compare(sample.getKey(), HexFormat.of().formatHex(sample.getValue().bytes()));
        }
    }

    @Test
    void everyKindReadsBackAsItself() {
        Samples.all()
                .forEach((name, sample) ->
                        assertThat(sample.readAndWrite().apply(sample.bytes()))
                                .as(name)
                                .isEqualTo(sample.bytes()));
        Samples.commands()
                .values()
                .forEach(command ->
                        assertThat(AllocatorCodec.decodeCommand(AllocatorCodec.encode(command)))
                                .isEqualTo(command));
        Samples.results()
                .values()
                .forEach(result ->
                        assertThat(AllocatorCodec.decodeResult(AllocatorCodec.encode(result)))
                                .isEqualTo(result));
    }

    @Test
    void whoJoinsUnderACatalogIsToldItsVersion() {
        AllocatorResult joined = Samples.results().get("joined");
        assertThat(joined)
                .isInstanceOfSatisfying(
                        AllocatorResult.Joined.class,
                        plain -> {
                            var under =
                                    new AllocatorResult.Joined(
                                            plain.incarnation(), plain.membership(), 77);
                            assertThat(AllocatorCodec.decodeResult(AllocatorCodec.encode(under)))
                                    .isEqualTo(under);
                        });
    }

    @Test
    void everyKindOfCommandAndAnswerHasASample() {
        assertThat(Samples.commands().values())
                .extracting(command -> (Object) command.getClass())
                .containsExactlyInAnyOrder(
                        Stream.of(AllocatorCommand.class.getPermittedSubclasses())
                                .flatMap(of -> Stream.of(of.getPermittedSubclasses()))
                                .toArray());
        assertThat(Samples.results().values())
                .extracting(result -> (Object) result.getClass())
                .containsExactlyInAnyOrder(
                        (Object[]) AllocatorResult.class.getPermittedSubclasses());
    }

    @Test
    void theTablesRowsHaveTheBytesThatTheyAlwaysHad() throws IOException {
        Map<String, String> rows = rows(Samples.table());
        StringBuilder text = new StringBuilder();
        rows.forEach((key, value) -> text.append(key).append(" -> ").append(value).append('\n'));
        compare("table-rows", text.toString().strip());

        MemoryTable loaded = new MemoryTable();
        rows.forEach((key, value) ->
                TableRows.load(
                        loaded, HexFormat.of().parseHex(key), HexFormat.of().parseHex(value)));
        assertThat(loaded.membership()).isEqualTo(Samples.table().membership());
        assertThat(rows(loaded)).as("what was loaded is not changed").isEmpty();
    }

    private static Map<String, String> rows(MemoryTable table) {
        Map<String, String> rows = new TreeMap<>();
        TableRows.drainChanged(
                table,
                new TableRows.Sink() {
                    @Override
                    public void put(byte[] key, byte[] value) {
                        rows.put(HexFormat.of().formatHex(key), HexFormat.of().formatHex(value));
                    }

                    @Override
                    public void delete(byte[] key) {
                        throw new AssertionError("nothing was deleted");
                    }
                });
        return rows;
    }

    private static void compare(String name, String hex) throws IOException {
        Path file = GOLDEN.resolve(name + ".hex");
        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(GOLDEN);
            Files.writeString(file, hex + "\n");
        }
        assertThat(file).as("golden file of %s", name).exists();
        assertThat(hex).as(name).isEqualTo(Files.readString(file).strip());
    }
}
