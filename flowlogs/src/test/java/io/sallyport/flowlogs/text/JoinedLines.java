package io.sallyport.flowlogs.text;

import io.sallyport.flowlogs.format.JoinedFormat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Joined lines as tests write them, and files that count what is read of them. */
public final class JoinedLines {

    private JoinedLines() {}

    /** Of some EIPs' ports, a few that say that records are missing, a few without an EIP. */
    public static List<String> random(Random random, int lines) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < lines; i++) {
            int kind = random.nextInt(500);
            if (kind == 0) {
                all.add(of("-", "-", i, "SKIPDATA"));
            } else if (kind < 100) {
                all.add(of("-", "-", i, "OK"));
            } else {
                String eip = random.nextInt(9) == 0 ? "2001:db8::7" : "198.51.100." + kind % 9;
                all.add(of(eip, Integer.toString(1024 + random.nextInt(300)), i, "OK"));
            }
        }
        return all;
    }

    private static String of(String eip, String port, int number, String status) {
        return "1 123456789012 vpc-1 nat-1 node-1 out 6 10.0.0.1 5000 "
                + eip
                + " "
                + port
                + " 203.0.113.5 443 "
                + number
                + " 40 0 0 0 0 0 2 ACCEPT - - "
                + status;
    }

    public static byte[] text(List<String> lines) {
        return (JoinedFormat.INSTANCE.header() + "\n" + String.join("\n", lines) + "\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** What a question about that port has to be told. */
    public static List<String> about(List<String> lines, String eip, int port) {
        return lines.stream()
                .filter(it -> it.contains(" " + eip + " " + port + " ") || it.endsWith(" SKIPDATA"))
                .toList();
    }

    public static final class Counted implements StoredBytes {
        private final byte[] bytes;
        public long read;
        public int requests;

        public Counted(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public long length() {
            return bytes.length;
        }

        @Override
        public byte[] read(long from, int length) {
            read += length;
            requests++;
            return java.util.Arrays.copyOfRange(bytes, (int) from, (int) from + length);
        }
    }
}
