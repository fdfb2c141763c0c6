package io.sallyport.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TwinsTest {

    private static byte[] frame() throws Exception {
        Twins.Sender sender = new Twins.Sender();
        sender.inside = "10.0.1.11";
        sender.to = "198.51.100.11";
        sender.vni = 0x10203;
        sender.mac = "02:00:00:00:00:01";
        sender.gatewayMac = "02:00:00:00:00:02";
        return sender.frame(40_000, "seven");
    }

    @Test
    void itsLengthsAreWhatItIsLong() throws Exception {
        ByteBuffer frame = ByteBuffer.wrap(frame());
        assertThat(frame.getShort(22 + 2)).isEqualTo((short) (frame.limit() - 22));
        assertThat(frame.getShort(42 + 4)).isEqualTo((short) (frame.limit() - 42));
        assertThat(frame.getInt(4) >>> 8).isEqualTo(0x10203);
        assertThat(frame.getShort(42) & 0xffff).isEqualTo(40_000);
        byte[] text = Arrays.copyOfRange(frame.array(), 50, frame.limit());
        assertThat(new String(text, StandardCharsets.US_ASCII)).isEqualTo("seven");
    }

    @Test
    void itsHeaderSumsUp() throws Exception {
        ByteBuffer frame = ByteBuffer.wrap(frame());
        int sum = 0;
        for (int at = 22; at < 42; at += 2) {
            sum += frame.getShort(at) & 0xffff;
        }
        assertThat((sum & 0xffff) + (sum >>> 16)).isEqualTo(0xffff);
    }
}
