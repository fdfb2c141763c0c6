package io.sallyport.gateway.kernel;

/** Where on a device a program is attached, with the numbers of linux/bpf.h. */
public enum Attachment {
    TCX_INGRESS(46, 0),
    TCX_EGRESS(47, 0),
    /** In the driver; a device without it refuses. */
    XDP_NATIVE(37, 1 << 2),
    /** Behind the driver: for tests, slower than tcx. */
    XDP_GENERIC(37, 1 << 1);

    final int number;
    final int flags;

    Attachment(int number, int flags) {
        this.number = number;
        this.flags = flags;
    }
}
