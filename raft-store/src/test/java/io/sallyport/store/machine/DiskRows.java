package io.sallyport.store.machine;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Rows as a disk would keep them. */
final class DiskRows implements StateSink {

    private record Row(StatePart part, byte[] key, byte[] value) {}

    private final Map<String, Row> kept = new TreeMap<>();

    private static String name(StatePart part, byte[] key) {
        return part + " " + HexFormat.of().formatHex(key);
    }

    @Override
    public void put(StatePart part, byte[] key, byte[] value) {
        kept.put(name(part, key), new Row(part, key, value));
    }

    @Override
    public void remove(StatePart part, byte[] key) {
        kept.remove(name(part, key));
    }

    /** All that changed, through a cut. */
    DiskRows take(Machine machine) {
        machine.cut();
        boolean more = true;
        while (more) {
            more = machine.drain(this, 3);
        }
        return this;
    }

    <M extends Machine> M load(M fresh, long index) {
        kept.values().forEach(row -> fresh.load(row.part, row.key, row.value));
        fresh.loaded(index);
        return fresh;
    }

    List<String> text() {
        List<String> text = new ArrayList<>();
        kept.forEach((name, row) -> text.add(name + " " + HexFormat.of().formatHex(row.value)));
        return text;
    }
}
