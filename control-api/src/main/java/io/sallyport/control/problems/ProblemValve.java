package io.sallyport.control.problems;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the server itself refuses, before Spring sees it, is a problem too and not a page. */
public final class ProblemValve extends ErrorReportValve {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemValve.class);

    @Override
    protected void report(Request request, Response response, @Nullable Throwable thrown) {
        int status = response.getStatus();
        boolean answered = response.getContentWritten() > 0 || !response.setErrorReported();
        if (status < 400 || answered) {
            return;
        }
        ProblemCode code = status < 500 ? ProblemCode.MALFORMED_REQUEST : ProblemCode.INTERNAL;
        byte[] body =
                """
                {"title":"%s","status":%d,"code":"%s"}\
                """
                        .formatted(code.title(), status, code.text())
                        .getBytes(StandardCharsets.UTF_8);
        response.setContentType("application/problem+json");
        response.setContentLength(body.length);
        try {
            response.getOutputStream().write(body);
            response.finishResponse();
        } catch (IOException e) {
            LOG.debug("the caller of a malformed request was gone before its answer", e);
        }
    }
}
