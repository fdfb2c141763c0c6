package io.sallyport.control;

import io.sallyport.control.catalog.CatalogMirror;
import io.sallyport.control.config.ConfigException;
import io.sallyport.control.config.ControlConfig;
import io.sallyport.net.Endpoint;
import io.sallyport.store.client.StoreClient;
import io.sallyport.store.client.StoreClients;
import io.sallyport.store.trust.MemberName;
import io.sallyport.store.trust.Role;
import io.sallyport.store.trust.Trust;
import io.sallyport.store.trust.TrustException;
import java.net.BindException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;

/**
 * Starts the control process: {@code Main --config FILE [--set key=value]...}. Exit codes: 2 for a
 * configuration that cannot be used, 3 where the port is taken, 1 for anything else.
 */
public final class Main {

    private static final int FAILED = 1;
    private static final int BAD_CONFIG = 2;
    private static final int PORT_TAKEN = 3;

    private Main() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) {
        if (Arrays.asList(arguments).contains("--help")) {
            System.out.println(
                    "control --config FILE [--set key=value]...\nkeys: " + ControlConfig.KEYS);
            return;
        }
        ControlConfig config;
        try {
            config = configuration(arguments);
        } catch (ConfigException | TrustException e) {
            end(BAD_CONFIG, String.valueOf(e.getMessage()));
            return;
        }
        try {
            serve(config);
        } catch (TrustException e) {
            end(BAD_CONFIG, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof PortInUseException || cause instanceof BindException) {
                    end(
                            PORT_TAKEN,
                            "listen: "
                                    + config.listen()
                                    + " cannot be bound: "
                                    + cause.getMessage());
                    return;
                }
            }
            end(FAILED, "control: " + e);
        }
    }

    @SuppressWarnings("SystemOut")
    private static void serve(ControlConfig config) {
        Trust trust =
                Trust.open(
                        new MemberName(config.clusterId(), Role.CONTROL, config.id()),
                        config.tls());
        StoreClient store = StoreClients.connect(config.stores(), trust);
        ServletWebServerApplicationContext context = ControlApplication.start(config, store);
        // Only now does the log go where it should.
        trust.tell();
        Runtime.getRuntime().addShutdownHook(new Thread(store::close, "store-client-close"));
        context.getBean(CatalogMirror.class).awaitLoaded();
        int port = Objects.requireNonNull(context.getWebServer()).getPort();
        String scheme = config.apiTls().isPresent() ? "https" : "http";
        System.out.println(
                "ready control " + scheme + "://" + new Endpoint(config.listen().address(), port));
    }

    private static ControlConfig configuration(String[] arguments) {
        Path file = null;
        List<String> overrides = new ArrayList<>();
        for (int i = 0; i < arguments.length; i++) {
            boolean hasValue = i + 1 < arguments.length;
            if (arguments[i].equals("--config") && hasValue) {
                file = Path.of(arguments[++i]);
            } else if (arguments[i].equals("--set") && hasValue) {
                overrides.add(arguments[++i]);
            } else {
                throw ConfigException.usage(arguments[i]);
            }
        }
        if (file == null) {
            throw ConfigException.usage("--config");
        }
        return ControlConfig.read(file, overrides);
    }

    @SuppressWarnings("SystemOut")
    private static void end(int code, String line) {
        System.err.println(line);
        System.exit(code);
    }
}
