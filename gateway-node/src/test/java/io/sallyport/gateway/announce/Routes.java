package io.sallyport.gateway.announce;

import io.sallyport.gateway.io.HostRoutes.HostRoute;
import io.sallyport.net.IpAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Collectors;

/** A kernel's table for tests; any thread looks. */
public final class Routes implements RouteTable {

    private final Set<String> there = new ConcurrentSkipListSet<>();

    @Override
    public List<HostRoute> list() {
        return there.stream()
                .map(text -> text.split(" "))
                .map(words -> new HostRoute(IpAddress.parse(words[0]), Integer.parseInt(words[1])))
                .toList();
    }

    @Override
    public void add(HostRoute route) {
        there.add(route.address() + " " + route.metric());
    }

    @Override
    public void remove(HostRoute route) {
        there.remove(route.address() + " " + route.metric());
    }

    /** As "address metric". */
    public Set<String> texts() {
        return there.stream().collect(Collectors.toSet());
    }

    @Override
    public void close() {
        // It is looked at afterwards.
    }
}
