package io.sallyport.flowlogs.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is really full: a small file system in memory, which only root may mount. */
@Tag("privileged")
class DiskFullTest {

    private final ExportCounters counters = new ExportCounters();
    private final Sample.Heard heard = new Sample.Heard();

    @TempDir Path directory;

    @BeforeEach
    void mount() throws IOException, InterruptedException {
        run("mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", directory.toString());
    }

    @AfterEach
    void unmount() throws IOException, InterruptedException {
        run("umount", "-l", directory.toString());
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor()).as("%s", List.of(command)).isZero();
    }

    @Test
    void theOldestFilesMakeRoomForTheNewest() throws IOException {
        Spool spool = Spool.open(Sample.settings(directory), counters, new Sample.Clock(), heard);
        String line = "x".repeat(1000);
        for (int period = 2; period < 8; period++) {
            for (int i = 0; i < 150; i++) {
                spool.append(Sample.SUBSCRIPTION, period * 300 + i, line);
            }
            spool.sync();
            spool.sealUntil(period * 300 + 300);
        }
        assertThat(heard.gaps).isNotEmpty().first().isEqualTo(new Gap(600, 749));
        List<String> kept = Sample.deliver(spool);
        assertThat(kept.size()).isGreaterThanOrEqualTo(300);
        assertThat(counters.lost() + kept.size()).isEqualTo(900);
        assertThat(spool.bytes()).isZero();
    }

    @Test
    void whatCannotBeWrittenAtAllIsToldAndTheSpoolGoesOn() throws IOException {
        Spool spool = Spool.open(Sample.settings(directory), counters, new Sample.Clock(), heard);
        String line = "x".repeat(1000);
        for (int i = 0; i < 600; i++) {
            spool.append(Sample.SUBSCRIPTION, 700, line);
        }
        spool.sync();
        assertThat(heard.gaps).contains(new Gap(600, 700));
        assertThat(counters.lost()).isEqualTo(600);
        spool.append(Sample.SUBSCRIPTION, 701, "small enough");
        spool.close();
        assertThat(Sample.deliver(spool)).containsExactly("small enough");
    }
}
