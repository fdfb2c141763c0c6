package io.sallyport.store.raft.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.apache.ratis.thirdparty.com.google.protobuf.CodedInputStream;
import org.apache.ratis.thirdparty.com.google.protobuf.CodedOutputStream;
import org.apache.ratis.thirdparty.com.google.protobuf.MessageLite;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/**
 * A message between two stores.
 *
 * <pre>
 * | length 4 | kind 1 | call 8 | body ...
 *   length  of all that follows; checked before memory is taken
 *   call    chosen by who asks, repeated in the answer
 *   body    Ratis' own message for that kind; a text in HELLO and FAILED; nothing in PING
 * </pre>
 */
final class Frame {

    /** First on a connection: the words that both ends speak. */
    static final int HELLO = 0;

    static final int APPEND = 1;
    static final int VOTE = 2;
    static final int SNAPSHOT = 3;
    static final int ELECT = 4;
    static final int PING = 5;
    static final int DONE = 64;
    static final int FAILED = 65;

    /** Changes with the meaning of any frame. */
    static final String VERSION = "sallyport-raft-1";

    /** A piece of a checkpoint is the longest that comes. */
    static final int BYTES_MAX = 128 << 20;

    /** A greeting is short. */
    static final int HELLO_BYTES_MAX = 256;

    private static final int HEADER_BYTES = Integer.BYTES + 1 + Long.BYTES;

    private Frame() {}

    static ByteBuf of(ByteBufAllocator allocator, int kind, long call, MessageLite body) {
        int size = body.getSerializedSize();
        ByteBuf frame = head(allocator, kind, call, size);
        try {
            CodedOutputStream out =
                    CodedOutputStream.newInstance(frame.nioBuffer(HEADER_BYTES, size));
            body.writeTo(out);
            out.flush();
        } catch (IOException e) {
            frame.release();
            throw new UncheckedIOException("a buffer of the right size was too small", e);
        }
        return frame.writerIndex(HEADER_BYTES + size);
    }

    static ByteBuf of(ByteBufAllocator allocator, int kind, long call, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return head(allocator, kind, call, bytes.length).writeBytes(bytes);
    }

    private static ByteBuf head(ByteBufAllocator allocator, int kind, long call, int size) {
        return allocator
                .directBuffer(HEADER_BYTES + size)
                .writeInt(HEADER_BYTES - Integer.BYTES + size)
                .writeByte(kind)
                .writeLong(call);
    }

    static String text(ByteBuf rest) {
        return rest.toString(StandardCharsets.UTF_8);
    }

    /** The body, copied once: what is parsed from it are slices of that copy. */
    static CodedInputStream body(ByteBuf rest) {
        CodedInputStream body =
                UnsafeByteOperations.unsafeWrap(ByteBufUtil.getBytes(rest)).newCodedInput();
        body.enableAliasing(true);
        return body;
    }
}
