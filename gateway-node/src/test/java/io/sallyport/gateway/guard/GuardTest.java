package io.sallyport.gateway.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.gateway.announce.AnnounceSettings;
import io.sallyport.gateway.announce.Routes;
import io.sallyport.gateway.io.HostRoutes.HostRoute;
import io.sallyport.gateway.io.Pulse;
import io.sallyport.net.IpAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A guard and a process that stands for a node: its worker turns in this test's hands. */
class GuardTest {

    private static final long HORIZON = 1_000_000;

    private final Routes routes = new Routes();
    private final AtomicLong boot = new AtomicLong(1);
    private final List<String> told = new CopyOnWriteArrayList<>();
    private @TempDir Path directory = Path.of("");
    private Pulse pulse = Pulse.unshared();
    private Process node = new Idle().process;
    private Optional<Thread> watching = Optional.empty();
    private Optional<Guard> guard = Optional.empty();
    private volatile boolean turning = true;
    private Thread worker = new Thread();

    private static final class Idle {
        final Process process;

        Idle() {
            try {
                process = new ProcessBuilder("sleep", "600").start();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @BeforeEach
    void aNodeThatTurnsAndAnnounces() {
        pulse = Pulse.open(directory.resolve("pulse"));
        pulse.begin(node.pid());
        pulse.announces(true);
        pulse.others(2);
        routes.add(new HostRoute(IpAddress.parse("203.0.113.1"), 100));
        routes.add(new HostRoute(IpAddress.parse("2001:db8::1"), 100));
        worker =
                Thread.ofPlatform()
                        .daemon()
                        .start(() -> {
                            while (!Thread.currentThread().isInterrupted()) {
                                if (turning) {
                                    pulse.beat(HORIZON);
                                }
                                java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
                            }
                        });
    }

    private void guarded(boolean worsen) {
        Guard fresh =
                new Guard(
                        new AnnounceSettings(83, 100, 1000, worsen, Optional.empty()),
                        pulse,
                        routes,
                        boot::get,
                        told::add);
        guard = Optional.of(fresh);
        watching =
                Optional.of(
                        Thread.ofPlatform()
                                .start(() -> {
                                    try (fresh) {
                                        fresh.run();
                                    } catch (InterruptedException e) {
                                        Thread.currentThread().interrupt();
                                    }
                                }));
        await().until(() -> pulse.guardLooked() == boot.get());
    }

    @AfterEach
    void end() throws InterruptedException {
        guard.ifPresent(Guard::stop);
        if (watching.isPresent()) {
            watching.get().join();
        }
        worker.interrupt();
        worker.join();
        node.destroyForcibly();
        pulse.close();
    }

    @Test
    void theRoutesOfANodeThatDiesGo() {
        guarded(false);
        node.destroyForcibly();
        await().until(() -> routes.texts().isEmpty());
        assertThat(pulse.isBarred()).isTrue();
        assertThat(told).singleElement().asString().contains("has ended", "2 routes withdrawn");
    }

    @Test
    void theRoutesOfAStoppedNodeGoUntilItTurnsAgain() throws Exception {
        guarded(false);
        signal("STOP");
        turning = false;
        await().until(() -> routes.texts().isEmpty());
        assertThat(told).singleElement().asString().contains("is stopped");
        signal("CONT");
        turning = true;
        await().until(() -> !pulse.isBarred());
    }

    @Test
    void theRoutesOfANodeWhoseWorkerHangsGo() {
        guarded(false);
        turning = false;
        await().until(() -> routes.texts().isEmpty());
        assertThat(told).singleElement().asString().contains("does not turn");
        await().until(() -> pulse.withdrawals() == 1);
    }

    @Test
    void aLoneNodeKeepsItsRoutesUntilItsHorizon() {
        pulse.others(0);
        guarded(false);
        node.destroyForcibly();
        await().until(pulse::isBarred);
        await().until(() -> !told.isEmpty());
        assertThat(told).singleElement().asString().contains("until its horizon");
        assertThat(routes.texts()).hasSize(2);
        boot.set(HORIZON);
        await().until(() -> routes.texts().isEmpty());
    }

    @Test
    void whereRoutersCompareMetricsRoutesGetTheWorseOneFirst() {
        pulse.others(0);
        guarded(true);
        node.destroyForcibly();
        await().untilAsserted(() ->
                assertThat(routes.texts())
                        .containsExactlyInAnyOrder("203.0.113.1 1000", "2001:db8::1 1000"));
        boot.set(HORIZON);
        await().until(() -> routes.texts().isEmpty());
    }

    @Test
    void whatAWakingNodeAnnouncesAllTheSameIsTakenBackAgain() throws Exception {
        guarded(false);
        signal("STOP");
        await().until(() -> routes.texts().isEmpty());
        routes.add(new HostRoute(IpAddress.parse("203.0.113.5"), 100));
        await().until(() -> routes.texts().isEmpty());
    }

    @Test
    void aNodeThatAnnouncesNothingIsNotJudged() throws Exception {
        pulse.announces(false);
        guarded(false);
        turning = false;
        signal("STOP");
        long before = boot.get();
        for (int look = 1; look <= 20; look++) {
            boot.set(before + look);
            await().until(() -> pulse.guardLooked() == boot.get());
        }
        assertThat(routes.texts()).hasSize(2);
        assertThat(told).isEmpty();
    }

    @Test
    void aNewGuardTakesOverWhatItsPredecessorBarred() {
        pulse.bar(true);
        guarded(false);
        await().until(() -> !pulse.isBarred());
        assertThat(routes.texts()).hasSize(2);
    }

    private void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(node.pid())).start().waitFor();
    }
}
