package io.sallyport.bench;

import java.util.List;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/**
 * What one death cost those who talked meanwhile.
 *
 * @param lost streams that were reset, ended, or not echoed within half a minute
 * @param wrongBytes that were not what belonged where they stood in their streams
 * @param resets that clients and server sent or suffered
 * @param gapsMillis of each stream that was not lost the longest time without an echo, ascending
 * @param datagramsLost of {@code datagramsSent}, there or back
 * @param datagramGapsMillis of each flow, ascending
 * @param lateMillis by how much the tool itself was late at most, so by so much a gap may be its
 *     own
 */
record Toll(
        int streams,
        int lost,
        long wrongBytes,
        long resets,
        List<Double> gapsMillis,
        long datagramsSent,
        long datagramsLost,
        List<Double> datagramGapsMillis,
        double lateMillis) {

    Toll {
        gapsMillis = List.copyOf(gapsMillis);
        datagramGapsMillis = List.copyOf(datagramGapsMillis);
    }

    /**
     * @param phase as the lab's Streams tell it
     */
    static Toll of(JsonNode phase, long resets) {
        return new Toll(
                phase.path("streams").asInt(),
                phase.path("reset").asInt()
                        + phase.path("ended").asInt()
                        + phase.path("silent").asInt(),
                phase.path("wrongBytes").asLong(),
                resets,
                doubles(phase.path("gapsMillis")),
                phase.path("datagramsSent").asLong(),
                phase.path("datagramsLost").asLong(),
                doubles(phase.path("datagramGapsMillis")),
                phase.path("lateMillis").asDouble());
    }

    private static List<Double> doubles(JsonNode numbers) {
        return StreamSupport.stream(numbers.spliterator(), false).map(JsonNode::asDouble).toList();
    }

    /** The smallest value that a share of them does not exceed; 0 of none. */
    static double quantile(List<Double> ascending, double share) {
        int last = ascending.size() - 1;
        return last < 0
                ? 0
                : ascending.get(Math.clamp((int) Math.ceil(share * (last + 1)) - 1, 0, last));
    }
}
