package io.sallyport.control.problems;

import io.sallyport.store.catalog.CatalogResult;
import io.sallyport.store.client.Outcome;
import org.springframework.http.HttpStatus;

/** Every outcome of a command: what was applied, or the problem that it is. */
public final class Outcomes {

    private Outcomes() {}

    /**
     * @param key what the command is about, so that the caller of an unknown outcome can look
     * @throws Problem for everything but Applied
     */
    public static CatalogResult.Applied applied(Outcome<CatalogResult> outcome, String key) {
        return switch (outcome) {
            case Outcome.Done<CatalogResult>(CatalogResult result) -> applied(result);
            case Outcome.Refused<CatalogResult>(String reason) ->
                    throw new Problem(
                            HttpStatus.SERVICE_UNAVAILABLE, ProblemCode.STORE_REFUSED, reason);
            case Outcome.Unknown<CatalogResult>(String reason) ->
                    throw new Problem(
                                    HttpStatus.SERVICE_UNAVAILABLE,
                                    ProblemCode.OUTCOME_UNKNOWN,
                                    reason)
                            .with("resource", key);
        };
    }

    private static CatalogResult.Applied applied(CatalogResult result) {
        return switch (result) {
            case CatalogResult.Applied applied -> applied;
            case CatalogResult.NotFound(String key) -> throw Problem.notFound(key);
            case CatalogResult.Conflict(String key, String reason) ->
                    throw new Problem(
                                    HttpStatus.CONFLICT, ProblemCode.CONFLICT, key + ": " + reason)
                            .with("resource", key);
            case CatalogResult.InUse(String key, String by) ->
                    throw new Problem(
                                    HttpStatus.CONFLICT,
                                    ProblemCode.IN_USE,
                                    key + " is in use by " + by)
                            .with("resource", key)
                            .with("by", by);
            case CatalogResult.Invalid(String field, String value, String allowed) ->
                    throw Problem.invalid(field, value, allowed);
            case CatalogResult.Changed(String key, long version) ->
                    throw new Problem(
                                    HttpStatus.PRECONDITION_FAILED,
                                    ProblemCode.PRECONDITION_FAILED,
                                    version == 0
                                            ? "there is no " + key
                                            : key + " has version " + version + " by now")
                            .with("resource", key);
            case CatalogResult.LimitExceeded(String what, long limit) -> throw full(what, limit);
        };
    }

    /** What the law would say as well, where there is no need to ask it. */
    public static Problem full(String what, long limit) {
        return new Problem(
                HttpStatus.CONFLICT,
                ProblemCode.LIMIT_EXCEEDED,
                what + ": the limit of " + limit + " is reached");
    }
}
