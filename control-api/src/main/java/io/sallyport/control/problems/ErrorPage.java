package io.sallyport.control.problems;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What the server refuses before any controller is found: a problem too, not a page. */
@RestController
class ErrorPage implements ErrorController {

    @RequestMapping("/error")
    ResponseEntity<ProblemDetail> error(HttpServletRequest request) {
        Object told = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        HttpStatus status = told instanceof Integer code ? HttpStatus.resolve(code) : null;
        Problem problem =
                status == null || status.is5xxServerError()
                        ? new Problem(
                                HttpStatus.INTERNAL_SERVER_ERROR,
                                ProblemCode.INTERNAL,
                                "a fault of this service")
                        : new Problem(
                                status,
                                ProblemCode.MALFORMED_REQUEST,
                                "the server cannot take this request");
        return ResponseEntity.status(problem.status())
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem.detail());
    }
}
