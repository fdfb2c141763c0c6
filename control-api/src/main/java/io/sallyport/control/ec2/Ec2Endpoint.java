package io.sallyport.control.ec2;

import io.sallyport.control.access.AccessKeys;
import io.sallyport.control.access.RateLimit;
import io.sallyport.control.audit.Audit;
import io.sallyport.control.config.ControlConfig;
import io.sallyport.control.ec2.errors.Ec2Error;
import io.sallyport.control.ec2.query.Parameters;
import io.sallyport.control.ec2.signature.SignatureCheck;
import io.sallyport.control.ec2.signature.SignedRequest;
import io.sallyport.control.ec2.signature.Verdict;
import io.sallyport.control.problems.Problem;
import io.sallyport.ids.AccessKeyId;
import io.sallyport.ids.TenantId;
import io.sallyport.store.catalog.KeyScope;
import io.sallyport.store.catalog.KeyScope.Area;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.HttpRequestHandler;

/**
 * {@code POST /} and {@code GET /}: who signed it, which action, what it answers. Nothing of a
 * request but its size is looked at before its signature is.
 */
@Component
final class Ec2Endpoint implements HttpRequestHandler {

    private static final Logger LOG = LoggerFactory.getLogger(Ec2Endpoint.class);

    private final AccessKeys keys;
    private final RateLimit rate;
    private final SignatureCheck signatures;
    private final Map<Dialect, Map<String, Operation>> operations;
    private final Map<String, Area> areas;

    private record Answer(int status, String text) {}

