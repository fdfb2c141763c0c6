package io.sallyport.gateway;

import io.sallyport.gateway.config.ConfigException;
import io.sallyport.gateway.config.GatewayConfig;
import io.sallyport.net.Endpoint;
import io.sallyport.store.trust.TrustException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Option;

/** Which running node a command asks: the one of a configuration, at its management address. */
final class NodeQuestion {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int REFUSED = 400;

    @Option(
            names = "--config",
            required = true,
            paramLabel = "FILE",
            description = "the node's properties")
    private Path file = Path.of("gateway.properties");

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "wins over the file")
    private List<String> settings = List.of();

    /**
     * @throws ConfigException where the file or a key is wrong
     */
    GatewayConfig config() {
        return GatewayConfig.read(file, settings);
    }

    /**
     * Prints the answer, or on standard error why there is none.
     *
     * @return the exit code
     */
    int ask(String pathAndQuery) throws InterruptedException {
        Endpoint management;
        try {
            management = config().management();
        } catch (ConfigException | TrustException e) {
            System.err.println(e.getMessage());
            return StartFailure.CONFIGURATION;
        }
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            HttpResponse<String> answer =
                    client.send(
                            HttpRequest.newBuilder(
                                            URI.create("http://" + management + pathAndQuery))
                                    .timeout(PATIENCE)
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() == 200) {
                System.out.print(answer.body());
                return 0;
            }
            System.err.print(answer.body());
            return answer.statusCode() == REFUSED
                    ? StartFailure.CONFIGURATION
                    : StartFailure.FAILED;
        } catch (IOException e) {
            System.err.println(
                    "no node answers at "
                            + management
                            + " ("
                            + e
                            + "): start it with ./sallyport gateway --config "
                            + file
                            + ", or give its own configuration, in its network namespace");
            return StartFailure.FAILED;
        }
    }
}
