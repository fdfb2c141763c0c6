package io.sallyport.store.raft.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;

/** Cuts a connection's bytes into frames. */
final class Framing {

    private static final String NAME = "frames";

    private Framing() {}

    /** For who asks: answers may be as long as any frame. */
    static ChannelPipeline of(Channel fresh) {
        return fresh.pipeline().addLast(NAME, upTo(Frame.BYTES_MAX));
    }

    /** For who is asked: a stranger's frame is a greeting, and no longer. */
    static ChannelPipeline ofStranger(Channel fresh) {
        return fresh.pipeline().addLast(NAME, upTo(Frame.HELLO_BYTES_MAX));
    }

    /** It has greeted. */
    static void known(ChannelPipeline pipeline) {
        pipeline.replace(NAME, NAME, upTo(Frame.BYTES_MAX));
    }

    private static LengthFieldBasedFrameDecoder upTo(int most) {
        return new LengthFieldBasedFrameDecoder(most, 0, Integer.BYTES, 0, Integer.BYTES);
    }
}
