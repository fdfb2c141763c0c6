package io.sallyport.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.allocator.Member;
import io.sallyport.store.client.StoreClient;
import io.sallyport.store.operator.FenceCommand;
import io.sallyport.store.operator.StatusCommand;
import io.sallyport.store.raft.RaftSettings;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What an operator types is answered with what became of it. */
class OperatorWordsTest {

    @TempDir private Path disk;

    /** What a command printed, and how it ended. */
    private record Said(int exit, String output, String failure) {}

    @Test
    void aMisspeltNodeIsNotCalledDead() throws Exception {
        try (TestStores stores = new TestStores(1, disk, RaftSettings.Cut.USUAL).startAll();
                StoreClient client = stores.client()) {
            Outcomes.join(client, "gw-1");

            Said wrong = say(new FenceCommand(), stores, "gw-2", "--it-is-off");
            assertThat(wrong.exit).isNotZero();
            assertThat(wrong.output).isEmpty();
            assertThat(wrong.failure).contains("no member is called gw-2").contains("gw-1");
            assertThat(statuses(client)).containsExactly(Member.Status.LIVE);

            Said right = say(new FenceCommand(), stores, "gw-1", "--it-is-off");
            assertThat(right).isEqualTo(new Said(0, "gw-1 is dead\n", ""));
            assertThat(statuses(client)).doesNotContain(Member.Status.LIVE);
        }
    }

    @Test
    void withoutTheOperatorsWordNobodyIsFenced() throws Exception {
        try (TestStores stores = new TestStores(1, disk, RaftSettings.Cut.USUAL).startAll();
                StoreClient client = stores.client()) {
            Outcomes.join(client, "gw-1");
            assertThat(say(new FenceCommand(), stores, "gw-1").exit).isEqualTo(2);
            assertThat(statuses(client)).containsExactly(Member.Status.LIVE);
        }
    }

    @Test
    void statusNamesEveryGroupItsLeaderAndTheMembers() throws Exception {
        try (TestStores stores = new TestStores(1, disk, RaftSettings.Cut.USUAL).startAll();
                StoreClient client = stores.client()) {
            Outcomes.attachEip(client);
            Outcomes.join(client, "gw-1");
            // It ends with 1 until each group has its leader.
            Said table =
                    await().atMost(Outcomes.PATIENCE)
                            .until(() -> say(new StatusCommand(), stores), said -> said.exit == 0);
            assertThat(table.output).contains("store-1").contains("gw-1");
            assertThat(say(new StatusCommand(), stores, "--json").output)
                    .startsWith("[")
                    .contains("\"groups\"");
        }
    }

    private static List<Member.Status> statuses(StoreClient client) {
        return Outcomes.done(client.members(Outcomes.PATIENCE)).members().stream()
                .map(Member::status)
                .toList();
    }

    private static Said say(Object command, TestStores stores, String... words) {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "--cluster",
                                TestStores.CLUSTER,
                                "--stores",
                                "store-1=" + stores.front("store-1"),
                                "--plain"));
        all.addAll(List.of(words));
        StringBuilder failure = new StringBuilder();
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
        try {
            int exit =
                    new CommandLine(command)
                            .setExecutionExceptionHandler((problem, line, parsed) -> {
                                failure.append(problem.getMessage());
                                return 1;
                            })
                            .execute(all.toArray(String[]::new));
            return new Said(exit, output.toString(StandardCharsets.UTF_8), failure.toString());
        } finally {
            System.setOut(before);
        }
    }
}
