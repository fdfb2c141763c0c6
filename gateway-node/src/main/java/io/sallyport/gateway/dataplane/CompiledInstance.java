package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.view.InstanceView;
import io.sallyport.gateway.wire.HotPath;
import io.sallyport.net.IpAddress;
import org.jspecify.annotations.Nullable;

/** An instance with an elastic IP of its own, as a packet asks for it; immutable. */
@HotPath
final class CompiledInstance {

    final long eipHigh;
    final long eipLow;
    final int vpc;
    final long privateHigh;
    final long privateLow;

    /** Both 0: on a plain interface. */
    final long vtepHigh;

    final long vtepLow;
    final long mac;
    final boolean open;

    /** At its subnet's boundary; null: none, as where it is in no subnet. */
    final @Nullable InstanceAcl acl;

    CompiledInstance(InstanceView view, @Nullable InstanceAcl acl) {
        this.acl = acl;
        eipHigh = view.eip().high();
        eipLow = view.eip().low();
        vpc = view.vpc();
        privateHigh = view.privateAddress().high();
        privateLow = view.privateAddress().low();
        vtepHigh = view.tunnelEndpoint().map(IpAddress::high).orElse(0L);
        vtepLow = view.tunnelEndpoint().map(IpAddress::low).orElse(0L);
        mac = view.mac();
        open = view.open();
    }
}
