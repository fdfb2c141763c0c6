package io.sallyport.control.problems;

import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** Reads the fields of requests; what is missing or malformed is a problem that names the field. */
public final class Fields {

    private Fields() {}

    public static <T> T required(String field, @Nullable T value) {
        if (value == null) {
            throw Problem.missing(field);
        }
        return value;
    }

    /**
     * An id in a path or a body. Its form is looked at before anything else, so a malformed id is
     * told apart from one that does not exist.
     */
    public static <I> I id(String field, @Nullable String text, Function<String, I> form) {
        try {
            return form.apply(required(field, text));
        } catch (IllegalArgumentException e) {
            throw new Problem(
                            HttpStatus.BAD_REQUEST,
                            ProblemCode.MALFORMED_ID,
                            field + ": " + Problem.shortened(String.valueOf(e.getMessage())))
                    .with("field", field);
        }
    }

    public static IpPrefix prefix(String field, @Nullable String text) {
        return parsed(field, text, IpPrefix::parse, "address/length");
    }

    public static IpAddress address(String field, @Nullable String text) {
        return parsed(field, text, IpAddress::parse, "an IPv4 or IPv6 address");
    }

    public static List<IpPrefix> prefixes(String field, @Nullable List<@Nullable String> texts) {
        List<IpPrefix> prefixes = new ArrayList<>();
        for (String text : required(field, texts)) {
            prefixes.add(prefix(field + "[" + prefixes.size() + "]", text));
        }
        return prefixes;
    }

    private static <T> T parsed(
            String field, @Nullable String text, Function<String, T> form, String allowed) {
        String present = required(field, text);
        try {
            return form.apply(present);
        } catch (IllegalArgumentException e) {
            throw Problem.invalid(field, present, allowed);
        }
    }
}
