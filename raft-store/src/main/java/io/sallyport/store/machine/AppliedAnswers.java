package io.sallyport.store.machine;

import io.sallyport.allocator.wire.WireReader;
import io.sallyport.allocator.wire.WireWriter;
import io.sallyport.store.calls.Answer;
import java.util.List;

/** The answers to one entry's calls, in their order, as the bytes that Raft hands back. */
public final class AppliedAnswers {

    private AppliedAnswers() {}

    public static byte[] encode(List<Answer.Applied> answers) {
        return new WireWriter().list(answers, AppliedAnswers::write).toBytes();
    }

    public static List<Answer.Applied> decode(byte[] bytes) {
        return WireReader.whole(bytes, in -> in.list(Entry.CALLS_MAX, AppliedAnswers::read));
    }

    private static void write(WireWriter writer, Answer.Applied answer) {
        switch (answer) {
            case Answer.Result(byte[] results) -> writer.flag(true).bytes(results);
            case Answer.Forgotten() -> writer.flag(false);
        }
    }

    private static Answer.Applied read(WireReader in) {
        return in.flag() ? new Answer.Result(in.bytes(in.remaining())) : new Answer.Forgotten();
    }
}
