package io.sallyport.allocator;

import org.jspecify.annotations.Nullable;

/**
 * What a law says to a command.
 *
 * @param change what happens; null where nothing does
 * @param result what is answered
 */
public record Decision<C>(@Nullable C change, AllocatorResult result) {

    static <C> Decision<C> unchanged(AllocatorResult result) {
        return new Decision<>(null, result);
    }
}
