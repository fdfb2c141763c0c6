package io.sallyport.allocator.wire;

import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import io.sallyport.net.Ipv4;
import io.sallyport.net.Ipv6;
import io.sallyport.net.Protocol;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads what {@link WireWriter} wrote, strictly: every length is checked against what is left
 * before memory is taken, and each value has one form only. One thread at a time.
 *
 * <p>Every method throws {@link WireException} where the bytes do not fit.
 */
public final class WireReader {

    private final ByteBuffer buffer;

    public WireReader(byte[] bytes) {
        buffer = ByteBuffer.wrap(bytes);
    }

    /** Reads from the buffer's position to its limit; the buffer itself is not moved. */
    public WireReader(ByteBuffer bytes) {
        buffer = bytes.slice();
    }

    /**
     * Reads one value that takes up all of the bytes.
     *
     * @throws WireException also where a constructor refuses what was read, or bytes are left
     */
    public static <T> T whole(byte[] bytes, Function<WireReader, T> body) {
        WireReader reader = new WireReader(bytes);
        try {
            T value = body.apply(reader);
            reader.end();
            return value;
        } catch (IllegalArgumentException e) {
            throw new WireException(String.valueOf(e.getMessage()), e);
        }
    }

    private void need(int count) {
        if (count > buffer.remaining()) {
            throw new WireException(
                    count + " bytes are needed and " + buffer.remaining() + " are left");
        }
    }

    /** 0 to 255. */
    public int u8() {
        need(1);
        return buffer.get() & 0xff;
    }

    /** 0 to 65535. */
    public int u16() {
        need(2);
        return buffer.getShort() & 0xffff;
    }

    public int i32() {
        need(4);
        return buffer.getInt();
    }

    public long i64() {
        need(8);
        return buffer.getLong();
    }

    public boolean flag() {
        int value = u8();
        if (value > 1) {
            throw new WireException("a flag is 0 or 1, not " + value);
        }
        return value == 1;
    }

    /** A version or type byte that must be this one. */
    public WireReader expect(int value, String what) {
        int found = u8();
        if (found != value) {
            throw new WireException(what + " is " + found + ", known is " + value);
        }
        return this;
    }

    /**
     * @param most the longest that is accepted, in bytes
     */
    public byte[] bytes(int most) {
        return raw(count(most, "length"));
    }

    /** As many bytes as that, without a length before them. */
    public byte[] raw(int count) {
        need(count);
        byte[] value = new byte[count];
        buffer.get(value);
        return value;
    }

    /**
     * @param most the longest that is accepted, in bytes of UTF-8
     */
    public String text(int most) {
        byte[] value = bytes(most);
        if (isAscii(value)) {
            return new String(value, StandardCharsets.US_ASCII);
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
        } catch (CharacterCodingException e) {
            throw new WireException("text that is not UTF-8", e);
        }
    }

    private static boolean isAscii(byte[] value) {
        for (byte each : value) {
            if (each < 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * @param most how many items are accepted; each takes one byte at least
     */
    public <T> List<T> list(int most, Function<WireReader, ? extends T> item) {
        int count = count(most, "count");
        List<T> items = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            items.add(item.apply(this));
        }
        return items;
    }

    private int count(int most, String what) {
        int count = i32();
        if (count < 0 || count > most || count > buffer.remaining()) {
            throw new WireException(
                    what
                            + " "
                            + count
                            + " is over "
                            + most
                            + " or "
                            + buffer.remaining()
                            + " left");
        }
        return count;
    }

    public <T> Optional<T> optional(Function<WireReader, T> present) {
        return flag() ? Optional.of(present.apply(this)) : Optional.empty();
    }

    public IpAddress address() {
        int family = u8();
        return switch (family) {
            case 4 -> new Ipv4(i32());
            case 6 -> {
                long high = i64();
                yield new Ipv6(high, i64());
            }
            default -> throw new WireException("address family " + family + " is not 4 or 6");
        };
    }

    public Endpoint endpoint() {
        IpAddress address = address();
        return new Endpoint(address, u16());
    }

    public IpPrefix prefix() {
        IpAddress address = address();
        IpPrefix prefix = new IpPrefix(address, u8());
        if (!prefix.address().equals(address)) {
            throw new WireException("a prefix with host bits");
        }
        return prefix;
    }

    public Protocol protocol() {
        return new Protocol(u8());
    }

    /** Bytes not yet read. */
    public int remaining() {
        return buffer.remaining();
    }

    public void end() {
        if (buffer.hasRemaining()) {
            throw new WireException(buffer.remaining() + " bytes after the end");
        }
    }
}
