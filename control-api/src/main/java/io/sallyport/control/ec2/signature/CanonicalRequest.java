package io.sallyport.control.ec2.signature;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The one text that a request is signed as, whatever went over the wire. Source: "Create a signed
 * AWS API request", step 1.
 */
final class CanonicalRequest {

    private record Pair(String name, String value) {}

    private CanonicalRequest() {}

    static String of(SignedRequest request, List<String> signedHeaders) {
        return String.join(
                "\n",
                request.method(),
                "/",
                query(request.query()),
                headers(request, signedHeaders),
                String.join(";", signedHeaders),
                Hashes.hex(Hashes.sha256(request.body())));
    }

    private static String headers(SignedRequest request, List<String> signedHeaders) {
        StringBuilder headers = new StringBuilder();
        for (String name : signedHeaders) {
            String values =
                    request.headers().getOrDefault(name, List.of()).stream()
                            .map(value -> value.strip().replaceAll(" +", " "))
                            .collect(Collectors.joining(","));
            headers.append(name).append(':').append(values).append('\n');
        }
        return headers.toString();
    }

    private static String query(String query) {
        List<Pair> pairs = new ArrayList<>();
        for (String part : query.split("&", -1)) {
            if (!part.isEmpty()) {
                int equals = part.indexOf('=');
                pairs.add(
                        equals < 0
                                ? new Pair(recoded(part), "")
                                : new Pair(
                                        recoded(part.substring(0, equals)),
                                        recoded(part.substring(equals + 1))));
            }
        }
        pairs.sort(Comparator.comparing(Pair::name).thenComparing(Pair::value));
        return pairs.stream()
                .map(pair -> pair.name() + "=" + pair.value())
                .collect(Collectors.joining("&"));
    }

    /**
     * Every byte but the unreserved ones as %XX, however it came. A stray % stands for itself: the
     * signer's canonical form is then another, and the signature does not match.
     */
    private static String recoded(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        StringBuilder out = new StringBuilder(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            int value = bytes[i] & 0xff;
            if (value == '%' && i + 2 < bytes.length) {
                int high = Character.digit(bytes[i + 1], 16);
                int low = Character.digit(bytes[i + 2], 16);
                if (high >= 0 && low >= 0) {
                    value = high << 4 | low;
                    i += 2;
                }
            }
            if (isUnreserved(value)) {
                out.append((char) value);
            } else {
                out.append('%')
                        .append(Character.toUpperCase(Character.forDigit(value >> 4, 16)))
                        .append(Character.toUpperCase(Character.forDigit(value & 15, 16)));
            }
        }
        return out.toString();
    }

    private static boolean isUnreserved(int c) {
        return (c >= 'A' && c <= 'Z')
                || (c >= 'a' && c <= 'z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '_'
                || c == '.'
                || c == '~';
    }
}
