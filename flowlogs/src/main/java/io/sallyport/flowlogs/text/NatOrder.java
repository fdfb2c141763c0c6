package io.sallyport.flowlogs.text;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Joined lines by elastic IP and port; lines of one port, and those that have none, stay as they
 * were. So whoever asks for a port reads a small part of an object.
 */
public final class NatOrder {

    private record Keyed(TextLine line, NatKey key) {}

    private static final Comparator<Keyed> ORDER = Comparator.comparing(Keyed::key, NatKey.ORDER);

    private NatOrder() {}

    public static List<TextLine> sorted(List<TextLine> lines) {
        Keyed[] keyed =
                lines.stream().map(line -> new Keyed(line, NatKey.of(line))).toArray(Keyed[]::new);
        Arrays.sort(keyed, ORDER);
        return Arrays.stream(keyed).map(Keyed::line).toList();
    }
}
