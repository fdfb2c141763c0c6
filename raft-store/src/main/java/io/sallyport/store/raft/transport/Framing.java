package io.sallyport.store.raft.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;

/** Cuts a connection's bytes into frames. */
final class Framing {

    private Framing() {}

    static ChannelPipeline of(Channel fresh) {
        return fresh.pipeline()
                .addLast(
                        new LengthFieldBasedFrameDecoder(
                                Frame.BYTES_MAX, 0, Integer.BYTES, 0, Integer.BYTES));
    }
}
