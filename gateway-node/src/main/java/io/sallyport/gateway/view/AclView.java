package io.sallyport.gateway.view;

import io.sallyport.ids.AclId;
import io.sallyport.store.catalog.AclEntry;
import java.util.List;

/**
 * A network ACL as packets see it; no match is a deny.
 *
 * @param version the catalog's, at which it became this
 * @param stateful whether replies of connections that it lets out pass
 */
public record AclView(AclId id, long version, boolean stateful, List<AclEntry> entries) {

    public AclView {
        entries = List.copyOf(entries);
    }
}
