package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.kernel.FastPath;
import io.sallyport.gateway.view.NodeView;
import io.sallyport.net.IpPrefix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells the kernel path what a view says. What changes is switched off first and on again last, so
 * that no packet passes under half a view. Worker thread.
 */
final class KernelView {

    /** No gateway's version: its packets come up. */
    private static final int NONE = -1;

    private final FastPath path;
    private final List<String> devices;
    private int gateways;
    private Map<Integer, List<IpPrefix>> prefixes = Map.of();

    /** {@code devices}: the plain inside ones. */
    KernelView(FastPath path, List<String> devices) {
        this.path = path;
        this.devices = devices;
    }

    /** Before the pipeline obeys it. */
    void prepare(NodeView view, CompiledView before, CompiledView fresh) {
        for (int i = 0; i < Math.max(gateways, fresh.gatewayCount); i++) {
            if (fresh.gateway(i) == null || before.version(i) != fresh.version(i)) {
                path.policy(i, NONE);
            }
        }
        Map<Integer, List<IpPrefix>> wanted = new HashMap<>();
        for (String device : devices) {
            List<NodeView.VpcView> vpcs =
                    view.vpcs().values().stream()
                            .filter(vpc -> vpc.interfaces().contains(device))
                            .toList();
            List<IpPrefix> own = new ArrayList<>();
            // Of several VPCs each has its own view of what is local: their packets all come up.
            if (vpcs.size() == 1) {
                own.addAll(vpcs.getFirst().prefixes());
            }
            wanted.put(path.deviceIndex(device), own);
            path.vpc(device, vpcs.size() == 1 ? vpcs.getFirst().number() : null);
        }
        if (!wanted.equals(prefixes)) {
            path.prefixes().set(wanted);
            prefixes = wanted;
        }
    }

    /** Once the pipeline obeys it. */
    void obey(CompiledView fresh) {
        for (int i = 0; i < fresh.gatewayCount; i++) {
            if (fresh.gateway(i) != null) {
                path.policy(i, fresh.version(i));
            }
        }
        gateways = fresh.gatewayCount;
        // Nothing passes any more under a version of the former life's.
        path.takeOver();
    }
}
