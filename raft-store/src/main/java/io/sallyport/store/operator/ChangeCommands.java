package io.sallyport.store.operator;

import io.sallyport.store.calls.StoreAddress;
import io.sallyport.store.config.StoreConfig;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Who belongs to the stores, changed while they work. */
public final class ChangeCommands {

    private ChangeCommands() {}

    /** The store that is to come; it runs already, with {@code store.join=true}. */
    static final class Newcomer {

        @Option(names = "--id", required = true, paramLabel = "ID", description = "its store.id")
        private String id = "";

        @Option(
                names = "--raft",
                required = true,
                paramLabel = "HOST:PORT",
                description = "where other stores reach it")
        private String raft = "";

        @Option(
                names = "--front",
                required = true,
                paramLabel = "HOST:PORT",
                description = "where clients reach it")
        private String front = "";

        StoreAddress address() {
            return new StoreAddress(
                    id, StoreConfig.parseEndpoint(raft), StoreConfig.parseEndpoint(front));
        }
    }

    private static int done(Reach reach, List<StoreAddress> add, List<String> remove)
            throws IOException {
        reach.open().change(add, remove);
        System.out.println("done");
        return 0;
    }

    /** One more. */
    @Command(
            name = "add",
            mixinStandardHelpOptions = true,
            description =
                    "Adds a store that was started with store.join=true; returns when it has the"
                            + " whole state and counts.")
    public static final class Add implements Callable<Integer> {
        @Mixin private Reach reach = new Reach();
        @Mixin private Newcomer newcomer = new Newcomer();

        @Override
        public Integer call() throws IOException {
            return done(reach, List.of(newcomer.address()), List.of());
        }
    }

    /** One less. */
    @Command(
            name = "remove",
            mixinStandardHelpOptions = true,
            description =
                    "Removes a store, running or not; what it leads is led by others first. Its"
                            + " process ends by itself, and its directory may be deleted.")
    public static final class Remove implements Callable<Integer> {
        @Mixin private Reach reach = new Reach();

        @Option(names = "--id", required = true, paramLabel = "ID", description = "its store.id")
        private String id = "";

        @Override
        public Integer call() throws IOException {
            return done(reach, List.of(), List.of(id));
        }
    }

    /** One for another. */
    @Command(
            name = "replace",
            mixinStandardHelpOptions = true,
            description =
                    "Adds a store, then removes another: for a machine or a disk that is lost.")
    public static final class Replace implements Callable<Integer> {
        @Mixin private Reach reach = new Reach();
        @Mixin private Newcomer newcomer = new Newcomer();

        @Option(
                names = "--old",
                required = true,
                paramLabel = "ID",
                description = "the store.id of the one that goes")
        private String old = "";

        @Override
        public Integer call() throws IOException {
            Cluster cluster = reach.open();
            cluster.change(List.of(newcomer.address()), List.of());
            cluster.change(List.of(), List.of(old));
            System.out.println("done");
            return 0;
        }
    }
}
