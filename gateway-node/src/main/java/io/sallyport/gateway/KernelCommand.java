package io.sallyport.gateway;

import io.sallyport.gateway.config.ConfigException;
import io.sallyport.gateway.config.GatewayConfig;
import io.sallyport.net.Endpoint;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Asks a running node for its {@link KernelReport} and prints it. */
@Command(
        name = "kernel",
        description = "What a running node's kernel path does.",
        mixinStandardHelpOptions = true)
final class KernelCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Option(
            names = "--config",
            required = true,
            paramLabel = "FILE",
            description = "the node's properties")
    private Path file = Path.of("gateway.properties");

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "wins over the file")
    private List<String> settings = List.of();

    @Override
    public Integer call() throws InterruptedException {
        Endpoint management;
        try {
            management = GatewayConfig.read(file, settings).management();
        } catch (ConfigException e) {
            System.err.println(e.getMessage());
            return StartFailure.CONFIGURATION;
        }
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            HttpResponse<String> answer =
                    client.send(
                            HttpRequest.newBuilder(URI.create("http://" + management + "/kernel"))
                                    .timeout(PATIENCE)
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            System.out.print(answer.body());
            return answer.statusCode() == 200 ? 0 : StartFailure.FAILED;
        } catch (IOException e) {
            System.err.println("no node answers at " + management + ": " + e);
            return StartFailure.FAILED;
        }
    }
}
