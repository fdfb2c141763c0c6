package io.sallyport.gateway.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A program on a device. Unpinned it ends with its last descriptor, so also with the process;
 * pinned it stays until {@link #detach} or the pin goes. Any thread.
 */
public final class Link implements AutoCloseable {

    private final int descriptor;

    private Link(int descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * In the calling thread's network namespace.
     *
     * @throws BpfException where the kernel refuses
     */
    public static Link attach(Program program, int device, Attachment where) {
        try (Attributes call = new Attributes()) {
            int descriptor =
                    call.put(0, program.descriptor())
                            .put(4, device)
                            .put(8, where.number)
                            .put(12, where.flags)
                            .call(
                                    Bpf.LINK_CREATE,
                                    "attach %s to device %d as %s"
                                            .formatted(program.name(), device, where));
            return new Link(descriptor);
        }
    }

    /** The link pinned there; empty: nothing is. */
    public static Optional<Link> pinned(Path path) {
        return Files.exists(path) ? Optional.of(new Link(Bpf.get(path))) : Optional.empty();
    }

    public void pin(Path path) {
        Bpf.pin(descriptor, path);
    }

    /** From the next packet on the device runs this program; no packet meets none. */
    public void update(Program program) {
        try (Attributes call = new Attributes()) {
            call.put(0, descriptor)
                    .put(4, program.descriptor())
                    .call(Bpf.LINK_UPDATE, "swap a program for " + program.name());
        }
    }

    /** The device's number; 0: the device is gone. */
    public int device() {
        try (Attributes call = new Attributes()) {
            return Bpf.info(call, descriptor).get(JAVA_INT, 16);
        }
    }

    /** The number of the program it runs, as {@link Program#id} gives it. */
    public int program() {
        try (Attributes call = new Attributes()) {
            MemorySegment info = Bpf.info(call, descriptor);
            return info.get(JAVA_INT, 8);
        }
    }

    /** Takes the program off the device, pinned or not. */
    public void detach() {
        try (Attributes call = new Attributes()) {
            call.put(0, descriptor).call(Bpf.LINK_DETACH, "detach a program");
        }
    }

    @Override
    public void close() {
        Syscalls.close(descriptor);
    }
}
