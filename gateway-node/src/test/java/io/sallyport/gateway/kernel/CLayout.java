package io.sallyport.gateway.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Offsets, sizes and numbers of the C side as clang has them: the section {@code layout} of {@code
 * layout.o}, which {@code src/main/bpf/layout.c} fills with {@code (name 44, value 4)}.
 */
public final class CLayout {

    private static final int NAME = 44;

    private CLayout() {}

    /**
     * By their names in C: {@code connection.eip}, {@code sizeof connection}, {@code PUNT_MISS}.
     */
    public static Map<String, Integer> numbers() {
        ByteBuffer file = ByteBuffer.wrap(bytes()).order(ByteOrder.LITTLE_ENDIAN);
        int headers = (int) file.getLong(40);
        int names = (int) file.getLong(headers + 64 * file.getShort(62) + 24);
        for (int i = 0; i < file.getShort(60); i++) {
            int header = headers + 64 * i;
            if (text(file, names + file.getInt(header)).equals("layout")) {
                return numbers(file, (int) file.getLong(header + 24), file.getInt(header + 32));
            }
        }
        throw new IllegalStateException("no section of layouts");
    }

    private static Map<String, Integer> numbers(ByteBuffer file, int from, int bytes) {
        Map<String, Integer> numbers = new LinkedHashMap<>();
        for (int at = from; at < from + bytes; at += NAME + 4) {
            numbers.put(text(file, at), file.getInt(at + NAME));
        }
        return numbers;
    }

    private static String text(ByteBuffer file, int at) {
        int end = at;
        while (file.get(end) != 0) {
            end++;
        }
        return new String(file.array(), at, end - at, StandardCharsets.US_ASCII);
    }

    private static byte[] bytes() {
        try (InputStream in = CLayout.class.getResourceAsStream("/kernel/layout.o")) {
            return java.util.Objects.requireNonNull(in).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