    Ec2Endpoint(
            ControlConfig config, AccessKeys keys, RateLimit rate, List<Operation.Source> sources) {
        this.keys = keys;
        this.rate = rate;
        this.signatures =
                new SignatureCheck(
                        config.region(), InstantSource.system(), id -> secretOf(keys, id));
        this.operations =
                Map.of(
                        Dialect.EC2,
                        byName(sources.stream().flatMap(source -> source.operations().stream())),
                        Dialect.STS,
                        byName(Stream.of(CallerIdentity.operation())));
        this.areas =
                sources.stream()
                        .flatMap(source ->
                                source.operations().stream()
                                        .map(each -> Map.entry(each.name(), source.area())))
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static Map<String, Operation> byName(Stream<Operation> operations) {
        return operations.collect(Collectors.toMap(Operation::name, Function.identity()));
    }

    private static String secretOf(AccessKeys keys, String id) {
        return accessKey(id).map(keys::secret).orElse("");
    }

    private static Optional<AccessKeyId> accessKey(String id) {
        try {
            return Optional.of(new AccessKeyId(id));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public void handleRequest(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        String requestId = UUID.randomUUID().toString();
        Answer answer = answer(request, requestId);
        response.setStatus(answer.status());
        response.setContentType("text/xml;charset=UTF-8");
        response.setHeader("x-amzn-RequestId", requestId);
        response.getOutputStream().write(answer.text().getBytes(StandardCharsets.UTF_8));
    }

    private Answer answer(HttpServletRequest request, String requestId) {
        Dialect dialect =
                Dialect.of(
                        SignatureCheck.claimedService(
                                Optional.ofNullable(request.getHeader("Authorization"))
                                        .orElse("")));
        try {
            return new Answer(200, answered(request, dialect, requestId));
        } catch (Ec2Error e) {
            return refused(e, dialect, requestId);
        } catch (Problem e) {
            return refused(Refusals.of(e), dialect, requestId);
        } catch (RuntimeException e) {
            LOG.error("request {}", requestId, e);
            return refused(
                    new Ec2Error(500, "InternalError", "An internal error has occurred"),
                    dialect,
                    requestId);
        }
    }

    private String answered(HttpServletRequest http, Dialect dialect, String requestId) {
        SignedRequest request = read(http);
        AccessKeyId signer = signer(request, dialect);
        AccessKeys.Signer known = keys.signer(signer).orElseThrow(dialect::notValidated);
        TenantId tenant = known.tenant();
        Audit.caller(tenant.value());
        rate.admit(signer.value());
        Parameters parameters =
                Parameters.parse(
                        request.query(), new String(request.body(), StandardCharsets.ISO_8859_1));
        String action = parameters.text("Action").orElse("");
        boolean changes = !action.matches("(Describe|Get).*");
        Audit.action(action, signer.value(), changes);
        Operation operation = operation(parameters, dialect);
        authorize(known.scope(), action, changes);
        operation.admit(parameters);
        if (parameters.isSet("DryRun")) {
            throw new Ec2Error(
                    412,
                    "DryRunOperation",
                    "Request would have succeeded, but DryRun flag is set.");
        }
        Call call =
                new Call(
                        tenant,
                        Optional.ofNullable(http.getHeader("Host")).orElse(""),
                        parameters,
                        text -> keys.seal("next-token " + tenant + " " + operation.name(), text));
        return dialect.answer(operation.name(), requestId, operation.work().answer(call));
    }

    /** Who somebody is, everybody may ask. */
    private void authorize(KeyScope scope, String action, boolean changes) {
        if (areas.containsKey(action) && !scope.allows(areas.get(action), changes)) {
            throw new Ec2Error(
                    403,
                    "UnauthorizedOperation",
                    "You are not authorized to perform this operation.");
        }
    }

    private static SignedRequest read(HttpServletRequest http) {
        Map<String, List<String>> headers = new TreeMap<>();
        for (String name : Collections.list(http.getHeaderNames())) {
            headers.put(name, Collections.list(http.getHeaders(name)));
        }
        try {
            return new SignedRequest(
                    http.getMethod(),
                    Optional.ofNullable(http.getQueryString()).orElse(""),
                    headers,
                    http.getInputStream().readAllBytes());
        } catch (IOException e) {
            throw new Ec2Error(
                    413, "RequestEntityTooLarge", "The body cannot be read: " + e.getMessage());
        }
    }

    private AccessKeyId signer(SignedRequest request, Dialect dialect) {
        return switch (signatures.check(request, dialect.service())) {
            case Verdict.Signed(String id) -> accessKey(id).orElseThrow(dialect::notValidated);
            case Verdict.Mismatch() -> throw dialect.notValidated();
            case Verdict.Unsigned() ->
                    throw new Ec2Error(
                            403,
                            "MissingAuthenticationToken",
                            "Request is missing Authentication Token");
            case Verdict.Incomplete(String why) -> throw new Ec2Error("IncompleteSignature", why);
            case Verdict.Expired(String date) ->
                    throw new Ec2Error(
                            "RequestExpired", "Request has expired. Timestamp date is " + date);
        };
    }

    private Operation operation(Parameters parameters, Dialect dialect) {
        String action =
                parameters
                        .text("Action")
                        .orElseThrow(() ->
                                new Ec2Error(
                                        "MissingAction", "The request must contain an Action"));
        String version = parameters.required("Version");
        if (!version.equals(dialect.version())) {
            throw new Ec2Error(
                    "NoSuchVersion",
                    "The requested version ("
                            + Ec2Error.shortened(version)
                            + ") of service "
                            + dialect
                            + " does not exist");
        }
        Map<String, Operation> known = Objects.requireNonNull(operations.get(dialect));
        return Optional.ofNullable(known.get(action)).orElseThrow(() -> none(action, dialect));
    }

    private static Ec2Error none(String action, Dialect dialect) {
        return Optional.of(action)
                .filter(any -> dialect == Dialect.EC2)
                .flatMap(Absent::reason)
                .map(reason -> Ec2Error.unsupported(action + ": " + reason))
                .orElseGet(() ->
                        new Ec2Error(
                                "InvalidAction",
                                "The action "
                                        + Ec2Error.shortened(action)
                                        + " is not valid for this web service."));
    }

    private static Answer refused(Ec2Error error, Dialect dialect, String requestId) {
        return new Answer(error.status(), dialect.refusal(error, requestId));
    }
}
