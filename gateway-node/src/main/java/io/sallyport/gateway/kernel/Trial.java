package io.sallyport.gateway.kernel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A device's program once more, the same instructions, run by hand without a trace: all that it
 * reads is the node's (buckets, next hops, addresses, versions, horizon), all that it writes is its
 * own (counters, clocks, ring, fragments, and copies of the records that it may find). Cold.
 */
final class Trial implements AutoCloseable {

    /** One frame of 64 KB with room around it. */
    private static final int RING_BYTES = 1 << 18;

    private static final int FRAGMENTS = 1024;
    private static final int RECORDS = 16;
    private static final int OUTCOMES = 256;

    private final List<BpfMap> own = new ArrayList<>();
    private final PathCounters counters;
    private final BpfMap records;
    private final Program program;

    /**
     * @param maps all that the program refers to, as the attached one has them
     */
    Trial(ElfObject object, String name, ProgramType type, Map<String, BpfMap> maps) {
        Map<String, BpfMap> bound = new HashMap<>(maps);
        try {
            BpfMap stats = own(spec(maps, "stats"));
            // To the program it is all one what kind of map a slot leads into.
            MapSpec array = spec(maps, "connections");
            records =
                    own(
                            new MapSpec(
                                    array.name(),
                                    MapType.HASH,
                                    array.keyBytes(),
                                    array.valueBytes(),
                                    RECORDS,
                                    0));
            bound.put("stats", stats);
            bound.put("clocks", own(spec(maps, "clocks")));
            bound.put("connections", records);
            bound.put("punts", own(spec(maps, "punts").withEntries(RING_BYTES)));
            bound.put("frags", own(spec(maps, "frags").withEntries(FRAGMENTS)));
            counters = new PathCounters(stats);
            program = Program.load(object, name, type, bound);
        } catch (RuntimeException e) {
            own.forEach(BpfMap::close);
            throw e;
        }
    }

    private static MapSpec spec(Map<String, BpfMap> maps, String name) {
        BpfMap map = maps.get(name);
        if (map == null) {
            throw new IllegalArgumentException("the map " + name + " is not given");
        }
        return map.spec();
    }

    private BpfMap own(MapSpec spec) {
        BpfMap map = BpfMap.create(spec);
        own.add(map);
        return map;
    }

    /** The program is to find this record in that slot; all others are missing. */
    void record(int slot, byte[] record) {
        records.update(BpfMap.key(slot), record);
    }

    Rehearsed run(byte[] frame) {
        TestRun run = program.run(frame, new byte[0], 1);
        int outcome =
                IntStream.range(0, OUTCOMES)
                        .filter(number -> counters.packets(number) != 0)
                        .findFirst()
                        .orElse(Rehearsed.UNCOUNTED);
        return new Rehearsed(outcome, run.packet(), program.name(), program.tag());
    }

    @Override
    public void close() {
        program.close();
        own.forEach(BpfMap::close);
    }
}
