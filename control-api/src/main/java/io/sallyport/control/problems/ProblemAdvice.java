package io.sallyport.control.problems;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.ServletRequestBindingException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Whatever goes wrong with a call becomes one problem with a code; never a stack trace. */
@RestControllerAdvice
class ProblemAdvice {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemAdvice.class);

    @ExceptionHandler
    ResponseEntity<ProblemDetail> refused(Problem problem) {
        return answer(problem, new HttpHeaders());
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> unreadable(HttpMessageNotReadableException e) {
        return answer(
                cause(e, BodyLimit.BodyTooLarge.class)
                        .map(ProblemAdvice::tooLarge)
                        .or(() -> cause(e, BodyLimit.Busy.class).map(ProblemAdvice::busy))
                        .or(() -> cause(e, JacksonException.class).map(ProblemAdvice::malformed))
                        .orElseGet(
                                () -> bad(ProblemCode.MALFORMED_JSON, "a JSON body is expected")));
    }

    private static <E extends Throwable> Optional<E> cause(Throwable thrown, Class<E> kind) {
        return Stream.iterate(thrown, Objects::nonNull, Throwable::getCause)
                .filter(kind::isInstance)
                .map(kind::cast)
                .findFirst();
    }

    private static Problem tooLarge(BodyLimit.BodyTooLarge e) {
        return new Problem(
                HttpStatus.CONTENT_TOO_LARGE,
                ProblemCode.TOO_LARGE,
                String.valueOf(e.getMessage()));
    }

    private static Problem busy(BodyLimit.Busy e) {
        return new Problem(
                HttpStatus.SERVICE_UNAVAILABLE, ProblemCode.BUSY, String.valueOf(e.getMessage()));
    }

    private static Problem malformed(JacksonException e) {
        String at = path(e);
        return switch (e) {
            case UnrecognizedPropertyException unknown ->
                    bad(ProblemCode.UNKNOWN_FIELD, "there is no field " + at).with("field", at);
            case MismatchedInputException mismatch when !at.isEmpty() ->
                    bad(ProblemCode.INVALID_VALUE, at + " must be " + wanted(mismatch))
                            .with("field", at);
            case DatabindException bind when !at.isEmpty() ->
                    bad(ProblemCode.MALFORMED_JSON, at + " cannot be read").with("field", at);
            case InputCoercionException number ->
                    bad(
                            ProblemCode.INVALID_VALUE,
                            place(number) + "the number is not an integer of 32 bits");
            default ->
                    bad(
                            ProblemCode.MALFORMED_JSON,
                            place(e) + "not the JSON object that is expected");
        };
    }

    private static String place(JacksonException e) {
        return "line "
                + e.getLocation().getLineNr()
                + ", column "
                + e.getLocation().getColumnNr()
                + ": ";
    }

    private static String wanted(MismatchedInputException e) {
        @Nullable Class<?> type = e.getTargetType();
        if (type == null) {
            return "of another type";
        }
        if (type == String.class) {
            return "a string";
        }
        if (type == Integer.class || type == int.class) {
            return "an integer of 32 bits";
        }
        if (type == Boolean.class || type == boolean.class) {
            return "true or false";
        }
        if (type.isEnum()) {
            return "one of "
                    + List.of(type.getEnumConstants()).stream()
                            .map(Object::toString)
                            .collect(Collectors.joining(", "));
        }
        return List.class.isAssignableFrom(type) ? "an array" : "an object";
    }

    private static String path(JacksonException e) {
        StringBuilder path = new StringBuilder();
        for (JacksonException.Reference step : e.getPath()) {
            if (step.getPropertyName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getPropertyName());
            }
        }
        return Problem.shortened(path.toString());
    }

    @ExceptionHandler({NoResourceFoundException.class, NoHandlerFoundException.class})
    ResponseEntity<ProblemDetail> noSuchPath(Exception e) {
        return answer(
                new Problem(
                        HttpStatus.NOT_FOUND,
                        ProblemCode.NO_SUCH_PATH,
                        "the API's paths are at /v3/api-docs"));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> wrongMethod(HttpRequestMethodNotSupportedException e) {
        return answer(
                new Problem(
                        HttpStatus.METHOD_NOT_ALLOWED,
                        ProblemCode.METHOD_NOT_ALLOWED,
                        e.getMethod() + " is not one of " + e.getSupportedHttpMethods()),
                e.getHeaders());
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> wrongType(HttpMediaTypeNotSupportedException e) {
        return answer(
                new Problem(
                        HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                        ProblemCode.UNSUPPORTED_MEDIA_TYPE,
                        "the content type must be application/json"));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> notAcceptable(HttpMediaTypeNotAcceptableException e) {
        return answer(
                new Problem(
                        HttpStatus.NOT_ACCEPTABLE,
                        ProblemCode.NOT_ACCEPTABLE,
                        "the answer is application/json or application/problem+json"));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> badParameter(MethodArgumentTypeMismatchException e) {
        return answer(
                Problem.invalid(e.getName(), String.valueOf(e.getValue()), "a value of its type"));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> badRequest(ServletRequestBindingException e) {
        return answer(bad(ProblemCode.MALFORMED_REQUEST, String.valueOf(e.getMessage())));
    }

    /** A query or a form that is none, met by whoever asks for the first parameter. */
    @ExceptionHandler
    ResponseEntity<ProblemDetail> badQuery(InvalidParameterException e) {
        return answer(bad(ProblemCode.MALFORMED_REQUEST, "the query cannot be read"));
    }

    /** Our own fault: told in the log, with its number in the answer. */
    @ExceptionHandler
    ResponseEntity<ProblemDetail> fault(Exception e) {
        String incident = Long.toHexString(System.nanoTime());
        LOG.error("incident {}", incident, e);
        return answer(
                new Problem(
                                HttpStatus.INTERNAL_SERVER_ERROR,
                                ProblemCode.INTERNAL,
                                "a fault of this service; its log has incident " + incident)
                        .with("incident", incident));
    }

    private static Problem bad(ProblemCode code, String detail) {
        return new Problem(HttpStatus.BAD_REQUEST, code, detail);
    }

    private static ResponseEntity<ProblemDetail> answer(Problem problem) {
        return answer(problem, new HttpHeaders());
    }

    private static ResponseEntity<ProblemDetail> answer(Problem problem, HttpHeaders headers) {
        ResponseEntity.BodyBuilder answer =
                ResponseEntity.status(problem.status())
                        .headers(headers)
                        .contentType(MediaType.APPLICATION_PROBLEM_JSON);
        if (problem.status() == HttpStatus.UNAUTHORIZED) {
            answer.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        if (problem.status() == HttpStatus.SERVICE_UNAVAILABLE
                || problem.status() == HttpStatus.TOO_MANY_REQUESTS) {
            answer.header(HttpHeaders.RETRY_AFTER, "1");
        }
        return answer.body(problem.detail());
    }
}
