package io.sallyport.gateway.announce;

import io.sallyport.gateway.io.HostRoutes;
import io.sallyport.gateway.io.HostRoutes.HostRoute;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Where announced routes lie: the kernel's, or a test's. One thread. */
public interface RouteTable extends AutoCloseable {

    List<HostRoute> list();

    /** Idempotent. */
    void add(HostRoute route);

    /** Idempotent. */
    void remove(HostRoute route);

    @Override
    void close();

    /** That of the kernel with this number. */
    static RouteTable kernel(int table) {
        HostRoutes routes = new HostRoutes(table);
        return new RouteTable() {
            @Override
            public List<HostRoute> list() {
                return routes.list();
            }

            @Override
            public void add(HostRoute route) {
                routes.add(route);
            }

            @Override
            public void remove(HostRoute route) {
                routes.remove(route);
            }

            @Override
            public void close() {
                routes.close();
            }
        };
    }

    /**
     * Makes it hold just these.
     *
     * @return how many routes were added or removed
     */
    default int become(Set<HostRoute> wanted) {
        Set<HostRoute> there = new HashSet<>(list());
        Set<HostRoute> missing = new HashSet<>(wanted);
        missing.removeAll(there);
        there.removeAll(wanted);
        // First the new: an address whose metric changes is never without a route.
        missing.forEach(this::add);
        there.forEach(this::remove);
        return missing.size() + there.size();
    }
}
