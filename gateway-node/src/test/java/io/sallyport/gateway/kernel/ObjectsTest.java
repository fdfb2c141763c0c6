package io.sallyport.gateway.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sallyport.gateway.dataplane.DropReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The committed objects are what the C sources say, and the C sources say what Java says. */
class ObjectsTest {

    private static final Path SOURCES = Path.of("src/main/bpf");
    private static final String REBUILD = "run gateway-node/src/main/bpf/build.sh and commit";

    private static Properties recorded() throws IOException {
        Properties recorded = new Properties();
        try (InputStream in = ObjectsTest.class.getResourceAsStream("/kernel/objects.properties")) {
            recorded.load(in);
        }
        return recorded;
    }

    @Test
    void theObjectsWereBuiltFromTheseSources() throws Exception {
        MessageDigest sum = MessageDigest.getInstance("SHA-256");
        try (Stream<Path> files = Files.list(SOURCES)) {
            List<Path> inOrder =
                    files.filter(file -> file.toString().matches(".*\\.[ch]"))
                            // as the shell sorts "*.c *.h"
                            .sorted(
                                    java.util.Comparator.comparing(
                                                    (Path file) -> file.toString().endsWith(".h"))
                                            .thenComparing(Path::toString))
                            .toList();
            assertThat(inOrder.size()).isGreaterThan(10);
            for (Path file : inOrder) {
                sum.update(Files.readAllBytes(file));
            }
        }
        assertThat(HexFormat.of().formatHex(sum.digest()))
                .as(REBUILD)
                .isEqualTo(recorded().getProperty("sources"));
    }

    @Test
    void theSameClangMakesTheSameInstructions(@TempDir Path built) throws Exception {
        assumeTrue(
                clang().equals(recorded().getProperty("clang")),
                "clang " + recorded().getProperty("clang") + " is not here: not built again");
        Process build =
                new ProcessBuilder("sh", "build.sh", built.toString(), built.toString())
                        .directory(SOURCES.toFile())
                        .redirectErrorStream(true)
                        .start();
        String told = new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(build.waitFor()).as(told).isZero();
        for (String name : List.of("tcx", "xdp")) {
            ElfObject fresh = ElfObject.of(Files.readAllBytes(built.resolve(name + ".o")));
            ElfObject committed = ElfObject.resource(ObjectsTest.class, "/kernel/" + name + ".o");
            assertThat(fresh.programs()).isEqualTo(committed.programs());
            assertThat(fresh.maps()).isEqualTo(committed.maps());
            for (String program : fresh.programs()) {
                assertThat(fresh.code(program).instructions())
                        .as(REBUILD + ": " + program)
                        .isEqualTo(committed.code(program).instructions());
            }
        }
    }

    private static String clang() throws Exception {
        try {
            Process asked = new ProcessBuilder("clang", "--version").start();
            String told = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return told.replaceFirst("(?s).*clang version ([0-9.]*).*", "$1");
        } catch (IOException e) {
            return "none";
        }
    }

    @Test
    void dropsHaveTheNumbersOfTheirReasons() {
        Map<String, Integer> c = CLayout.numbers();
        assertThat(c.get("DROP_NOT_ACTING")).isEqualTo(DropReason.NOT_ACTING.number());
        assertThat(c.get("DROP_NOT_IP")).isEqualTo(DropReason.NOT_IP.number());
        assertThat(c.get("DROP_SEND_FAILED")).isEqualTo(DropReason.SEND_FAILED.number());
        assertThat(c.get("DROP_PUNTS_FULL")).isEqualTo(DropReason.PUNTS_FULL.number());
        for (DropReason reason : DropReason.values()) {
            assertThat(reason.number()).isLessThan(c.get("PUNT_MISS"));
        }
    }

    @Test
    void theTwoHooksShareTheirMaps() {
        assertThat(ElfObject.resource(ObjectsTest.class, "/kernel/xdp.o").maps())
                .isEqualTo(ElfObject.resource(ObjectsTest.class, "/kernel/tcx.o").maps());
    }
}
