package io.sallyport.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every record once, across kill -9 and an outage of S3, and SKIPDATA where a box was gone. {@code
 * ./sallyport bench delivery} does the same with 10,000 flows and ten minutes.
 */
@Tag("privileged")
@Tag("bpf")
class ExactDeliveryTest {

    private static final String ID = "d" + ProcessHandle.current().pid() % 1_000_000;
    private static final int FLOW_LOG_SECONDS = 5;

    /**
     * Four legs by two families: of UDP and TCP of two tenants, and of one's large segments; what
     * is denied to both; that once more in one's second subscription.
     */
    private static final int SUMS = 4 * 2 * (2 * 2 + 1) + 2 * 2 + 2;

    @Test
    void theBucketsRecordsAddUpToWhatTheEndsCounted() {
        Installation installation = Trained.installation();
        Path directory = installation.home().resolve("chaos-tests/target/lab-" + ID);
        try {
            LabState lab =
                    Lab.up(
                            installation,
                            DeliveryBench.wish(ID, directory, FLOW_LOG_SECONDS, 1),
                            line -> System.out.println("lab: " + line));
            ExactDelivery.Books books =
                    new ExactDelivery(
                                    installation,
                                    lab,
                                    FLOW_LOG_SECONDS,
                                    line -> System.out.println("delivery: " + line))
                            .run(400, Duration.ofSeconds(35));
            assertThat(books.balance()).as("%s", books).isTrue();
            assertThat(books.told().keySet()).isEqualTo(books.seen().keySet()).hasSize(SUMS);
            assertThat(books.told().values()).allMatch(sum -> sum.packets() >= 100);
        } finally {
            Lab.down(ID, directory);
        }
    }
}
