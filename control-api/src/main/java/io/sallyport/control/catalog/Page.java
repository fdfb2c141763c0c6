package io.sallyport.control.catalog;

import java.util.List;
import java.util.function.Function;

/** All items of a list; an object, so that it can grow a cursor. */
public record Page<T>(List<T> items) {

    public Page {
        items = List.copyOf(items);
    }

    public static <R, T> Page<T> of(List<R> resources, Function<? super R, ? extends T> view) {
        return new Page<>(resources.stream().<T>map(view).toList());
    }
}
