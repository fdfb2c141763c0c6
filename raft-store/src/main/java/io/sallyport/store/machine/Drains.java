package io.sallyport.store.machine;

import io.sallyport.allocator.Member;
import io.sallyport.allocator.PoolId;
import io.sallyport.ids.EipId;
import io.sallyport.store.catalog.Catalog;
import io.sallyport.store.catalog.CatalogCodec;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.Resource.Drain;
import io.sallyport.store.catalog.Resource.ElasticIp;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * Which elastic IP need not wait for its connections any longer: no port of it is leased and nobody
 * asks for one, or its time is up. A wrong guess ends connections early and gives nothing twice:
 * the next life opens by its own rule. One thread.
 */
public final class Drains {

    /**
     * A drain that may end.
     *
     * @param command to be proposed to the catalog's group, as it is written in its log
     */
    public record Over(EipId eip, byte[] command) {}

    private Catalog catalog = Catalog.EMPTY;
    private List<ElasticIp> draining = List.of();

    /**
     * @param leased how many ports of a pool are leased, of all lease groups together
     */
    public Optional<Over> over(
            ControlMachine.View seen, ToLongFunction<PoolId> leased, long epochMillis) {
        if (seen.catalog() != catalog) {
            catalog = seen.catalog();
            draining =
                    catalog.all(ElasticIp.class).stream()
                            .filter(eip -> eip.drain().isPresent())
                            .toList();
        }
        return draining.stream()
                .filter(eip ->
                        eip.drain().map(Drain::untilEpochMillis).orElse(0L) <= epochMillis
                                || isObeyed(seen, eip) && leased.applyAsLong(poolOf(eip)) == 0)
                .findFirst()
                .map(eip ->
                        new Over(
                                eip.id(),
                                CatalogCodec.encode(
                                        new CatalogCommand.EndDrain(eip.id(), eip.version()))));
    }

    /** Nobody opens anything from it any more. */
    private static boolean isObeyed(ControlMachine.View seen, ElasticIp eip) {
        return seen.membership().members().stream()
                .filter(member -> member.status() != Member.Status.DEAD)
                .allMatch(member -> member.catalogVersion() >= eip.version());
    }

    private static PoolId poolOf(ElasticIp eip) {
        return new PoolId(eip.address(), eip.poolGeneration());
    }
}
