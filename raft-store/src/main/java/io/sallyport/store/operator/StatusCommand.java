package io.sallyport.store.operator;

import io.sallyport.store.metrics.StatusJson;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How the stores stand. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = {
            "Groups, leaders and lag of every store; fill by elastic IP, the fullest destinations,"
                    + " the gateway nodes.",
            "Ends with 1 where a store does not answer or a group has no leader."
        })
public final class StatusCommand implements Callable<Integer> {

    @Mixin private Reach reach = new Reach();

    @Option(names = "--json", description = "one JSON array of what each store says")
    private boolean json;

    @Override
    public Integer call() {
        Cluster.Look look = reach.open().look();
        System.out.print(
                json
                        ? look.statuses().stream()
                                .map(status -> StatusJson.of(status).strip())
                                .collect(Collectors.joining(",\n", "[", "]\n"))
                        : StatusTable.of(look));
        boolean led =
                look.statuses().stream()
                        .flatMap(status -> status.groups().stream())
                        .allMatch(group -> group.leader().isPresent());
        return look.silent().isEmpty() && led ? 0 : 1;
    }
}
