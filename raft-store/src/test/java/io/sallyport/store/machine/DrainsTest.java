package io.sallyport.store.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.allocator.PoolId;
import io.sallyport.ids.EipId;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.TenantId;
import io.sallyport.net.IpAddress;
import io.sallyport.store.catalog.Catalog;
import io.sallyport.store.catalog.CatalogCodec;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.Resource.Drain;
import io.sallyport.store.catalog.Resource.ElasticIp;
import io.sallyport.store.catalog.Resource.Owner;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DrainsTest {

    private static final ElasticIp DRAINING =
            new ElasticIp(
                    EipId.random(),
                    new TenantId("111122223333"),
                    IpAddress.parse("203.0.113.1"),
                    7,
                    Optional.of(new Owner.OfGateway(GatewayId.random())),
                    true,
                    Optional.of(
                            new Drain(Optional.of(new Owner.OfGateway(GatewayId.random())), 1_000)),
                    9);

    private static final CatalogCommand OVER = new CatalogCommand.EndDrain(DRAINING.id(), 9);

    private final Drains drains = new Drains();
    private final ControlMachine.View seen =
            new ControlMachine.View(
                    9,
                    new Catalog(9, List.of(DRAINING)),
                    new ControlMachine().view().membership(),
                    1,
                    List.of());

    private Optional<CatalogCommand> over(long leased, long millis) {
        return drains.over(
                        seen,
                        pool -> {
                            assertThat(pool).isEqualTo(new PoolId(DRAINING.address(), 7));
                            return leased;
                        },
                        millis)
                .map(over -> CatalogCodec.decodeCommand(over.command()));
    }

    @Test
    void aDrainWaitsWhilePortsAreLeasedAndTimeIsLeft() {
        assertThat(over(1, 999)).isEmpty();
    }

    @Test
    void aDrainIsOverWhenTheLastPortIsBackOrTimeIsUp() {
        assertThat(over(0, 999)).contains(OVER);
        assertThat(over(1, 1_000)).contains(OVER);
    }
}
