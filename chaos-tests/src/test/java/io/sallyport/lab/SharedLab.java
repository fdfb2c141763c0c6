package io.sallyport.lab;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One lab for all lab tests of a run: the first that asks starts it, the end of the run ends it.
 * Each test leaves it as it found it: everything alive, no ACL, no cut.
 */
final class SharedLab implements ParameterResolver {

    /** A lab that is up, and what a test does with it. */
    static final class UnderTest implements AutoCloseable {
        private static final String ID = "t" + ProcessHandle.current().pid() % 10_000_000;

        final Installation installation = Trained.installation();
        final LabState state;
        final Topology topology;
        final Traffic traffic;
        final Host server;
        final Host otherServer;
        final LabState.Tenant ant;
        final LabState.Tenant bee;

        UnderTest() {
            Lab.Wish wish =
                    new Lab.Wish(
                            new Topology(ID, 3, 3, 3, 2),
                            directory(),
                            Routing.PROBE,
                            5,
                            false,
                            List.of(),
                            call -> {});
            this.state = Lab.up(installation, wish, line -> System.out.println("lab: " + line));
            this.topology = state.topology();
            this.traffic = new Traffic(installation, state);
            this.server = topology.server(1);
            this.otherServer = topology.server(2);
            this.ant = state.tenants().getFirst();
            this.bee = state.tenants().getLast();
        }

        private static java.nio.file.Path directory() {
            return Installation.find().home().resolve("chaos-tests/target/lab-" + ID);
        }

        String ipv4(LabState.Tenant tenant) {
            return tenant.eips().getFirst().address();
        }

        String ipv6(LabState.Tenant tenant) {
            return tenant.eips().getLast().address();
        }

        Rest api(LabState.Tenant tenant) {
            return Lab.operator(state).as(tenant.apiKey());
        }

        Faults faults() {
            return new Faults(Lab.current(state));
        }

        void restart(String name) {
            Lab.restart(state, name);
            traffic.awaitSettled(java.time.Duration.ofSeconds(120));
        }

        String tcp(Host host) {
            return host.address() + ":" + TestServer.TCP_PORT;
        }

        /** Resets that clients and servers have sent or suffered. */
        long resets() {
            return List.of(topology.client(1), topology.client(2), server).stream()
                    .mapToLong(traffic::resets)
                    .sum();
        }

        /** The store that leads, by its own word. */
        String leader() {
            for (int n = 1; n <= topology.stores(); n++) {
                Host store = topology.store(n);
                Shell.Result status =
                        traffic.curl(
                                store,
                                "http://%s:%d/status"
                                        .formatted(
                                                store.address(), Configurations.MANAGEMENT_PORT));
                if (status.ok()
                        && LabState.JSON
                                .readTree(status.output())
                                .path("role")
                                .asString("")
                                .equalsIgnoreCase("leader")) {
                    return store.name();
                }
            }
            throw new AssertionError("no store leads");
        }

        Map<String, Boolean> alive() {
            Map<String, Boolean> alive = new java.util.TreeMap<>();
            Lab.current(state).processes().forEach(p -> alive.put(p.name(), p.isAlive()));
            return alive;
        }

        @Override
        public void close() {
            Lab.down(ID, directory());
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == UnderTest.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(Namespace.GLOBAL)
                .computeIfAbsent(UnderTest.class, key -> startedOrCleanedUp(), UnderTest.class);
    }

    private static UnderTest startedOrCleanedUp() {
        try {
            return new UnderTest();
        } catch (RuntimeException e) {
            System.out.println("lab: not up: " + e.getMessage());
            Lab.down(UnderTest.ID, UnderTest.directory());
            throw e;
        }
    }
}
