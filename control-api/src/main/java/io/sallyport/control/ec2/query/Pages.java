package io.sallyport.control.ec2.query;

import io.sallyport.control.ec2.errors.Ec2Error;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@code MaxResults} and {@code NextToken}. A token says after which key to go on, so what is made
 * or deleted between two pages moves nothing; and it is sealed, so that nobody learns of keys by it
 * or brings another tenant's.
 */
public final class Pages {

    private static final int SEAL = 16;
    private static final int LEAST = 5;
    private static final int MOST = 1_000;

    private Pages() {}

    /**
     * @param nextToken null on the last page
     */
    public record Page<T>(List<T> items, @Nullable String nextToken) {}

    /**
     * @param things all of them, in any order
     * @param key unique among them
     * @param seal a text's seal, which nobody else can make; at least 16 bytes
     */
    public static <T> Page<T> page(
            Parameters parameters,
            List<T> things,
            Function<? super T, String> key,
            Function<String, byte[]> seal) {
        Optional<Integer> most = parameters.number("MaxResults", LEAST, MOST);
        String after = parameters.text("NextToken").map(token -> opened(token, seal)).orElse("");
        List<T> rest =
                things.stream()
                        .filter(thing -> key.apply(thing).compareTo(after) > 0)
                        .sorted(Comparator.comparing(key::apply))
                        .toList();
        int size = most.orElse(MOST);
        if (rest.size() <= size) {
            return new Page<>(rest, null);
        }
        List<T> page = rest.subList(0, size);
        return new Page<>(page, closed(key.apply(page.getLast()), seal));
    }

    private static String closed(String key, Function<String, byte[]> seal) {
        byte[] text = key.getBytes(StandardCharsets.UTF_8);
        byte[] token = Arrays.copyOf(seal.apply(key), SEAL + text.length);
        System.arraycopy(text, 0, token, SEAL, text.length);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    }

    private static String opened(String token, Function<String, byte[]> seal) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(token);
        } catch (IllegalArgumentException e) {
            throw invalid();
        }
        if (bytes.length <= SEAL) {
            throw invalid();
        }
        String key = new String(bytes, SEAL, bytes.length - SEAL, StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(
                Arrays.copyOf(bytes, SEAL), Arrays.copyOf(seal.apply(key), SEAL))) {
            throw invalid();
        }
        return key;
    }

    private static Ec2Error invalid() {
        return new Ec2Error("InvalidNextToken", "The specified NextToken is not valid");
    }
}
