package io.sallyport.control.ec2.query;

import io.sallyport.control.ec2.errors.Ec2Error;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** {@code Filter.N}: values of one are alternatives, all filters must hold. */
public final class Filters {

    /** As AWS has them. */
    private static final int FILTERS = 50;

    private static final int VALUES = 200;
    private static final String TAG = "tag:";

    private record Filter(String name, List<String> values) {}

    private final List<Filter> filters;

    private Filters(List<Filter> filters) {
        this.filters = filters;
    }

    /**
     * @param known names, case-sensitive; with {@code tag-key} also {@code tag:KEY} is known
     */
    public static Filters of(Parameters parameters, Set<String> known) {
        List<Filter> filters =
                parameters.items("Filter").stream()
                        .map(item -> new Filter(item.required("Name"), item.list("Value")))
                        .toList();
        for (Filter filter : filters) {
            boolean tag = known.contains("tag-key") && filter.name().startsWith(TAG);
            if (!tag && !known.contains(filter.name())) {
                throw new Ec2Error(
                        "InvalidParameterValue",
                        "The filter '" + Ec2Error.shortened(filter.name()) + "' is invalid");
            }
            if (filter.values().isEmpty()) {
                throw new Ec2Error(
                        "InvalidParameterValue",
                        "The filter '" + Ec2Error.shortened(filter.name()) + "' has no values");
            }
            if (filter.values().size() > VALUES) {
                throw new Ec2Error(
                        "FilterLimitExceeded",
                        "The maximum number of filter values specified on a single call is "
                                + VALUES);
            }
        }
        if (filters.size() > FILTERS) {
            throw new Ec2Error(
                    "FilterLimitExceeded",
                    "The maximum number of filters specified on a single call is " + FILTERS);
        }
        return new Filters(filters);
    }

    /**
     * @param values what a thing has under a name; tags are looked up in {@code tags}
     */
    public boolean match(Function<String, Stream<String>> values, SortedMap<String, String> tags) {
        return filters.stream()
                .allMatch(filter ->
                        of(filter.name(), values, tags)
                                .anyMatch(value ->
                                        filter.values().stream()
                                                .anyMatch(p -> Glob.matches(p, value))));
    }

    private static Stream<String> of(
            String name, Function<String, Stream<String>> values, Map<String, String> tags) {
        if (name.startsWith(TAG)) {
            return Stream.ofNullable(tags.get(name.substring(TAG.length())));
        }
        return name.equals("tag-key") ? tags.keySet().stream() : values.apply(name);
    }
}
