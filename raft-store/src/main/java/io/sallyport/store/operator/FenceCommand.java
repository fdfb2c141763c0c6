package io.sallyport.store.operator;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.ids.NodeId;
import io.sallyport.store.client.Outcome;
import io.sallyport.store.client.StoreClient;
import io.sallyport.store.client.StoreClients;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** An operator's word that a gateway node is off. */
@Command(
        name = "fence",
        mixinStandardHelpOptions = true,
        description = {
            "Declares a gateway node dead at once, so that its ports are free without the wait for"
                    + " its horizon.",
            "You vouch that it is off and forwards nothing: if it does, two connections may share"
                    + " a source port."
        })
public final class FenceCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Mixin private Reach reach = new Reach();

    @Parameters(paramLabel = "NODE", description = "its node.id")
    private String node = "";

    @Option(names = "--it-is-off", required = true, description = "you have looked")
    private boolean off;

    @Override
    public Integer call() throws IOException {
        NodeId meant = new NodeId(node);
        try (StoreClient client = StoreClients.connect(reach.fronts(), reach.trust())) {
            // A misspelt name must not be answered as if a node that forwards were dead.
            refuseUnknown(meant, definite(client.members(PATIENCE)));
            if (definite(client.submit(new AllocatorCommand.Fence(meant), PATIENCE))
                            instanceof AllocatorResult.Renewed(Membership after)
                    && after.members().stream().noneMatch(member -> acts(member, meant))) {
                System.out.println(node + " is dead");
                return 0;
            }
            throw new IOException("not done: " + node + " is a member still");
        }
    }

    private static void refuseUnknown(NodeId meant, Membership membership) throws IOException {
        if (membership.members().stream().noneMatch(member -> member.node().equals(meant))) {
            throw new IOException(
                    "no member is called %s; there are %s"
                            .formatted(
                                    meant,
                                    membership.members().stream()
                                            .map(member -> member.node().toString())
                                            .distinct()
                                            .sorted()
                                            .toList()));
        }
    }

    private static boolean acts(Member member, NodeId node) {
        return member.node().equals(node) && member.status() != Member.Status.DEAD;
    }

    private static <T> T definite(CompletableFuture<Outcome<T>> answer) throws IOException {
        return switch (answer.join()) {
            case Outcome.Done<T>(T value) -> value;
            case Outcome.Refused<T>(String why) -> throw new IOException("not done: " + why);
            case Outcome.Unknown<T>(String why) ->
                    throw new IOException("it may be done or not: " + why);
        };
    }
}
