package io.sallyport.store.calls;

import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.wire.WireReader;
import io.sallyport.allocator.wire.WireWriter;
import io.sallyport.net.Destination;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;

/** A destination as bytes. */
final class KeyWords {

    private KeyWords() {}

    static void write(WireWriter out, LeaseKey key) {
        Destination destination = key.destination();
        out.address(key.eip())
                .i64(key.poolGeneration())
                .protocol(destination.protocol())
                .address(destination.address())
                .u16(destination.port());
    }

    static LeaseKey read(WireReader in) {
        IpAddress eip = in.address();
        long generation = in.i64();
        Protocol protocol = in.protocol();
        IpAddress remote = in.address();
        return new LeaseKey(eip, generation, new Destination(protocol, remote, in.u16()));
    }
}
