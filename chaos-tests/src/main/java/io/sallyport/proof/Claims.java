package io.sallyport.proof;

import io.sallyport.proof.Claim.Holds;
import io.sallyport.proof.Claim.Needs;
import io.sallyport.proof.Claim.Size;
import io.sallyport.proof.Claim.Spares;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The file of claims: one a line, {@code kind | model | size | rules | bounds | text}. */
final class Claims {

    private static final int COLUMNS = 6;

    private Claims() {}

    static List<Claim> all() {
        return parse(Models.read("claims.txt"));
    }

    static List<Claim> parse(String file) {
        return file.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(Claims::claim)
                .toList();
    }

    private static Claim claim(String line) {
        String[] columns = line.split("\\|", -1);
        if (columns.length != COLUMNS) {
            throw new IllegalArgumentException("not " + COLUMNS + " columns: " + line);
        }
        String model = columns[1].strip();
        Size size = Size.valueOf(columns[2].strip().toUpperCase(Locale.ROOT));
        List<String> rules = words(columns[3]);
        Map<String, String> bounds = bounds(columns[4]);
        String text = columns[5].strip();
        String kind = columns[0].strip();
        if (rules.isEmpty() != kind.equals("holds")) {
            throw new IllegalArgumentException("rules belong to needs and spares: " + line);
        }
        return switch (kind) {
            case "holds" -> new Holds(model, size, bounds, text);
            case "needs" -> new Needs(model, size, rules, bounds, text);
            case "spares" -> new Spares(model, size, rules, bounds, text);
            default -> throw new IllegalArgumentException("no kind of claim: " + line);
        };
    }

    private static List<String> words(String column) {
        return column.isBlank() ? List.of() : List.of(column.strip().split(" +"));
    }

    private static Map<String, String> bounds(String column) {
        Map<String, String> bounds = new LinkedHashMap<>();
        for (String word : words(column)) {
            int equals = word.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("no NAME=VALUE: " + word);
            }
            bounds.put(word.substring(0, equals), word.substring(equals + 1));
        }
        return bounds;
    }
}
