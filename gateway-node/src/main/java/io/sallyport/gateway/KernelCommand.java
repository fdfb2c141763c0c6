package io.sallyport.gateway;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Asks a running node for its {@link KernelReport} and prints it. */
@Command(
        name = "kernel",
        description = "What a running node's kernel path does.",
        mixinStandardHelpOptions = true)
final class KernelCommand implements Callable<Integer> {

    @Mixin private NodeQuestion node = new NodeQuestion();

    @Override
    public Integer call() throws InterruptedException {
        return node.ask("/kernel");
    }
}
