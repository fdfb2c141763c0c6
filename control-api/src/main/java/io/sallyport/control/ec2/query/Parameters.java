package io.sallyport.control.ec2.query;

import io.sallyport.control.ec2.errors.Ec2Error;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The parameters of a request, or of one item of a list in it. Lists are flat: {@code Name.1},
 * {@code Name.2}; their order is that of their numbers.
 */
public final class Parameters {

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,6}");

    private final TreeMap<String, String> values;

    private Parameters(TreeMap<String, String> values) {
        this.values = values;
    }

    /**
     * @param encoded each {@code application/x-www-form-urlencoded}
     * @throws Ec2Error where one is not that, or says a name twice
     */
    public static Parameters parse(String... encoded) {
        TreeMap<String, String> values = new TreeMap<>();
        for (String form : encoded) {
            for (String pair : form.split("&", -1)) {
                if (!pair.isEmpty()) {
                    int equals = pair.indexOf('=');
                    String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
                    String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
                    if (values.put(name, value) != null) {
                        throw malformed(
                                "the parameter " + Ec2Error.shortened(name) + " is there twice");
                    }
                }
            }
        }
        return new Parameters(values);
    }

    private static String decoded(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
                int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    throw malformed("a % is not followed by two hexadecimal digits");
                }
                bytes.write(high << 4 | low);
                i += 2;
            } else if (c < 0x80) {
                bytes.write(c == '+' ? ' ' : c);
            } else {
                throw malformed("a character beyond ASCII is not encoded");
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw malformed("it is not UTF-8");
        }
    }

    private static Ec2Error malformed(String why) {
        return new Ec2Error("InvalidQueryParameter", "The query string is malformed: " + why + ".");
    }

    /** The names, as they were sent. */
    public Set<String> names() {
        return values.keySet();
    }

    /** The name with its numbers as N, as operations declare it. */
    public static String declared(String name) {
        StringBuilder declared = new StringBuilder();
        for (String part : name.split("\\.", -1)) {
            declared.append(declared.isEmpty() ? "" : ".")
                    .append(NUMBER.matcher(part).matches() ? "N" : part);
        }
        return declared.toString();
    }

    /** An empty value is as none, as clients send it for what was not said. */
    public Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name)).filter(value -> !value.isEmpty());
    }

    /** Also where it is empty. */
    public Optional<String> textOrEmpty(String name) {
        return Optional.ofNullable(values.get(name));
    }

    public String required(String name) {
        return text(name).orElseThrow(() -> Ec2Error.missing(name));
    }

    public Optional<Boolean> flag(String name) {
        return text(name)
                .map(value ->
                        switch (value) {
                            case "true" -> true;
                            case "false" -> false;
                            default -> throw Ec2Error.invalid(name, value, "Use true or false.");
                        });
    }

    public boolean isSet(String name) {
        return flag(name).orElse(false);
    }

    public Optional<Integer> number(String name, int least, int most) {
        return text(name)
                .map(value -> {
                    if (value.matches("-?[0-9]{1,9}")) {
                        int number = Integer.parseInt(value);
                        if (number >= least && number <= most) {
                            return number;
                        }
                    }
                    throw Ec2Error.invalid(
                            name, value, "It must be a number from " + least + " to " + most + ".");
                });
    }

    /** The texts of a flat list. */
    public List<String> list(String name) {
        return items(name).stream().flatMap(item -> item.textOrEmpty("").stream()).toList();
    }

    /**
     * The items of a list of structures: each has the parameters below its number, by what is left
     * of their names; {@code ""} for the item itself.
     */
    public List<Parameters> items(String name) {
        String below = name + ".";
        TreeMap<Integer, TreeMap<String, String>> items = new TreeMap<>();
        for (Map.Entry<String, String> entry : values.tailMap(below).entrySet()) {
            if (!entry.getKey().startsWith(below)) {
                break;
            }
            String rest = entry.getKey().substring(below.length());
            int dot = rest.indexOf('.');
            String number = dot < 0 ? rest : rest.substring(0, dot);
            if (NUMBER.matcher(number).matches()) {
                String former =
                        items.computeIfAbsent(Integer.valueOf(number), n -> new TreeMap<>())
                                .put(dot < 0 ? "" : rest.substring(dot + 1), entry.getValue());
                if (former != null) {
                    throw malformed("the parameter " + name + "." + number + " is there twice");
                }
            }
        }
        List<Parameters> found = new ArrayList<>();
        items.values().forEach(item -> found.add(new Parameters(item)));
        return found;
    }
}
