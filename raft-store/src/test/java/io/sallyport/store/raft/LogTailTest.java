package io.sallyport.store.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogTailTest {

    private static final int PAGE = 4096;

    @TempDir private Path disk;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    private long mended(byte[] bytes) throws IOException {
        Path file = disk.resolve("log_inprogress_0");
        Files.write(file, bytes);
        return LogTail.mend(file);
    }

    private byte[] left() throws IOException {
        return Files.readAllBytes(disk.resolve("log_inprogress_0"));
    }

    @Test
    void aLogThatWasClosedInPeaceStaysAsItIs() throws IOException {
        LogBytes log = new LogBytes().entries(50, random, 3_000);
        assertThat(mended(log.padded(0))).isEqualTo(50);
        assertThat(left()).isEqualTo(log.padded(0));
    }

    @Test
    void zerosThatWereLaidOutAreCutOff() throws IOException {
        LogBytes log = new LogBytes().entries(3, random, 100);
        assertThat(mended(log.padded(5_000))).isEqualTo(3);
        assertThat(left()).isEqualTo(log.padded(0));
    }

    @Test
    void aFileWithoutItsHeaderHasNoEntries() throws IOException {
        assertThat(mended(new byte[0])).isZero();
        assertThat(mended(new byte[100])).isZero();
        assertThat(mended(Arrays.copyOf(LogTail.HEADER, 3))).isZero();
        assertThat(left()).isEmpty();
    }

    @Test
    void whateverPagesOfTheLastWriteWereLostWhatWasSyncedStays() throws IOException {
        for (int round = 0; round < 400; round++) {
            LogBytes log = new LogBytes().entries(1 + random.nextInt(40), random, 3_000);
            byte[] bytes = log.padded(random.nextInt(2 * PAGE));
            int synced = random.nextInt(log.ends.size());
            int syncedBytes = log.ends.get(synced);
            // A page that was synced in part may be written again with more in it, or not.
            for (int page = 0; page < bytes.length; page += PAGE) {
                if (random.nextInt(3) == 0) {
                    int end = Math.min(page + PAGE, bytes.length);
                    if (end > syncedBytes) {
                        Arrays.fill(bytes, Math.max(page, syncedBytes), end, (byte) 0);
                    }
                }
            }
            if (random.nextInt(4) == 0) {
                int cut = syncedBytes + random.nextInt(bytes.length - syncedBytes + 1);
                bytes = Arrays.copyOf(bytes, cut);
            }
            long kept = mended(bytes);
            assertThat(kept).as("seed %d round %d", seed, round).isGreaterThanOrEqualTo(synced);
            assertThat(left())
                    .as("seed %d round %d", seed, round)
                    .isEqualTo(Arrays.copyOf(log.padded(0), log.ends.get((int) kept)));
        }
    }

    @Test
    void aChangedBitIsNotTakenForAWriteThatWasCutShort() throws IOException {
        int refused = 0;
        for (int round = 0; round < 200; round++) {
            LogBytes log = new LogBytes().entries(20, random, 3_000);
            byte[] bytes = log.padded(1_000);
            int last = log.ends.getLast();
            int place = LogTail.HEADER.length + random.nextInt(last - LogTail.HEADER.length);
            bytes[place] ^= (byte) (1 << random.nextInt(8));
            try {
                mended(bytes);
            } catch (IOException damaged) {
                assertThat(damaged).hasMessageContaining("is damaged at byte");
                refused++;
            }
        }
        // A changed length may reach into the zeros, and looks like a lost sector then.
        assertThat(refused).as("seed %d", seed).isGreaterThan(190);
    }

    @Test
    void anotherHeaderIsDamage() {
        assertThatThrownBy(() ->
                        mended("RaftLog2..".getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("damaged at byte 0");
    }
}
