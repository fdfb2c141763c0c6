package io.sallyport.control.audit;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import tools.jackson.databind.json.JsonMapper;

/**
 * One line of JSON, at {@code INFO audit}, of every call of a known caller that changes something
 * or would have: who, from where, what, which commands went to the store, and what became of them.
 * No body and no parameter is in it, so no secret.
 */
@Component
class AuditLog extends OncePerRequestFilter {

    private static final Logger AUDIT = LoggerFactory.getLogger("io.sallyport.audit");

    private final JsonMapper json;

    AuditLog(JsonMapper json) {
        this.json = json;
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        AuditEntry entry = new AuditEntry(request);
        request.setAttribute(AuditEntry.ATTRIBUTE, entry);
        int status = HttpServletResponse.SC_INTERNAL_SERVER_ERROR;
        try {
            chain.doFilter(request, response);
            status = response.getStatus();
        } finally {
            if (entry.isTold()) {
                AUDIT.info("{}", json.writeValueAsString(entry.told(status)));
            }
        }
    }
}
