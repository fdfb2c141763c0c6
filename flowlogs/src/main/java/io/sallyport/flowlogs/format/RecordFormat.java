package io.sallyport.flowlogs.format;

import io.sallyport.flowlogs.record.FlowRecord;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * How records are shown. A line has one value for each column with one space between and no line
 * end; what is not known or has no meaning is "-".
 */
public sealed interface RecordFormat permits AwsFormat, JoinedFormat {

    /** What is joined is written this way where AWS' fields would be. */
    String JOINED = "joined";

    /** As the API takes and shows it. */
    String text();

    List<Column> columns();

    /** Gives the lines of a record: none, one, or one for each leg that it passed. */
    void lines(FlowRecord record, Origin origin, Consumer<String> out);

    /** First line of a text object. */
    default String header() {
        return columns().stream().map(Column::name).collect(Collectors.joining(" "));
    }

    /**
     * Reads {@link #text}: AWS' fields as {@code ${field}}, one space between, each at most once;
     * or {@link #JOINED}.
     *
     * @return empty where it is not exactly that
     */
    static Optional<RecordFormat> parse(String text) {
        return text.equals(JOINED)
                ? Optional.of(JoinedFormat.INSTANCE)
                : AwsFormat.parse(text).map(format -> format);
    }
}
