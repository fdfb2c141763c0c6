package io.sallyport.gateway.dataplane;

import io.sallyport.net.IpAddress;
import java.util.Arrays;

/**
 * IP packets as byte arrays, in the plainest way: built field by field, checksums from scratch. The
 * judge of the fast code, so it shares none with it.
 */
final class Naive {

    /** Where TCP streams are, unless {@link #numbered}; clients have the higher port. */
    static final long CLIENTS = 0x11223344L;

    static final long REMOTES = 0x55667788L;

    private Naive() {}

    static int u8(byte[] b, int at) {
        return b[at] & 0xff;
    }

    static int u16(byte[] b, int at) {
        return u8(b, at) << 8 | u8(b, at + 1);
    }

    static void put16(byte[] b, int at, int value) {
        b[at] = (byte) (value >>> 8);
        b[at + 1] = (byte) value;
    }

    static void put32(byte[] b, int at, long value) {
        put16(b, at, (int) (value >>> 16));
        put16(b, at + 2, (int) value);
    }

    /** One's complement sum of a range, folded. */
    static int sum(byte[] b, int from, int to, int start) {
        long sum = start;
        for (int i = from; i < to; i++) {
            sum += (i - from) % 2 == 0 ? (long) u8(b, i) << 8 : u8(b, i);
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (int) sum;
    }

    static boolean isV4(byte[] p) {
        return u8(p, 0) >>> 4 == 4;
    }

    static int protocol(byte[] p) {
        return isV4(p) ? u8(p, 9) : u8(p, 6) == 44 ? u8(p, 40) : u8(p, 6);
    }

    static int transport(byte[] p) {
        return isV4(p) ? (u8(p, 0) & 15) * 4 : u8(p, 6) == 44 ? 48 : 40;
    }

    static IpAddress source(byte[] p) {
        return IpAddress.of(isV4(p) ? Arrays.copyOfRange(p, 12, 16) : Arrays.copyOfRange(p, 8, 24));
    }

    static IpAddress target(byte[] p) {
        return IpAddress.of(
                isV4(p) ? Arrays.copyOfRange(p, 16, 20) : Arrays.copyOfRange(p, 24, 40));
    }

    static int checksumAt(byte[] p) {
        int protocol = protocol(p);
        return transport(p) + (protocol == 6 ? 16 : protocol == 17 ? 6 : 2);
    }

    /** Sum over pseudo-header and transport as it stands: 0xffff where the checksum is right. */
    static int residue(byte[] p) {
        int start = transport(p);
        int length = p.length - start;
        int pseudo = 0;
        if (protocol(p) != 1) {
            pseudo = isV4(p) ? sum(p, 12, 20, 0) : sum(p, 8, 40, 0);
            pseudo = pseudo + protocol(p) + length;
        }
        int sum = sum(p, start, p.length, pseudo);
        return sum == 0 ? 0xffff : sum;
    }

    static byte[] fixTransport(byte[] p) {
        int at = checksumAt(p);
        put16(p, at, 0);
        int residue = residue(p);
        int checksum = ~residue & 0xffff;
        put16(p, at, checksum == 0 && protocol(p) == 17 ? 0xffff : checksum);
        return p;
    }

    static byte[] fixHeader(byte[] p) {
        if (isV4(p)) {
            put16(p, 10, 0);
            put16(p, 10, ~sum(p, 0, (u8(p, 0) & 15) * 4, 0) & 0xffff);
        }
        return p;
    }

    static byte[] ip(IpAddress source, IpAddress target, int protocol, int ttl, byte[] payload) {
        byte[] p;
        if (source.isV4()) {
            p = new byte[20 + payload.length];
            p[0] = 0x45;
            put16(p, 2, p.length);
            put16(p, 4, 0x1234);
            put16(p, 6, 0x4000);
            p[8] = (byte) ttl;
            p[9] = (byte) protocol;
            System.arraycopy(source.bytes(), 0, p, 12, 4);
            System.arraycopy(target.bytes(), 0, p, 16, 4);
        } else {
            p = new byte[40 + payload.length];
            p[0] = 0x60;
            put16(p, 4, payload.length);
            p[6] = (byte) protocol;
            p[7] = (byte) ttl;
            System.arraycopy(source.bytes(), 0, p, 8, 16);
            System.arraycopy(target.bytes(), 0, p, 24, 16);
        }
        System.arraycopy(payload, 0, p, p.length - payload.length, payload.length);
        return fixHeader(p);
    }

    static byte[] udp(
            IpAddress source, int sourcePort, IpAddress target, int targetPort, byte[] data) {
        byte[] u = new byte[8 + data.length];
        put16(u, 0, sourcePort);
        put16(u, 2, targetPort);
        put16(u, 4, u.length);
        System.arraycopy(data, 0, u, 8, data.length);
        return fixTransport(ip(source, target, 17, 64, u));
    }

    static byte[] tcp(
            IpAddress source,
            int sourcePort,
            IpAddress target,
            int targetPort,
            int flags,
            byte[] options,
            byte[] data) {
        byte[] t = new byte[20 + options.length + data.length];
        put16(t, 0, sourcePort);
        put16(t, 2, targetPort);
        boolean fromClient = sourcePort > targetPort;
        put32(t, 4, fromClient ? CLIENTS : REMOTES);
        put32(t, 8, fromClient ? REMOTES : CLIENTS);
        t[12] = (byte) ((20 + options.length) / 4 << 4);
        t[13] = (byte) flags;
        put16(t, 14, 0x7210);
        System.arraycopy(options, 0, t, 20, options.length);
        System.arraycopy(data, 0, t, 20 + options.length, data.length);
        return fixTransport(ip(source, target, 6, 64, t));
    }

    /** A TCP packet with these numbers. */
    static byte[] numbered(byte[] packet, long sequence, long acknowledgement) {
        byte[] numbered = packet.clone();
        int tcp = packet[0] >>> 4 == 4 ? 20 : 40;
        put32(numbered, tcp + 4, sequence);
        put32(numbered, tcp + 8, acknowledgement);
        return fixTransport(numbered);
    }

    static byte[] echo(IpAddress source, IpAddress target, boolean request, int id, byte[] data) {
        boolean v4 = source.isV4();
        byte[] i = new byte[8 + data.length];
        i[0] = (byte) (v4 ? (request ? 8 : 0) : (request ? 128 : 129));
        put16(i, 4, id);
        put16(i, 6, 7);
        System.arraycopy(data, 0, i, 8, data.length);
        return fixTransport(ip(source, target, v4 ? 1 : 58, 64, i));
    }

    /** An ICMP error that quotes a packet. */
    static byte[] error(
            IpAddress source, IpAddress target, int type, int code, int rest, byte[] quoted) {
        byte[] i = new byte[8 + quoted.length];
        i[0] = (byte) type;
        i[1] = (byte) code;
        put32(i, 4, rest);
        System.arraycopy(quoted, 0, i, 8, quoted.length);
        return fixTransport(ip(source, target, source.isV4() ? 1 : 58, 64, i));
    }

    /** Address and port replaced, TTL one less, all checksums anew. */
    static byte[] translate(byte[] packet, boolean outward, IpAddress address, int port) {
        byte[] p = packet.clone();
        byte[] bytes = address.bytes();
        int at = isV4(p) ? (outward ? 12 : 16) : (outward ? 8 : 24);
        System.arraycopy(bytes, 0, p, at, bytes.length);
        p[isV4(p) ? 8 : 7]--;
        int protocol = protocol(p);
        boolean icmp = protocol == 1 || protocol == 58;
        put16(p, transport(p) + (icmp ? 4 : outward ? 0 : 2), port);
        boolean none = protocol == 17 && u16(packet, checksumAt(packet)) == 0;
        return none ? fixHeader(p) : fixTransport(fixHeader(p));
    }

    /** IPv4 fragments of a packet, {@code size} payload bytes each (a multiple of 8). */
    static java.util.List<byte[]> fragments(byte[] p, int size) {
        java.util.List<byte[]> all = new java.util.ArrayList<>();
        int payload = p.length - (isV4(p) ? 20 : 40);
        for (int done = 0; done < payload; done += size) {
            int part = Math.min(size, payload - done);
            boolean more = done + part < payload;
            byte[] f;
            if (isV4(p)) {
                f = Arrays.copyOf(p, 20 + part);
                System.arraycopy(p, 20 + done, f, 20, part);
                put16(f, 2, f.length);
                put16(f, 6, done / 8 | (more ? 0x2000 : 0));
            } else {
                f = Arrays.copyOf(p, 48 + part);
                f[6] = 44;
                put16(f, 4, 8 + part);
                f[40] = p[6];
                f[41] = 0;
                put16(f, 42, done | (more ? 1 : 0));
                put32(f, 44, 0xabcd);
                System.arraycopy(p, 40 + done, f, 48, part);
            }
            all.add(fixHeader(f));
        }
        return all;
    }

    static byte[] frame(long targetMac, long sourceMac, byte[] packet) {
        byte[] f = new byte[14 + packet.length];
        put16(f, 0, (int) (targetMac >>> 32));
        put32(f, 2, targetMac);
        put16(f, 6, (int) (sourceMac >>> 32));
        put32(f, 8, sourceMac);
        put16(f, 12, isV4(packet) ? 0x0800 : 0x86dd);
        System.arraycopy(packet, 0, f, 14, packet.length);
        return f;
    }
}
