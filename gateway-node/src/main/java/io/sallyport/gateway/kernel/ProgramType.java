package io.sallyport.gateway.kernel;

/** Kinds of programs, with their numbers in linux/bpf.h. */
public enum ProgramType {
    /** For tcx: sees a socket buffer. */
    TC(3),
    /** Sees the bare frame. */
    XDP(6);

    final int number;

    ProgramType(int number) {
        this.number = number;
    }
}
