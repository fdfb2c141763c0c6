package io.sallyport.control.ec2.signature;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What of a request can be signed. Its path is always {@code /}: there is no other here.
 *
 * @param query as it came, without the question mark; "" for none
 * @param headers by lower-case name, values in the order in which they came
 */
public record SignedRequest(
        String method, String query, Map<String, List<String>> headers, byte[] body) {

    public SignedRequest {
        Map<String, List<String>> lower = new TreeMap<>();
        headers.forEach(
                (name, values) -> lower.put(name.toLowerCase(Locale.ROOT), List.copyOf(values)));
        headers = Map.copyOf(lower);
    }

    /** The first of that name; "" where there is none. */
    String header(String name) {
        List<String> values = headers.getOrDefault(name, List.of());
        return values.isEmpty() ? "" : values.getFirst();
    }
}
