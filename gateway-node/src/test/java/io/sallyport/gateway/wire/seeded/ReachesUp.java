package io.sallyport.gateway.wire.seeded;

import io.netty.buffer.ByteBuf;
import io.sallyport.gateway.dataplane.DropReason;
import java.lang.foreign.Linker;

/** A header that knows the pipeline, makes native calls and sees Netty. */
public final class ReachesUp {

    private ReachesUp() {}

    public static String everything(ByteBuf buffer, Linker linker) {
        return DropReason.HAIRPIN.name() + buffer.capacity() + linker.defaultLookup();
    }
}
