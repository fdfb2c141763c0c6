package io.sallyport.store.raft;

import io.sallyport.store.calls.Answer;
import java.util.List;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/**
 * What the state machine says of one entry's calls, in their order: handed through Ratis to the
 * batcher of the same process, as it is.
 */
record AppliedEntry(List<Answer.Applied> answers) implements Message {

    AppliedEntry {
        answers = List.copyOf(answers);
    }

    /** Nobody but our own front asks, so nothing of it travels. */
    @Override
    public ByteString getContent() {
        return ByteString.EMPTY;
    }
}
