package io.sallyport.store.operator;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.ids.NodeId;
import io.sallyport.store.client.Outcome;
import io.sallyport.store.client.StoreClient;
import io.sallyport.store.client.StoreClients;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
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
        AllocatorCommand fence = new AllocatorCommand.Fence(new NodeId(node));
        try (StoreClient client = StoreClients.connect(reach.fronts(), reach.cluster())) {
            switch (client.submit(fence, PATIENCE).join()) {
                case Outcome.Done<AllocatorResult>(var result) -> {
                    System.out.println(node + " is dead");
                    return 0;
                }
                case Outcome.Refused<AllocatorResult>(String why) ->
                        throw new IOException("not done: " + why);
                case Outcome.Unknown<AllocatorResult>(String why) ->
                        throw new IOException("it may be done or not: " + why);
            }
        }
    }
}
