package io.sallyport.gateway;

import io.sallyport.gateway.dataplane.Probe;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Asks a running node what would happen to a packet, and prints it. */
@Command(
        name = "explain",
        description = "What would happen to a packet, and why; nothing happens.",
        mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {

    @Mixin private NodeQuestion node = new NodeQuestion();

    @Parameters(
            arity = "1..*",
            paramLabel = "PACKET",
            description =
                    "'tcp 10.0.1.11:4242 > 203.0.113.9:80 syn', or what tcpdump -n prints of it,"
                            + " best with -x")
    private List<String> words = List.of();

    @Override
    public Integer call() throws InterruptedException {
        String packet = String.join(" ", words);
        try {
            Probe.parse(packet);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            return StartFailure.CONFIGURATION;
        }
        return node.ask("/explain?packet=" + URLEncoder.encode(packet, StandardCharsets.UTF_8));
    }
}
