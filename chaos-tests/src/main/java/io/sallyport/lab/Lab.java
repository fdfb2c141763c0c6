package io.sallyport.lab;

import io.sallyport.lab.Installation.Role;
import io.sallyport.lab.LabState.Tenant;
import io.sallyport.lab.Processes.Running;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** A lab's life: up, and down without a trace. One at a time per id; main thread. */
final class Lab {

    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final Duration READY_WITHIN = Duration.ofSeconds(90);

    /** Until every node has what was just written, on a box that has other work. */
    static final Duration APPLIED_WITHIN = Duration.ofSeconds(90);

    private final Installation installation;
    private final LabState state;
    private final Consumer<String> told;

    private Lab(Installation installation, LabState state, Consumer<String> told) {
        this.installation = installation;
        this.state = state;
        this.told = told;
    }

    /**
     * What `lab up` was asked for.
     *
     * @param flowLogSeconds aggregation window and delivery period
     * @param training whether the first process of each kind writes an ahead-of-time cache at its
     *     end
     * @param settings more configuration, {@code ROLE.KEY=VALUE} with store or gateway as role
     */
    record Wish(
            Topology topology,
            Path directory,
            Routing routing,
            int flowLogSeconds,
            boolean training,
            List<String> settings,
            Consumer<Rest.Exchange> calls) {

        Wish {
            settings = List.copyOf(settings);
        }
    }

    /**
     * Starts everything, provisions two tenants, connects the clients.
     *
     * @param told hears what is being done, a line a step
     * @throws LabFailure naming the step and its log; what was started is still there for a look
     */
    static LabState up(Installation installation, Wish wish, Consumer<String> told) {
        Topology topology = wish.topology();
        if (Files.exists(LabState.file(wish.directory()))
                || !Network.namespaces(topology.prefix()).isEmpty()) {
            throw new LabFailure(
                    "lab %s is up already (%s); ./sallyport lab down ends it"
                            .formatted(topology.id(), wish.directory()));
        }
        Lab lab = new Lab(installation, newState(wish), told);
        lab.state.write();
        lab.step("network: %d namespaces".formatted(topology.hosts().size() + 1));
        Configurations configurations =
                new Configurations(lab.state, wish.flowLogSeconds(), wish.settings());
        CompletableFuture<String> certificates =
                configurations.secured()
                        ? CompletableFuture.supplyAsync(() -> lab.certify(configurations))
                        : CompletableFuture.completedFuture("");
        new Network(topology).build(wish.routing());
        lab.awaitCertificates(certificates);
        LabState running = lab.startAll(wish, configurations);
        running.write();
        Tenancy tenancy =
                new Tenancy(topology, operator(running).telling(wish.calls()), s3(running));
        List<Tenant> tenants = lab.provision(tenancy, topology);
        running = running.with(tenants);
        running.write();
        lab.step("waiting until every node has applied it");
        for (Tenant tenant : tenants) {
            tenancy.awaitAvailable(tenant, APPLIED_WITHIN);
        }
        if (wish.routing().isBgp()) {
            lab.step("waiting until the router has heard of every node");
            new RouterRoutes(topology).await(READY_WITHIN);
        }
        return running;
    }

    /** Ends every process, namespace, link and file of a lab, whatever state it is in. */
    static void down(String id, Path directory) {
        String prefix = new Topology(id, 1, 1, 1, 1).prefix();
        new Processes(prefix).killAll();
        Network.deleteNamespaces(prefix);
        removeFromMemory(prefix);
        // rm, because two may clean up at once: what is gone already is no failure to it.
        Shell.run("rm", "-rf", directory.toString(), Configurations.pins(prefix).toString())
                .orFail();
    }

    /** A host's files in memory, and where other users than root may look. */
    static Path inMemory(Host host) {
        return SHARED_MEMORY.resolve(host.namespace());
    }

    private static void removeFromMemory(String prefix) {
        List<String> command = new ArrayList<>(List.of("rm", "-rf"));
        try (DirectoryStream<Path> hosts = Files.newDirectoryStream(SHARED_MEMORY, prefix + "*")) {
            hosts.forEach(host -> command.add(host.toString()));
        } catch (IOException e) {
            throw new LabFailure("the hosts' files in memory cannot be found", e);
        }
        Shell.run(command).orFail();
    }

    /** The operator's API, told to nobody. */
    static Rest operator(LabState state) {
        return new Rest(
                state.topology().control(), state.rest(), state.operatorKey(), exchange -> {});
    }

    static S3 s3(LabState state) {
        return new S3(state.topology().s3(), state.s3());
    }

    /** Starts a process of a lab again with the command it had. */
    static LabState restart(LabState state, String name) {
        return restart(state, List.of(name));
    }

    /** All at once: stores wait for each other before they serve. */
    static LabState restart(LabState state, List<String> names) {
        Topology topology = state.topology();
        Processes processes = new Processes(topology.prefix());
        LabState next = current(state);
        for (String name : names) {
            Running before = next.process(name);
            if (before.isAlive()) {
                throw new LabFailure(name + " runs already, as " + before.pid());
            }
            next =
                    next.with(
                            processes.start(
                                    name,
                                    hostOf(topology, name),
                                    before.command(),
                                    Path.of(state.directory()).resolve(name)));
            next.write();
        }
        for (String name : names) {
            if (BgpDaemons.says(name)) {
                Processes.awaitReady(next.process(name), READY_WITHIN);
            }
        }
        return next;
    }

    /** As it is now: a restart has changed its processes. */
    static LabState current(LabState state) {
        return LabState.read(Path.of(state.directory()));
    }

