package io.sallyport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Habits of the house that a compiler does not hold. */
class TidyTest {

    private static final Path MODULE = Path.of("src");
    private static final int LINES_MAX = 450;

    /** Names that say nothing about what a thing means. */
    private static final Pattern EMPTY_NAME =
            Pattern.compile(".*(Impl|Utils?|Helpers?|Manager|Common|Misc)\\.java");

    private static final Pattern UNFINISHED = Pattern.compile("\\b(TODO|FIXME|XXX)\\b");

    @Test
    void namesMeanSomethingFilesFitAndNothingIsLeftForLater() throws IOException {
        List<Path> files = sources();
        assertThat(files).hasSizeGreaterThan(60);
        for (Path file : files) {
            assertThat(file.getFileName().toString()).doesNotMatch(EMPTY_NAME);
            List<String> lines = Files.readAllLines(file);
            assertThat(lines.size()).as("lines of %s", file).isLessThanOrEqualTo(LINES_MAX);
            if (!file.endsWith("TidyTest.java")) {
                assertThat(lines).as("%s", file).noneMatch(line -> UNFINISHED.matcher(line).find());
            }
        }
    }

    @Test
    void everyPackageSaysWhatItIsFor() throws IOException {
        for (Path file : sources()) {
            if (file.toString().contains("main/java/")) {
                Path description = file.resolveSibling("package-info.java");
                assertThat(description).exists();
                assertThat(Files.readString(description)).contains("@NullMarked").contains("/**");
            }
        }
    }

    @Test
    void theRulesCanFail() {
        assertThat("SomethingImpl.java").matches(EMPTY_NAME);
        assertThat(UNFINISHED.matcher("// TODO later").find()).isTrue();
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(MODULE)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }
}
