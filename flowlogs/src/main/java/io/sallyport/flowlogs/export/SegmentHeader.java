package io.sallyport.flowlogs.export;

import io.sallyport.flowlogs.format.AwsFormat;
import io.sallyport.flowlogs.format.RecordFormat;
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
 * @param format of its lines
 * @param periodSeconds Unix time at which the delivery period begins; its lines end within it
 * @param periodLength seconds
 * @param sequence orders the files of one spool; never used twice by a node
 */
record SegmentHeader(
        NodeId node,
        TenantId account,
        FlowLogId flowLog,
        Destination destination,
        RecordFormat format,
        String region,
        long periodSeconds,
        long periodLength,
        long sequence) {

    /** The first had AWS' default lines and plain text only. */
    private static final int FIRST = 1;

    private static final int VERSION = 2;

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
            out.writeUTF(destination.bucket());
            out.writeUTF(destination.prefix());
            out.writeUTF(region);
            out.writeLong(periodSeconds);
            out.writeLong(periodLength);
            out.writeLong(sequence);
            out.writeUTF(format.text());
            out.writeByte(destination.format().ordinal());
            out.writeBoolean(destination.hive());
            out.writeBoolean(destination.perHour());
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
            if (version != FIRST && version != VERSION) {
                throw new IOException("spool file of version " + version);
            }
            NodeId node = new NodeId(in.readUTF());
            TenantId account = new TenantId(in.readUTF());
            FlowLogId flowLog = new FlowLogId(in.readUTF());
            String bucket = in.readUTF();
            String prefix = in.readUTF();
            String region = in.readUTF();
            long periodSeconds = in.readLong();
            long periodLength = in.readLong();
            long sequence = in.readLong();
            RecordFormat format = version == FIRST ? AwsFormat.DEFAULT : format(in.readUTF());
            Destination destination =
                    version == FIRST
                            ? new Destination(bucket, prefix, FileFormat.PLAIN_TEXT, false, false)
                            : new Destination(
                                    bucket,
                                    prefix,
                                    FileFormat.of(in.readUnsignedByte()),
                                    in.readBoolean(),
                                    in.readBoolean());
            return new SegmentHeader(
                    node,
                    account,
                    flowLog,
                    destination,
                    format,
                    region,
                    periodSeconds,
                    periodLength,
                    sequence);
        } catch (IllegalArgumentException e) {
            throw new IOException("spool file with a broken header", e);
        }
    }

    private static RecordFormat format(String text) {
        return RecordFormat.parse(text)
                .orElseThrow(() -> new IllegalArgumentException("no format: " + text));
    }
}
