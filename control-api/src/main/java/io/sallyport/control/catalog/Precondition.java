package io.sallyport.control.catalog;

import io.sallyport.control.problems.Problem;
import io.sallyport.control.problems.ProblemCode;
import io.sallyport.store.catalog.CatalogCommand;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * {@code If-Match} of the REST call that this thread answers: the store does what is asked only
 * where the resource still has one of these versions. Source: RFC 9110, 13.1.1.
 */
final class Precondition {

    private static final String REST = "/v1/";
    private static final Pattern TAGS =
            Pattern.compile("(W/)?\"[!#-~]{0,64}\"( *, *(W/)?\"[!#-~]{0,64}\"){0,15}");
    private static final Pattern STRONG = Pattern.compile("(?<!/)\"([1-9][0-9]{0,17})\"");

    private Precondition() {}

    /**
     * The command under the condition of the call, or as it is where there is none.
     *
     * @param key of the resource that it is about
     * @throws Problem where the condition cannot be read, or nothing can fulfil it
     */
    static CatalogCommand of(CatalogCommand command, String key) {
        return header().<CatalogCommand>map(
                        text -> new CatalogCommand.IfUnchanged(command, key, versions(text)))
                .orElse(command);
    }

    private static Optional<String> header() {
        return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes call
                        && call.getRequest().getRequestURI().startsWith(REST)
                ? Optional.ofNullable(call.getRequest().getHeader(HttpHeaders.IF_MATCH))
                : Optional.empty();
    }

    /** Empty: whichever version it has. */
    private static List<Long> versions(String text) {
        String tags = text.strip();
        if (tags.equals("*")) {
            return List.of();
        }
        if (!TAGS.matcher(tags).matches()) {
            throw new Problem(
                    HttpStatus.BAD_REQUEST,
                    ProblemCode.MALFORMED_REQUEST,
                    HttpHeaders.IF_MATCH + " must be * or at most 16 ETags as they were answered");
        }
        List<Long> versions = strong(tags).map(Long::valueOf).toList();
        if (versions.isEmpty()) {
            throw new Problem(
                    HttpStatus.PRECONDITION_FAILED,
                    ProblemCode.PRECONDITION_FAILED,
                    "no resource has such an ETag");
        }
        return versions;
    }

    private static Stream<String> strong(String tags) {
        Matcher matcher = STRONG.matcher(tags);
        return matcher.results().map(found -> found.group(1));
    }
}
