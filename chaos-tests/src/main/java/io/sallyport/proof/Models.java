package io.sallyport.proof;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The models' files, which lie beside this class in the class path. */
final class Models {

    private Models() {}

    static String read(String file) {
        try (InputStream in = Models.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalArgumentException("there is no " + file + " among the models");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String module(Claim claim) {
        return read(claim.model() + ".tla");
    }

    /** The model's configuration with the claim's bounds, and without its rules. */
    static String configuration(Claim claim) {
        String text = read(claim.model() + ".cfg");
        for (var bound : claim.bounds().entrySet()) {
            text = replace(text, bound.getKey(), bound.getValue());
        }
        for (String rule : claim.without()) {
            text = replace(text, rule, "FALSE");
        }
        return text;
    }

    private static String replace(String configuration, String constant, String value) {
        Matcher line =
                Pattern.compile("^( *" + Pattern.quote(constant) + " *= *).*$", Pattern.MULTILINE)
                        .matcher(configuration);
        if (!line.find()) {
            throw new IllegalArgumentException("no constant " + constant);
        }
        return line.replaceFirst("$1" + Matcher.quoteReplacement(value));
    }
}
