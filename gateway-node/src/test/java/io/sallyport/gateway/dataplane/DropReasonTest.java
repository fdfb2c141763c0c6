package io.sallyport.gateway.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.connections.Keeping.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DropReasonTest {

    private static final Path PAGE = Path.of("..", "docs", "operations", "drop-reasons.md");

    @Test
    void numbersAreUniqueAndPositive() {
        assertThat(Arrays.stream(DropReason.values()).map(DropReason::number))
                .doesNotHaveDuplicates()
                .allMatch(number -> number > 0 && number < 256);
    }

    @Test
    void everyRefusalHasItsReason() {
        for (Refusal refusal : Refusal.values()) {
            assertThat(DropReason.of(refusal).name()).isEqualTo(refusal.name());
        }
    }

    /** {@code -Dgolden.update=true} writes the page anew. */
    @Test
    void theOperatorsPageListsExactlyTheseReasons() throws IOException {
        String page =
                Arrays.stream(DropReason.values())
                        .map(r -> "| %d | `%s` | %s |".formatted(r.number(), r.name(), r.meaning()))
                        .collect(
                                Collectors.joining(
                                        "\n",
                                        """
                                        # Why packets were dropped

                                        Every packet that a gateway node does not pass on is counted with one of these
                                        reasons (`sallyport_drops`). Numbers never change their meaning.

                                        | number | reason | meaning |
                                        |---|---|---|
                                        """,
                                        "\n"));
        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(page);
    }
}
