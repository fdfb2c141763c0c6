package io.sallyport.control.addresses;

import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.catalog.NewId;
import io.sallyport.control.catalog.Page;
import io.sallyport.control.problems.Fields;
import io.sallyport.ids.InterfaceId;
import io.sallyport.ids.SubnetId;
import io.sallyport.ids.TenantId;
import io.sallyport.net.IpAddress;
import io.sallyport.store.catalog.Catalog;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.Resource.ElasticIp;
import io.sallyport.store.catalog.Resource.NetworkInterface;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Instances' places in subnets, by name, so that elastic IPs can be tied to them. */
@RestController
@RequestMapping("/v1/network-interfaces")
class NetworkInterfaceController {

    /**
     * @param privateAddress a wish within the subnet; else the lowest free one
     */
    record CreateInterfaceRequest(@Nullable String subnetId, @Nullable String privateAddress) {}

    /**
     * @param mac left out: as it is
     * @param tunnelEndpoint its host; left out where the VPC is on plain interfaces
     */
    record PlacementRequest(@Nullable String mac, @Nullable String tunnelEndpoint) {}

    /**
     * @param elasticIpId the one that it has to itself
     */
    record InterfaceView(
            String id,
            String vpcId,
            String subnetId,
            String privateAddress,
            String mac,
            @Nullable String tunnelEndpoint,
            @Nullable String elasticIpId) {

        static InterfaceView of(NetworkInterface one, Catalog now) {
            return new InterfaceView(
                    one.key(),
                    one.vpc().value(),
                    one.subnet().value(),
                    one.privateAddress().toString(),
                    MacAddress.text(one.mac()),
                    one.tunnelEndpoint().map(IpAddress::toString).orElse(null),
                    now.all(ElasticIp.class).stream()
                            .filter(eip -> eip.owner().filter(one.instance()::isSame).isPresent())
                            .map(ElasticIp::key)
                            .findFirst()
                            .orElse(null));
        }
    }

    private final CatalogService catalog;

    NetworkInterfaceController(CatalogService catalog) {
        this.catalog = catalog;
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    InterfaceView create(
            TenantId tenant,
            @RequestBody CreateInterfaceRequest request,
            @RequestHeader(name = "Idempotency-Key", required = false)
                    @Nullable String idempotencyKey) {
        // A gateway's interface follows from its key, too: the two must not be one.
        String key = idempotencyKey == null ? null : "interface " + idempotencyKey;
        InterfaceId id = new InterfaceId(NewId.of(tenant, "eni", key));
        CatalogCommand command =
                new CatalogCommand.CreateNetworkInterface(
                        tenant,
                        id,
                        Fields.id("subnetId", request.subnetId(), SubnetId::new),
                        Optional.ofNullable(request.privateAddress())
                                .map(wish -> Fields.address("privateAddress", wish)),
                        NewId.mac(id));
        return view(catalog.create(command, id.value(), NetworkInterface.class, idempotencyKey));
    }

    @GetMapping
    Page<InterfaceView> list(TenantId tenant) {
        Catalog now = catalog.catalog();
        return Page.of(
                catalog.all(NetworkInterface.class, tenant), one -> InterfaceView.of(one, now));
    }

    @GetMapping("/{id}")
    InterfaceView get(TenantId tenant, @PathVariable String id) {
        InterfaceId one = Fields.id("id", id, InterfaceId::new);
        return view(catalog.owned(NetworkInterface.class, tenant, one.value()));
    }

    /** An elastic IP goes along. */
    @PutMapping("/{id}/placement")
    InterfaceView place(
            TenantId tenant, @PathVariable String id, @RequestBody PlacementRequest request) {
        InterfaceId one = Fields.id("id", id, InterfaceId::new);
        Optional<IpAddress> endpoint =
                Optional.ofNullable(request.tunnelEndpoint())
                        .map(text -> Fields.address("tunnelEndpoint", text));
        String mac = request.mac();
        long number =
                mac == null
                        ? catalog.owned(NetworkInterface.class, tenant, one.value()).mac()
                        : MacAddress.parse("mac", mac);
        return view(
                catalog.apply(
                        new CatalogCommand.PlaceNetworkInterface(tenant, one, number, endpoint),
                        one.value(),
                        NetworkInterface.class));
    }

    /** An elastic IP that it has becomes nobody's. */
    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(TenantId tenant, @PathVariable String id) {
        InterfaceId one = Fields.id("id", id, InterfaceId::new);
        catalog.apply(new CatalogCommand.DeleteNetworkInterface(tenant, one), one.value());
    }

    private InterfaceView view(NetworkInterface one) {
        return InterfaceView.of(one, catalog.catalog());
    }
}
