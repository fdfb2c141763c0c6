package io.sallyport.gateway;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.gateway.announce.RouteTable;
import io.sallyport.gateway.config.ConfigException;
import io.sallyport.gateway.config.GatewayConfig;
import io.sallyport.gateway.io.BoxGuard;
import io.sallyport.store.client.Outcome;
import io.sallyport.store.client.StoreClient;
import io.sallyport.store.client.StoreClients;
import io.sallyport.store.trust.TrustException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Ends a node on this box for good: its process leaves the cluster, or, where none runs, what one
 * left on the box goes and the store hears of it. With the node's directory in hand there is no
 * process, and once its programs are gone nothing of it forwards: so its word may be said for it.
 */
@Command(
        name = "leave",
        description = "Ends a node on this box for good: nothing of it stays behind.",
        mixinStandardHelpOptions = true)
final class LeaveCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration STORE_PATIENCE = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(50);

    @Mixin private NodeQuestion node = new NodeQuestion();

    @Override
    public Integer call() throws InterruptedException, ExecutionException {
        try {
            return leave(node.config());
        } catch (ConfigException | TrustException e) {
            System.err.println(e.getMessage());
            return StartFailure.CONFIGURATION;
        } catch (StartFailure e) {
            System.err.println(e.getMessage());
            return e.exitCode();
        }
    }

    private static int leave(GatewayConfig config) throws InterruptedException, ExecutionException {
        try (NodeDirectory directory = ended(config)) {
            withdraw(config.announce().table());
            KernelPath.clear(config);
            BoxGuard.disarm(config.nodeId());
            directory.leave();
            return tell(config, directory.machine());
        }
    }

    /** First: routers are to send nothing more to what is about to end. */
    private static void withdraw(int table) {
        if (table == 0) {
            return;
        }
        try (RouteTable routes = RouteTable.kernel(table)) {
            routes.become(Set.of());
        } catch (UncheckedIOException e) {
            throw new StartFailure(
                    StartFailure.FAILED, "routes cannot be withdrawn: " + e.getMessage());
        }
    }

    /** The directory, once no process has it. */
    private static NodeDirectory ended(GatewayConfig config) throws InterruptedException {
        Optional<NodeDirectory> free = NodeDirectory.openIfFree(config.directory());
        if (free.isPresent()) {
            return free.get();
        }
        if (!NodeDirectory.askToLeave(config.directory())) {
            System.err.println(
                    "the process that has "
                            + config.directory()
                            + " cannot be seen from here: end it with SIGTERM, it will leave");
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            Thread.sleep(PAUSE);
            free = NodeDirectory.openIfFree(config.directory());
            if (free.isPresent()) {
                return free.get();
            }
        }
        throw new StartFailure(
                StartFailure.FAILED,
                "the process that has "
                        + config.directory()
                        + " does not end; its last word will be to leave");
    }

    private static int tell(GatewayConfig config, String machine)
            throws InterruptedException, ExecutionException {
        try (StoreClient store = StoreClients.connect(config.stores(), Main.trust(config))) {
            if (store.members(STORE_PATIENCE).get()
                    instanceof Outcome.Done<Membership>(Membership membership)) {
                for (Member life : lives(config, machine, membership)) {
                    Outcome<AllocatorResult> said =
                            store.submit(
                                            new AllocatorCommand.Leave(life.incarnation()),
                                            STORE_PATIENCE)
                                    .get();
                    if (!(said instanceof Outcome.Done<AllocatorResult>)) {
                        return unheard(config);
                    }
                }
                System.out.println(config.nodeId() + " has left");
                return 0;
            }
            return unheard(config);
        } catch (TrustException e) {
            // The box is clean already: a certificate that is of no use must not hinder that.
            System.err.println(e.getMessage());
            return unheard(config);
        }
    }

    private static List<Member> lives(GatewayConfig config, String machine, Membership membership) {
        return membership.notDead().stream()
                .filter(m -> m.node().equals(config.nodeId()) && m.machine().equals(machine))
                .toList();
    }

    private static int unheard(GatewayConfig config) {
        System.err.println(
                "nothing of %1$s is left on this box, but no store has heard of it:"
                                .formatted(config.nodeId())
                        + " ./sallyport store fence %s once one answers"
                                .formatted(config.nodeId()));
        return StartFailure.FAILED;
    }
}
