package io.sallyport.gateway.kernel;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** Numbers of linux/bpf.h, and the commands that all kinds of objects share. */
final class Bpf {

    static final int MAP_CREATE = 0;
    static final int MAP_LOOKUP = 1;
    static final int MAP_UPDATE = 2;
    static final int MAP_DELETE = 3;
    static final int MAP_NEXT_KEY = 4;
    static final int PROG_LOAD = 5;
    static final int OBJ_PIN = 6;
    static final int OBJ_GET = 7;
    static final int PROG_TEST_RUN = 10;
    static final int PROG_BY_ID = 13;
    static final int OBJ_GET_INFO = 15;
    static final int MAP_LOOKUP_BATCH = 24;
    static final int MAP_UPDATE_BATCH = 26;
    static final int MAP_DELETE_BATCH = 27;
    static final int LINK_CREATE = 28;
    static final int LINK_UPDATE = 29;
    static final int LINK_DETACH = 34;

    private static final int INFO_BYTES = 256;

    private Bpf() {}

    static void pin(int descriptor, Path path) {
        try (Attributes call = new Attributes()) {
            call.path(0, path).put(8, descriptor).call(OBJ_PIN, "pin " + path);
        }
    }

    static int get(Path path) {
        try (Attributes call = new Attributes()) {
            return call.path(0, path).call(OBJ_GET, "open " + path);
        }
    }

    /** What the kernel tells of an object; lives as long as {@code call}. */
    static MemorySegment info(Attributes call, int descriptor) {
        MemorySegment info = call.arena.allocate(INFO_BYTES, 8);
        call.put(0, descriptor)
                .put(4, INFO_BYTES)
                .point(8, info)
                .call(OBJ_GET_INFO, "ask a BPF object");
        return info;
    }
}
