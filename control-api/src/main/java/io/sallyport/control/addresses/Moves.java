package io.sallyport.control.addresses;

import io.sallyport.control.addresses.ElasticIpView.InstanceView;
import io.sallyport.control.addresses.MoveView.Phase;
import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.catalog.Nodes;
import io.sallyport.control.live.LiveConnections;
import io.sallyport.ids.EipId;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.TenantId;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.Resource.Drain;
import io.sallyport.store.catalog.Resource.ElasticIp;
import io.sallyport.store.catalog.Resource.Owner;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/**
 * Moves of elastic IPs, told from the catalog alone: any process of this service, also one that
 * starts in the middle of a move, sees the same. Blocks; called on virtual threads.
 */
@Service
class Moves {

    /** Where all nodes are there a move takes some tens of milliseconds. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final CatalogService catalog;
    private final Nodes nodes;
    private final LiveConnections connections;

    Moves(CatalogService catalog, Nodes nodes, LiveConnections connections) {
        this.catalog = catalog;
        this.nodes = nodes;
        this.connections = connections;
    }

    /** Returns when the new owner has it, or when that takes longer than a moment. */
    ElasticIp move(TenantId tenant, EipId id, AttachmentRequest request) {
        CatalogCommand command =
                new CatalogCommand.MoveAddress(
                        tenant, id, request.owner(), request.existing(Instant.now()));
        ElasticIp eip = catalog.apply(command, id.value(), ElasticIp.class);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (isSwitching(eip)
                && System.nanoTime() < deadline
                && !Thread.currentThread().isInterrupted()) {
            long seen = catalog.catalog().version();
            eip = catalog.owned(ElasticIp.class, tenant, id.value());
            if (isSwitching(eip)) {
                catalog.awaitChange(seen, Duration.ofNanos(deadline - System.nanoTime()));
            }
        }
        return eip;
    }

    private static boolean isSwitching(ElasticIp eip) {
        return eip.owner().isPresent() && !eip.open();
    }

    /** Empty where nothing is under way. */
    Optional<MoveView> of(ElasticIp eip) {
        Optional<Drain> drain = eip.drain();
        if (drain.isPresent()) {
            return Optional.of(draining(eip, drain.get()));
        }
        return isSwitching(eip)
                ? Optional.of(view(Phase.SWITCHING, eip.owner(), null, null, waiting(eip)))
                : Optional.empty();
    }

    private MoveView draining(ElasticIp eip, Drain drain) {
        return view(
                Phase.DRAINING,
                drain.next(),
                Instant.ofEpochMilli(drain.untilEpochMillis()).toString(),
                eip.gateway().map(at -> connections.of(at, eip.address())).orElse(0),
                List.of());
    }

    private List<MoveView.Waiting> waiting(ElasticIp eip) {
        return nodes.behind(eip.poolGeneration()).stream().map(MoveView.Waiting::of).toList();
    }

    private static MoveView view(
            Phase phase,
            Optional<Owner> to,
            @Nullable String until,
            @Nullable Integer left,
            List<MoveView.Waiting> waiting) {
        return switch (to.orElse(null)) {
            case null -> new MoveView(phase, null, null, until, left, waiting);
            case Owner.OfGateway(GatewayId gateway) ->
                    new MoveView(phase, gateway.value(), null, until, left, waiting);
            case Owner.OfInstance instance ->
                    new MoveView(phase, null, InstanceView.of(instance), until, left, waiting);
        };
    }
}
