package io.sallyport.allocator.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import io.sallyport.net.Protocol;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class WireReaderTest {

    @Test
    void readsWhatWasWritten() {
        byte[] bytes =
                new WireWriter(1)
                        .u8(255)
                        .u16(65_535)
                        .i32(-1)
                        .i64(Long.MIN_VALUE)
                        .flag(true)
                        .bytes(new byte[] {1, 2})
                        .text("grüße")
                        .list(List.of(1, 2, 3), WireWriter::u16)
                        .optional(Optional.of("x"), WireWriter::text)
                        .optional(Optional.<String>empty(), WireWriter::text)
                        .address(IpAddress.parse("192.0.2.1"))
                        .endpoint(Endpoint.parse("[2001:db8::1]:80"))
                        .prefix(IpPrefix.parse("10.0.0.0/8"))
                        .protocol(Protocol.UDP)
                        .toBytes();
        WireReader in = new WireReader(ByteBuffer.wrap(bytes));
        assertThat(in.u8()).isEqualTo(255);
        assertThat(in.u16()).isEqualTo(65_535);
        assertThat(in.i32()).isEqualTo(-1);
        assertThat(in.i64()).isEqualTo(Long.MIN_VALUE);
        assertThat(in.flag()).isTrue();
        assertThat(in.bytes(2)).containsExactly(1, 2);
        assertThat(in.text(100)).isEqualTo("grüße");
        assertThat(in.list(3, WireReader::u16)).containsExactly(1, 2, 3);
        assertThat(in.optional(reader -> reader.text(1))).contains("x");
        assertThat(in.optional(reader -> reader.text(1))).isEmpty();
        assertThat(in.address()).hasToString("192.0.2.1");
        assertThat(in.endpoint()).hasToString("[2001:db8::1]:80");
        assertThat(in.prefix()).hasToString("10.0.0.0/8");
        assertThat(in.protocol()).isEqualTo(Protocol.UDP);
        in.end();
    }

    @Test
    void takesNoMemoryForALengthThatIsNotThere() {
        byte[] huge = new WireWriter().i32(Integer.MAX_VALUE).toBytes();
        byte[] negative = new WireWriter().i32(-1).toBytes();
        for (byte[] bytes : List.of(huge, negative)) {
            refused(bytes, in -> in.bytes(Integer.MAX_VALUE));
            refused(bytes, in -> in.text(Integer.MAX_VALUE));
            refused(bytes, in -> in.list(Integer.MAX_VALUE, WireReader::u8));
        }
        refused(new byte[3], in -> in.raw(Integer.MAX_VALUE));
    }

    @Test
    void refusesWhatIsLongerThanTheCallerAccepts() {
        byte[] five = new WireWriter().text("12345").toBytes();
        refused(five, in -> in.text(4));
        refused(five, in -> in.bytes(4));
        String text = WireReader.whole(five, in -> in.text(5));
        assertThat(text).isEqualTo("12345");
    }

    @Test
    void refusesEverythingThatHasASecondForm() {
        refused(new byte[] {2}, WireReader::flag);
        refused(new WireWriter().bytes(new byte[] {(byte) 0xff}).toBytes(), in -> in.text(9));
        byte[] mapped = new WireWriter().u8(6).i64(0).i64(0xffff_0000_0001L).toBytes();
        refused(mapped, WireReader::address);
        byte[] hostBits = new WireWriter().address(IpAddress.parse("10.0.0.1")).u8(8).toBytes();
        refused(hostBits, WireReader::prefix);
        refused(new byte[] {5, 0, 0, 0, 0}, WireReader::address);
    }

    @Test
    void refusesBytesThatEndTooSoonOrTooLate() {
        refused(new byte[0], WireReader::u8);
        refused(new byte[1], WireReader::u16);
        refused(new byte[3], WireReader::i32);
        refused(new byte[7], WireReader::i64);
        refused(new byte[2], WireReader::u8);
    }

    @Test
    void writesOnlyWhatFits() {
        assertThatThrownBy(() -> new WireWriter().u8(256))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new WireWriter().u16(-1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static void refused(byte[] bytes, Function<WireReader, ?> body) {
        assertThatThrownBy(() -> WireReader.whole(bytes, body)).isInstanceOf(WireException.class);
    }
}
