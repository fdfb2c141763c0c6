package io.sallyport.flowlogs.export;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * The other nodes, who must have seen nothing too before a record says that there was nothing. Of
 * those that agree one is told, and it alone writes.
 */
public interface Witnesses {

    /** A node without others. */
    Witnesses NONE =
            new Witnesses() {
                @Override
                public void ask(List<Silence> silences, Consumer<Silence> nobodySaw) {
                    silences.forEach(nobodySaw);
                }

                @Override
                public Duration patience() {
                    return Duration.ZERO;
                }
            };

    /**
     * This node saw nothing. Does not block.
     *
     * @param nobodySaw is told, from any thread, if this is the node that writes; the later start
     *     of all that were looking. Else it is never told
     */
    void ask(List<Silence> silences, Consumer<Silence> nobodySaw);

    /** How long after a window's end the answer may come; later ones are not written. */
    Duration patience();
}
