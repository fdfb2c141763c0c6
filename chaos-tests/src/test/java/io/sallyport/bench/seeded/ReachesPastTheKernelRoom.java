package io.sallyport.bench.seeded;

import io.sallyport.gateway.connections.ConnectionTable;
import java.lang.foreign.Linker;

/** Breaks the rules on purpose, so that a test can show that they see. */
public final class ReachesPastTheKernelRoom {

    private ReachesPastTheKernelRoom() {}

    static String touch(ConnectionTable table) {
        return table.capacity() + " " + Linker.nativeLinker();
    }
}
