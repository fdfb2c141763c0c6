package io.sallyport.allocator.wire;

import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import io.sallyport.net.Ipv4;
import io.sallyport.net.Ipv6;
import io.sallyport.net.Protocol;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Writes values into bytes that {@link WireReader} reads back; equal values give equal bytes. One
 * thread at a time.
 *
 * <pre>
 * u8 u16 i32 i64   1, 2, 4, 8 bytes, big-endian
 * flag             u8: 0 or 1
 * bytes, text      i32 length, then the bytes (text in UTF-8)
 * list             i32 count, then the items
 * optional         flag, then the value
 * address          u8 4 or 6, then 4 or 16 bytes in network order
 * endpoint         address, u16 port        prefix   address, u8 length
 * protocol         u8
 * </pre>
 */
public final class WireWriter {

    private static final VarHandle SHORT = view(short[].class);
    private static final VarHandle INT = view(int[].class);
    private static final VarHandle LONG = view(long[].class);

    private byte[] buffer;
    private int length;

    private static VarHandle view(Class<?> as) {
        return MethodHandles.byteArrayViewVarHandle(as, ByteOrder.BIG_ENDIAN);
    }

    public WireWriter() {
        this(128);
    }

    /**
     * @param expected bytes to reserve; a hint only
     */
    public WireWriter(int expected) {
        buffer = new byte[Math.max(16, expected)];
    }

    private int reserve(int count) {
        int at = length;
        int needed = Math.addExact(at, count);
        if (needed > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(needed, Math.multiplyExact(buffer.length, 2)));
        }
        length = needed;
        return at;
    }

    /**
     * @param value 0 to 255
     * @throws IllegalArgumentException where it is not
     */
    public WireWriter u8(int value) {
        byte checked = (byte) checkedRange(value, 0xff);
        int at = reserve(1);
        buffer[at] = checked;
        return this;
    }

    /**
     * @param value 0 to 65535
     * @throws IllegalArgumentException where it is not
     */
    public WireWriter u16(int value) {
        short checked = (short) checkedRange(value, 0xffff);
        int at = reserve(2);
        SHORT.set(buffer, at, checked);
        return this;
    }

    private static int checkedRange(int value, int most) {
        if (value < 0 || value > most) {
            throw new IllegalArgumentException(value + " is not 0 to " + most);
        }
        return value;
    }

    public WireWriter i32(int value) {
        int at = reserve(4);
        INT.set(buffer, at, value);
        return this;
    }

    public WireWriter i64(long value) {
        int at = reserve(8);
        LONG.set(buffer, at, value);
        return this;
    }

    public WireWriter flag(boolean value) {
        return u8(value ? 1 : 0);
    }

    public WireWriter bytes(byte[] value) {
        i32(value.length);
        return raw(value);
    }

    /** The bytes alone, without a length: for fields whose length is fixed. */
    public WireWriter raw(byte[] value) {
        int at = reserve(value.length);
        System.arraycopy(value, 0, buffer, at, value.length);
        return this;
    }

    public WireWriter text(String value) {
        return bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    /** The caller gives the items in an order that equal values share. */
    public <T> WireWriter list(List<T> items, BiConsumer<WireWriter, ? super T> item) {
        i32(items.size());
        items.forEach(each -> item.accept(this, each));
        return this;
    }

    public <T> WireWriter optional(Optional<T> value, BiConsumer<WireWriter, ? super T> present) {
        flag(value.isPresent());
        value.ifPresent(each -> present.accept(this, each));
        return this;
    }

    public WireWriter address(IpAddress value) {
        return switch (value) {
            case Ipv4 v4 -> u8(4).i32(v4.value());
            case Ipv6 v6 -> u8(6).i64(v6.high()).i64(v6.low());
        };
    }

    public WireWriter endpoint(Endpoint value) {
        return address(value.address()).u16(value.port());
    }

    public WireWriter prefix(IpPrefix value) {
        return address(value.address()).u8(value.length());
    }

    public WireWriter protocol(Protocol value) {
        return u8(value.number());
    }

    /** How many bytes were written so far. */
    public int length() {
        return length;
    }

    /** Begins anew, in the same memory. */
    public void clear() {
        length = 0;
    }

    /** What was written so far; a fresh array. */
    public byte[] toBytes() {
        return Arrays.copyOf(buffer, length);
    }
}
