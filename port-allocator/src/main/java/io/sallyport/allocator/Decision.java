package io.sallyport.allocator;

import java.util.List;

/** What the law says to a command: what changes, in order, and what is answered. */
public record Decision(List<AllocatorChange> changes, AllocatorResult result) {

    public Decision {
        changes = List.copyOf(changes);
    }

    static Decision unchanged(AllocatorResult result) {
        return new Decision(List.of(), result);
    }
}
