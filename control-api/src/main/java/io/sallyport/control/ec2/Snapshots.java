package io.sallyport.control.ec2;

import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.catalog.Nodes;
import io.sallyport.ids.TenantId;
import org.springframework.stereotype.Component;

@Component
class Snapshots {

    private final CatalogService catalog;
    private final Nodes nodes;

    Snapshots(CatalogService catalog, Nodes nodes) {
        this.catalog = catalog;
        this.nodes = nodes;
    }

    Snapshot now(TenantId tenant) {
        return new Snapshot(catalog.catalog(), tenant, nodes.progress());
    }
}
