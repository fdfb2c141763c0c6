package io.sallyport.gateway;

import io.sallyport.gateway.config.GatewayConfig;
import io.sallyport.gateway.io.BootClock;
import io.sallyport.gateway.io.VxlanDevice;
import io.sallyport.gateway.kernel.BpfException;
import io.sallyport.gateway.kernel.FastPath;
import io.sallyport.gateway.kernel.FastPathSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
        KernelPath opened = attempt(config);
        boolean required = config.kernel().use() == GatewayConfig.KernelUse.REQUIRED;
        String why =
                opened.path
                        .map(FastPath::tunnelRefusal)
                        .filter(text -> required)
                        .orElse(opened.why);
        if (required && !why.isEmpty()) {
            opened.close();
            throw new StartFailure(
                    StartFailure.FAILED, "gateway.kernel=required, but this box cannot: " + why);
        }
        return opened;
    }

    private static KernelPath attempt(GatewayConfig config) {
        String why = "gateway.kernel=off";
        if (config.kernel().use() != GatewayConfig.KernelUse.OFF) {
            try {
                return new KernelPath(Optional.of(FastPath.open(settings(config))), "");
            } catch (BpfException | UncheckedIOException e) {
                why = String.valueOf(e.getMessage());
            }
        }
        clear(config);
        return new KernelPath(Optional.empty(), why);
    }

    /**
     * What a life that has ended left in the kernel goes: its programs would take this one's
     * packets, and its tunnel device the port that this one's socket is to have.
     */
    static void clear(GatewayConfig config) {
        try {
            pins(config).ifPresent(FastPath::clear);
            config.tunnel()
                    .ifPresent(local -> VxlanDevice.remove(local.port(), config.nodeId().value()));
        } catch (UncheckedIOException e) {
            LOG.warn("{}", e.getMessage());
        }
    }

    /** The plain ones, and that of the tunnels where there is one. */
    List<String> insideDevices(GatewayConfig config) {
        List<String> devices = new ArrayList<>(config.insideInterfaces());
        path.flatMap(FastPath::tunnelDevice).ifPresent(devices::add);
        return devices;
    }

    /** Once, in the log. */
    void tell(GatewayConfig config) {
        if (path.isEmpty()) {
            LOG.info("no kernel path, this process forwards every packet: {}", why);
            return;
        }
        LOG.info(
                "established connections are forwarded in the kernel ({}){}",
                path.get().hook(),
                path.get().isPinned()
                        ? ""
                        : "; "
                                + config.kernel().pins()
                                + " is on no bpffs, so that it ends with this process");
        if (!path.get().tunnelRefusal().isEmpty()) {
            LOG.info("those of tunnels by this process: {}", path.get().tunnelRefusal());
        }
    }

    /** In the log, once this life has joined and may act by its own right. */
    void tellTakenOver() {
        path.filter(FastPath::isInherited)
                .map(one -> one.inheritedUntil() - new BootClock().getAsLong())
                .ifPresent(left ->
                        LOG.info(
                                left > 0
                                        ? "took over its former life's kernel path {} ms before its"
                                                + " horizon"
                                        : "came {} ms after its former life's horizon: begins anew",
                                Math.abs(left) / 1_000_000));
    }

    private static FastPathSettings settings(GatewayConfig config) {
        int mtu = config.insideMtu() == 0 ? GatewayConfig.TUNNEL_MTU : config.insideMtu();
        return new FastPathSettings(
                config.kernel().hook(),
                config.insideInterfaces(),
                config.outsideInterface(),
                config.tunnel()
                        .map(local ->
                                new FastPathSettings.Tunnel(local, config.nodeId().value(), mtu)),
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
