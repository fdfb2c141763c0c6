package io.sallyport.gateway.kernel;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.gateway.io.TestNamespace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** bpf(2) as this room calls it, with a program of a few lines. */
@Tag("privileged")
@Tag("bpf")
class BpfTest {

    private static final Path PIN =
            Path.of("/sys/fs/bpf/sallyport-test-" + ProcessHandle.current().pid());

    private final ElfObject object = ElfObject.resource(BpfTest.class, "/kernel/tiny.o");
    private final Map<String, BpfMap> maps = new HashMap<>();

    private final BpfMap counts = create("counts");
    private final BpfMap ring = create("ring");

    private BpfMap create(String name) {
        MapSpec spec = object.maps().get(name);
        BpfMap map = BpfMap.create(java.util.Objects.requireNonNull(spec));
        maps.put(name, map);
        return map;
    }

    @AfterEach
    void close() {
        maps.values().forEach(BpfMap::close);
    }

    private Program load(String section) {
        return Program.load(object, section, ProgramType.TC, maps);
    }

    @Test
    void readsMapsAndProgramsOfAnObject() {
        assertThat(object.programs()).containsExactly("count", "wrong", "idle");
        assertThat(object.maps().values())
                .containsExactlyInAnyOrder(
                        new MapSpec("counts", MapType.ARRAY, 4, 8, 4, MapSpec.MMAPABLE),
                        new MapSpec("ring", MapType.RINGBUF, 0, 0, 4096, 0));
    }

    @Test
    void aProgramCountsIntoMappedMemoryAndTellsThroughTheRing() {
        Ring told = new Ring(ring);
        try (Program program = load("count")) {
            TestRun run = program.run(new byte[100], new byte[0], 1000);
            assertThat(run.verdict()).isEqualTo(7);
            assertThat(run.packet()).hasSize(100);
            assertThat(counts.mapped().get(JAVA_LONG, 8)).isEqualTo(1000);
            // 4096 bytes hold 255 records of 16; the ring is filled and read three times over.
            for (int round = 0; round < 3; round++) {
                int read = 0;
                for (long at = told.next(); at >= 0; at = told.next()) {
                    assertThat(told.length()).isEqualTo(8);
                    assertThat(told.memory.get(JAVA_LONG, at)).isEqualTo(100);
                    read++;
                }
                assertThat(read).isEqualTo(255);
                told.release();
                assertThat(told.backlog()).isZero();
                program.run(new byte[100], new byte[0], 1000);
            }
        }
    }

    @Test
    void aRefusedProgramTellsWhatTheVerifierSaid() {
        assertThatThrownBy(() -> load("wrong"))
                .isInstanceOf(BpfException.class)
                .hasMessageContaining("wrong")
                .hasMessageContaining("map_value_or_null");
    }

    @Test
    void whatIsPinnedIsFoundAgain() throws Exception {
        counts.pin(PIN);
        try (BpfMap again = BpfMap.pinned(PIN).orElseThrow()) {
            assertThat(again.spec()).isEqualTo(counts.spec());
            counts.mapped().set(JAVA_LONG, 16, 42);
            assertThat(again.mapped().get(JAVA_LONG, 16)).isEqualTo(42);
            assertThat(again.lookup(BpfMap.key(2))).hasValue(new byte[] {42, 0, 0, 0, 0, 0, 0, 0});
        } finally {
            Files.delete(PIN);
        }
        assertThat(BpfMap.pinned(PIN)).isEmpty();
    }

    @Test
    void aHashTakesGivesAndForgets() {
        MapSpec spec = new MapSpec("words", MapType.HASH, 4, 4, 8, 0);
        try (BpfMap map = BpfMap.create(spec)) {
            map.update(BpfMap.key(1), BpfMap.key(10));
            map.update(BpfMap.key(2), BpfMap.key(20));
            map.update(BpfMap.key(2), BpfMap.key(21));
            assertThat(map.lookup(BpfMap.key(2))).hasValue(BpfMap.key(21));
            assertThat(map.keys()).containsExactlyInAnyOrder(BpfMap.key(1), BpfMap.key(2));
            assertThat(map.delete(BpfMap.key(1))).isTrue();
            assertThat(map.delete(BpfMap.key(1))).isFalse();
            assertThat(map.lookup(BpfMap.key(1))).isEmpty();
        }
    }

    @Test
    void aLinkRunsItsProgramUntilItIsSwappedOrDetached() {
        try (TestNamespace namespace = new TestNamespace();
                Program count = load("count");
                Program idle = load("idle");
                Link link = namespace.inside(() -> Link.attach(count, 1, Attachment.TCX_EGRESS))) {
            assertThat(link.device()).isEqualTo(1);
            assertThat(link.program()).isEqualTo(count.id());
            assertThat(count.tag()).isNotEqualTo(idle.tag());
            link.update(idle);
            assertThat(link.program()).isEqualTo(idle.id());
            namespace.exec("ping", "-c", "1", "127.0.0.1");
            link.detach();
            assertThat(link.device()).isZero();
        }
    }

    @Test
    void aDeviceThatIsNotThereIsRefused() {
        try (Program idle = load("idle")) {
            assertThatThrownBy(() -> Link.attach(idle, 9999, Attachment.TCX_INGRESS))
                    .isInstanceOf(BpfException.class)
                    .hasMessageContaining("9999");
        }
    }
}
