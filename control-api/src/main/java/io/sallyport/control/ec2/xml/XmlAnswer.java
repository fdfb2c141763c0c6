package io.sallyport.control.ec2.xml;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes one XML document. Text may be anything: what markup means is escaped, what XML 1.0 cannot
 * say becomes U+FFFD. What is null is left out, as AWS does.
 */
public final class XmlAnswer {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private final StringBuilder out =
            new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    private final Deque<String> open = new ArrayDeque<>();

    /**
     * @param namespace "" for none
     */
    public XmlAnswer(String root, String namespace) {
        out.append('<').append(root);
        if (!namespace.isEmpty()) {
            out.append(" xmlns=\"").append(namespace).append('"');
        }
        out.append('>');
        open.push(root);
    }

    public XmlAnswer text(String name, @Nullable String value) {
        if (value != null) {
            out.append('<').append(name).append('>');
            value.codePoints().forEach(this::escaped);
            out.append("</").append(name).append('>');
        }
        return this;
    }

    public XmlAnswer number(String name, long value) {
        return text(name, Long.toString(value));
    }

    public XmlAnswer flag(String name, boolean value) {
        return text(name, Boolean.toString(value));
    }

    /** In UTC, with milliseconds. */
    public XmlAnswer time(String name, Instant value) {
        return text(name, TIME.format(value));
    }

    public XmlAnswer in(String name, Consumer<XmlAnswer> body) {
        out.append('<').append(name).append('>');
        open.push(name);
        body.accept(this);
        out.append("</").append(open.pop()).append('>');
        return this;
    }

    /** A list is there also where it is empty. */
    public <T> XmlAnswer set(String name, Iterable<? extends T> items, ItemWriter<? super T> each) {
        return in(
                name,
                set -> {
                    for (T item : items) {
                        set.in("item", xml -> each.write(xml, item));
                    }
                });
    }

    /** A list of plain texts. */
    public XmlAnswer texts(String name, Iterable<String> items) {
        return in(name, set -> items.forEach(item -> set.text("item", item)));
    }

    /** Writes the members of one item. */
    @FunctionalInterface
    public interface ItemWriter<T> {
        void write(XmlAnswer xml, T item);
    }

    /** The document; nothing can be written after it. */
    public String end() {
        return out.append("</").append(open.pop()).append('>').toString();
    }

    private void escaped(int c) {
        switch (c) {
            case '<' -> out.append("&lt;");
            case '>' -> out.append("&gt;");
            case '&' -> out.append("&amp;");
            case '"' -> out.append("&quot;");
            case '\'' -> out.append("&apos;");
            case '\r' -> out.append("&#xD;"); // a reader would make it a line feed
            case '\t' -> out.append("&#x9;");
            case '\n' -> out.append("&#xA;");
            default -> out.appendCodePoint(isText(c) ? c : 0xfffd);
        }
    }

    private static boolean isText(int c) {
        return (c >= 0x20 && c <= 0xd7ff) || (c >= 0xe000 && c <= 0xfffd) || c >= 0x10000;
    }
}
