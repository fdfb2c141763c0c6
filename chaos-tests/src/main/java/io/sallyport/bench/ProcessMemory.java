package io.sallyport.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What another JVM takes, in bytes, as it is once its garbage is collected.
 *
 * @param heapLive of the heap what is in use
 * @param outside resident memory of its own that is neither heap nor a file
 * @param kernelMaps of the BPF maps that it holds, whether mapped or not
 * @param resident all that the kernel counts as resident: garbage, files and mapped maps too
 */
record ProcessMemory(long heapLive, long outside, long kernelMaps, long resident) {

    private static final Pattern USED = Pattern.compile("(?m)^(?:DefNew|Tenured) .* used (\\d+)K");
    private static final Pattern BOUNDS =
            Pattern.compile("\\[0x(\\p{XDigit}+), 0x\\p{XDigit}+, 0x(\\p{XDigit}+)\\)");
    private static final Pattern MAPPING =
            Pattern.compile("(\\p{XDigit}+)-\\p{XDigit}+ [-r][-w][-x][ps] .*");

    /**
     * @param process one of Sallyport's, whose collector is the serial one
     */
    static ProcessMemory of(long process) {
        jcmd(process, "GC.run");
        String heap = jcmd(process, "GC.heap_info");
        Path proc = Path.of("/proc/" + process);
        long anonymous = number(proc.resolve("status"), "RssAnon:") * 1024;
        return new ProcessMemory(
                USED.matcher(heap)
                                .results()
                                .mapToLong(found -> Long.parseLong(found.group(1)))
                                .sum()
                        * 1024,
                anonymous - heapResident(heap, proc.resolve("smaps")),
                kernelMaps(proc.resolve("fdinfo")),
                number(proc.resolve("status"), "VmRSS:") * 1024);
    }

    private static String jcmd(long process, String command) {
        return Tool.run(
                Path.of(System.getProperty("java.home"), "bin/jcmd").toString(),
                Long.toString(process),
                command);
    }

    /**
     * @param heap names where its generations lie
     */
    private static long heapResident(String heap, Path smaps) {
        BigInteger from = null;
        BigInteger to = BigInteger.ZERO;
        for (Matcher bounds = BOUNDS.matcher(heap); bounds.find(); ) {
            BigInteger low = new BigInteger(bounds.group(1), 16);
            from = from == null ? low : from.min(low);
            to = to.max(new BigInteger(bounds.group(2), 16));
        }
        if (from == null) {
            throw new BenchFailure("where the heap lies is not said: " + heap);
        }
        long resident = 0;
        boolean inHeap = false;
        for (String line : lines(smaps)) {
            Matcher mapping = MAPPING.matcher(line);
            if (mapping.matches()) {
                BigInteger begin = new BigInteger(mapping.group(1), 16);
                inHeap = begin.compareTo(from) >= 0 && begin.compareTo(to) < 0;
            } else if (inHeap && line.startsWith("Rss:")) {
                resident += number(line) * 1024;
            }
        }
        return resident;
    }

    /** Each map once: the table, and all else that the programs use. */
    private static long kernelMaps(Path descriptors) {
        Map<Long, Long> byId = new HashMap<>();
        try (Stream<Path> all = Files.list(descriptors)) {
            for (Path each : all.toList()) {
                if (lines(each).stream().anyMatch(line -> line.startsWith("map_type:"))) {
                    byId.put(number(each, "map_id:"), number(each, "memlock:"));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return byId.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The number behind a name in a file of the kernel's. */
    static long number(Path file, String name) {
        return lines(file).stream()
                .filter(line -> line.startsWith(name))
                .mapToLong(ProcessMemory::number)
                .findFirst()
                .orElseThrow(() -> new BenchFailure(file + " has no " + name));
    }

    private static long number(String line) {
        return Long.parseLong(line.replaceAll("\\D", ""));
    }

    private static List<String> lines(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
