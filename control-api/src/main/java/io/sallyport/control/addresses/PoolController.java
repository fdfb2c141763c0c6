package io.sallyport.control.addresses;

import io.sallyport.control.access.Operator;
import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.catalog.Connectivity;
import io.sallyport.control.catalog.Page;
import io.sallyport.control.problems.Fields;
import io.sallyport.control.problems.Problem;
import io.sallyport.net.IpPrefix;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.Resource.AddressPool;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/v1/pools")
class PoolController {

    /**
     * @param connectivity by default as it is; of a new pool public
     */
    record PutPoolRequest(
            @Nullable List<@Nullable String> prefixes, @Nullable Connectivity connectivity) {}

    record PoolView(String name, List<String> prefixes, Connectivity connectivity) {}

    private final CatalogService catalog;

    PoolController(CatalogService catalog) {
        this.catalog = catalog;
    }

    @PutMapping("/{name}")
    PoolView put(
            Operator operator, @PathVariable String name, @RequestBody PutPoolRequest request) {
        boolean wasPrivate =
                catalog.find(AddressPool.class, AddressPool.keyOf(name))
                        .map(AddressPool::isPrivate)
                        .orElse(false);
        CatalogCommand command =
                new CatalogCommand.PutPool(
                        name,
                        Fields.prefixes("prefixes", request.prefixes()),
                        request.connectivity() == null
                                ? wasPrivate
                                : request.connectivity() == Connectivity.PRIVATE);
        return view(catalog.apply(command, AddressPool.keyOf(name), AddressPool.class));
    }

    @GetMapping
    Page<PoolView> list(Operator operator) {
        return Page.of(catalog.all(AddressPool.class), PoolController::view);
    }

    @GetMapping("/{name}")
    PoolView get(Operator operator, @PathVariable String name) {
        String key = AddressPool.keyOf(name);
        return catalog.find(AddressPool.class, key)
                .map(PoolController::view)
                .orElseThrow(() -> Problem.notFound(key));
    }

    @DeleteMapping("/{name}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(Operator operator, @PathVariable String name) {
        catalog.apply(new CatalogCommand.DeletePool(name), AddressPool.keyOf(name));
    }

    private static PoolView view(AddressPool pool) {
        return new PoolView(
                pool.name(),
                pool.prefixes().stream().map(IpPrefix::toString).toList(),
                Connectivity.of(pool.isPrivate()));
    }
}
