package io.sallyport.flowlogs.export;

import io.sallyport.ids.FlowLogId;
import io.sallyport.ids.NodeId;
import io.sallyport.ids.TenantId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * All that a file of the spool needs to become an object, whatever became of its subscription and
 * of the configuration since: the first record of the file.
 *
 * @param region as the object's name shows it
 * @param periodSeconds Unix time at which the delivery period begins; its lines end within it
 * @param periodLength seconds
 * @param sequence orders the files of one spool; never used twice by a node
 */
record SegmentHeader(
        NodeId node,
        TenantId account,
        FlowLogId flowLog,
        String bucket,
        String prefix,
        String region,
        long periodSeconds,
        long periodLength,
        long sequence) {

    private static final int VERSION = 1;

    long periodEnd() {
        return periodSeconds + periodLength;
    }

    byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeUTF(node.value());
            out.writeUTF(account.value());
            out.writeUTF(flowLog.value());
            out.writeUTF(bucket);
            out.writeUTF(prefix);
            out.writeUTF(region);
            out.writeLong(periodSeconds);
            out.writeLong(periodLength);
            out.writeLong(sequence);
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    /**
     * @throws IOException where the bytes are no header of a version that we know
     */
    static SegmentHeader decode(byte[] bytes) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readUnsignedByte();
            if (version != VERSION) {
                throw new IOException("spool file of version " + version);
            }
            return new SegmentHeader(
                    new NodeId(in.readUTF()),
                    new TenantId(in.readUTF()),
                    new FlowLogId(in.readUTF()),
                    in.readUTF(),
                    in.readUTF(),
                    in.readUTF(),
                    in.readLong(),
                    in.readLong(),
                    in.readLong());
        } catch (IllegalArgumentException e) {
            throw new IOException("spool file with a broken header", e);
        }
    }
}