    static Host hostOf(Topology topology, String process) {
        return process.equals("probe")
                ? topology.router()
                : topology.host(BgpDaemons.hostOf(process));
    }

    private static LabState newState(Wish wish) {
        Topology topology = wish.topology();
        return new LabState(
                topology.id(),
                wish.directory().toString(),
                topology.stores(),
                topology.gateways(),
                topology.clients(),
                topology.servers(),
                topology.underlay(),
                wish.routing(),
                "http://" + topology.control().at(Configurations.CONTROL_PORT),
                secret(),
                secret() + secret(),
                new LabState.Bucket(
                        "http://" + topology.s3().at(Configurations.S3_PORT),
                        "us-east-1",
                        "lab" + secret().substring(0, 13),
                        secret()),
                List.of(),
                List.of());
    }

    /** By a process of its own, as an operator makes them, while the network is built. */
    private String certify(Configurations configurations) {
        List<String> command = new ArrayList<>(installation.command(Role.STORE));
        // It lives for half a second: the second compiler would only begin.
        command.add(1, "-XX:TieredStopAtLevel=1");
        command.addAll(configurations.certificates());
        return Shell.run(command).orFail();
    }

    private void awaitCertificates(CompletableFuture<String> made) {
        try {
            made.join().lines().forEach(this::step);
        } catch (CompletionException e) {
            throw new LabFailure("certificates: " + e.getCause(), e);
        }
    }

    /** Everything at once: each waits for those it needs by itself. */
    private LabState startAll(Wish wish, Configurations configurations) {
        Topology topology = state.topology();
        List<Running> all = new ArrayList<>();
        step("starting processes");
        for (int n = 1; n <= topology.stores(); n++) {
            Host host = topology.store(n);
            all.add(start(wish, host.name(), host, Role.STORE, configurations.store(n)));
        }
        Host control = topology.control();
        all.add(start(wish, "control", control, Role.CONTROL, configurations.control()));
        for (int n = 1; n <= topology.gateways(); n++) {
            Host host = topology.gateway(n);
            all.add(start(wish, host.name(), host, Role.GATEWAY, configurations.gateway(n)));
        }
        all.add(start(wish, "s3", topology.s3(), Role.S3, configurations.s3()));
        for (int n = 1; n <= topology.servers(); n++) {
            Host host = topology.server(n);
            all.add(start(wish, host.name(), host, Role.SERVER, List.of()));
        }
        if (wish.routing() == Routing.PROBE) {
            List<String> arguments =
                    List.of(
                            topology.id(),
                            Integer.toString(topology.gateways()),
                            topology.underlay().word());
            all.add(start(wish, "probe", topology.router(), Role.PROBE, arguments));
        }
        if (wish.routing().isBgp()) {
            all.addAll(startBgp(wish, configurations));
        }
        LabState started = state;
        for (Running process : all) {
            started = started.with(process);
        }
        started.write();
        for (Running process : all) {
            if (BgpDaemons.says(process.name())) {
                step(process.name() + ": " + Processes.awaitReady(process, READY_WITHIN));
            }
        }
        awaitS3(started);
        return started;
    }

    /** The daemons, and a guard beside each node. */
    private List<Running> startBgp(Wish wish, Configurations configurations) {
        Topology topology = state.topology();
        Path files = Path.of(state.directory());
        Processes processes = new Processes(topology.prefix());
        List<Running> all = new ArrayList<>();
        new BgpDaemons(installation, topology, wish.routing(), files)
                .all()
                .forEach(daemon ->
                        all.add(
                                processes.start(
                                        daemon.name(),
                                        daemon.host(),
                                        daemon.command(),
                                        files.resolve(daemon.host().name()))));
        for (int n = 1; n <= topology.gateways(); n++) {
            Host host = topology.gateway(n);
            all.add(
                    start(
                            wish,
                            "guard-" + host.name(),
                            host,
                            Role.GUARD,
                            configurations.gateway(n)));
        }
        return all;
    }

    private Running start(Wish wish, String name, Host host, Role role, List<String> arguments) {
        List<String> command =
                new ArrayList<>(
                        wish.training() && host.number() == 1
                                ? installation.trainingCommand(role)
                                : installation.command(role));
        command.addAll(arguments);
        return new Processes(state.topology().prefix())
                .start(name, host, command, Path.of(state.directory()).resolve(name));
    }

    private void awaitS3(LabState started) {
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        while (!s3(started).answers()) {
            if (System.nanoTime() > deadline || !started.process("s3").isAlive()) {
                throw new LabFailure(
                        "s3 does not answer; see %s%n%s"
                                .formatted(
                                        started.process("s3").log(),
                                        Processes.tail(started.process("s3").log())));
            }
            Processes.pause(Duration.ofMillis(50));
        }
        step("s3: answers");
    }

    private List<Tenant> provision(Tenancy tenancy, Topology topology) {
        step("provisioning by REST");
        tenancy.pool();
        List<Integer> first =
                IntStream.rangeClosed(1, topology.clients())
                        .filter(n -> !Tenancy.isSecondTenant(topology, n))
                        .boxed()
                        .toList();
        List<Tenant> tenants = new ArrayList<>();
        tenants.add(tenancy.provision("111111111111", "ant", 100, first));
        first.forEach(n -> tenancy.connect(tenants.getFirst(), n));
        if (first.size() < topology.clients()) {
            int last = topology.clients();
            tenants.add(tenancy.provision("222222222222", "bee", 200, List.of(last)));
            tenancy.connect(tenants.getLast(), last);
        }
        return tenants;
    }

    private void step(String line) {
        told.accept(line);
    }

    private static String secret() {
        byte[] bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
