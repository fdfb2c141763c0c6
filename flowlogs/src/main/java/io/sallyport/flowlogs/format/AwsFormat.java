package io.sallyport.flowlogs.format;

import io.sallyport.flowlogs.record.FlowRecord;
import io.sallyport.flowlogs.record.Leg;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Fields of AWS' choice in an order of the tenant's. A connection is two flows at the gateway's
 * interface in each direction, and a line each.
 */
public final class AwsFormat implements RecordFormat {

    /** AWS' default: version 2, exactly and in order. */
    public static final AwsFormat DEFAULT =
            new AwsFormat(
                    List.of(
                            AwsField.VERSION,
                            AwsField.ACCOUNT_ID,
                            AwsField.INTERFACE_ID,
                            AwsField.SRCADDR,
                            AwsField.DSTADDR,
                            AwsField.SRCPORT,
                            AwsField.DSTPORT,
                            AwsField.PROTOCOL,
                            AwsField.PACKETS,
                            AwsField.BYTES,
                            AwsField.START,
                            AwsField.END,
                            AwsField.ACTION,
                            AwsField.LOG_STATUS));

    private static final int LINE = 160;
    private static final Leg[] LEGS = Leg.values();

    private final List<AwsField> fields;
    private final int version;

    private AwsFormat(List<AwsField> fields) {
        this.fields = List.copyOf(fields);
        this.version = Collections.max(fields.stream().map(AwsField::version).toList());
    }

    static Optional<AwsFormat> parse(String text) {
        List<AwsField> fields = new ArrayList<>();
        for (String word : text.split(" ", -1)) {
            if (!word.startsWith("${") || !word.endsWith("}")) {
                return Optional.empty();
            }
            Optional<AwsField> field = AwsField.of(word.substring(2, word.length() - 1));
            if (field.isEmpty()) {
                return Optional.empty();
            }
            fields.add(field.get());
        }
        return new HashSet<>(fields).size() == fields.size()
                ? Optional.of(new AwsFormat(fields))
                : Optional.empty();
    }

    @Override
    public String text() {
        return fields.stream()
                .map(field -> "${" + field.column().name() + "}")
                .collect(Collectors.joining(" "));
    }

    @Override
    public List<Column> columns() {
        return fields.stream().map(AwsField::column).toList();
    }

    @Override
    public void lines(FlowRecord record, Origin origin, Consumer<String> out) {
        switch (record) {
            case FlowRecord.Traffic traffic -> {
                if (traffic.packets() > 0) {
                    for (Leg leg : LEGS) {
                        if ((traffic.legs() & leg.bit()) != 0) {
                            Flow flow = new Flow(traffic, leg);
                            out.accept(line(new Shown(version, origin, record, Optional.of(flow))));
                        }
                    }
                }
            }
            case FlowRecord.NoData _, FlowRecord.SkipData _ ->
                    out.accept(line(new Shown(version, origin, record, Optional.empty())));
        }
    }

    private String line(Shown shown) {
        StringBuilder line = new StringBuilder(LINE);
        for (AwsField field : fields) {
            line.append(field.value(shown)).append(' ');
        }
        line.setLength(line.length() - 1);
        return line.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AwsFormat that && that.fields.equals(fields);
    }

    @Override
    public int hashCode() {
        return fields.hashCode();
    }

    @Override
    public String toString() {
        return text();
    }
}
