package io.sallyport.gateway;

import io.sallyport.gateway.config.GatewayConfig;
import io.sallyport.gateway.kernel.BpfException;
import io.sallyport.gateway.kernel.FastPath;
import io.sallyport.gateway.kernel.FastPathSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this node forwards established connections in the kernel, and if not, why. The same
 * packets pass without it, only slower.
 *
 * @param why what stands in the way; empty where there is a path
 */
record KernelPath(Optional<FastPath> path, String why) implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KernelPath.class);

    /**
     * @throws StartFailure where it is required and cannot be
     */
    static KernelPath open(GatewayConfig config) {
        GatewayConfig.Kernel kernel = config.kernel();
        String why;
        if (kernel.use() == GatewayConfig.KernelUse.OFF) {
            why = "gateway.kernel=off";
        } else if (config.insideInterfaces().isEmpty()) {
            why = "there are no plain inside interfaces, only the tunnel";
        } else {
            try {
                return new KernelPath(Optional.of(FastPath.open(settings(config))), "");
            } catch (BpfException | UncheckedIOException e) {
                why = String.valueOf(e.getMessage());
            }
        }
        if (kernel.use() == GatewayConfig.KernelUse.REQUIRED) {
            throw new StartFailure(
                    StartFailure.FAILED, "gateway.kernel=required, but this box cannot: " + why);
        }
        return new KernelPath(Optional.empty(), why);
    }

    /** Once, in the log. */
    void tell(GatewayConfig config) {
        if (path.isEmpty()) {
            LOG.info("no kernel path, this process forwards every packet: {}", why);
            return;
        }
        LOG.info(
                "established connections of plain interfaces are forwarded in the kernel ({}){}{}",
                path.get().hook(),
                config.tunnel().isPresent() ? "; those of the tunnel by this process" : "",
                path.get().isPinned()
                        ? ""
                        : "; "
                                + config.kernel().pins()
                                + " is on no bpffs, so that it ends with this process");
    }

    private static FastPathSettings settings(GatewayConfig config) {
        return new FastPathSettings(
                config.kernel().hook(),
                config.insideInterfaces(),
                config.outsideInterface(),
                config.insideMtu(),
                config.connectionsMax(),
                pins(config));
    }

    /** Only on a bpffs can anything be pinned; a container often has none. */
    private static Optional<Path> pins(GatewayConfig config) {
        Path root = config.kernel().pins();
        Path parent = root;
        while (parent != null && !Files.exists(parent)) {
            parent = parent.getParent();
        }
        try {
            if (parent != null && Files.getFileStore(parent).type().equals("bpf")) {
                return Optional.of(root.resolve(config.nodeId().value()));
            }
        } catch (IOException e) {
            LOG.debug("{} cannot be looked at", parent, e);
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        path.ifPresent(FastPath::close);
    }
}
