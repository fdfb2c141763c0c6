package io.sallyport.control.tenants;

import io.sallyport.control.problems.Problem;
import io.sallyport.store.catalog.KeyScope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a new key may do.
 *
 * @param scopes {@link KeyScope#FORM}, together; left out: full
 */
record ScopesRequest(@Nullable List<@Nullable String> scopes) {

    /**
     * @throws Problem where one is none, or there is none
     */
    static KeyScope scope(@Nullable ScopesRequest request) {
        return request == null || request.scopes() == null
                ? KeyScope.FULL
                : request.scopes().stream()
                        .map(ScopesRequest::parse)
                        .reduce(KeyScope::and)
                        .orElseThrow(() -> Problem.invalid("scopes", "", "at least one"));
    }

    private static KeyScope parse(@Nullable String word) {
        String text = String.valueOf(word);
        try {
            return KeyScope.parse(text);
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("scopes", text, KeyScope.FORM);
        }
    }
}
