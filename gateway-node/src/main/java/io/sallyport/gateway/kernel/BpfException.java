package io.sallyport.gateway.kernel;

/** bpf(2) refused: what was tried, the errno, and for a program what the verifier said. */
public final class BpfException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int EEXIST = 17;
    public static final int ENODEV = 19;
    public static final int EINVAL = 22;

    private final int errno;

    BpfException(String what, int errno) {
        this(what, errno, "");
    }

    BpfException(String what, int errno, String told) {
        super(what + ": " + name(errno) + (told.isEmpty() ? "" : "\n" + told));
        this.errno = errno;
    }

    public int errno() {
        return errno;
    }

    private static String name(int errno) {
        return switch (errno) {
            case EPERM -> "not permitted (CAP_BPF and CAP_NET_ADMIN are needed)";
            case ENOENT -> "no such object";
            case 7 -> "larger than this kernel knows (E2BIG)";
            case 12 -> "out of memory";
            case 13 -> "permission denied (EACCES)";
            case 16 -> "busy (EBUSY)";
            case EEXIST -> "already there (EEXIST)";
            case ENODEV -> "no such device";
            case EINVAL -> "invalid (EINVAL)";
            case 28 -> "no space (ENOSPC)";
            case 38 -> "this kernel has no bpf(2)";
            case 95 -> "not supported (EOPNOTSUPP)";
            default -> "errno " + errno;
        };
    }
}
