package io.sallyport.control.catalog;

import io.sallyport.store.catalog.Resource;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;

/**
 * Whoever reads one resource is told the version that he was shown as its {@code ETag}. It is the
 * version of the resource alone: what hangs on it has its own.
 */
@RestControllerAdvice
class VersionTags implements ResponseBodyAdvice<Object> {

    private static final String VERSION = VersionTags.class.getName();

    /** Notes what was read, where it is what the call that this thread answers is to show. */
    static void read(Resource resource) {
        if (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes call
                && call.getRequest().getMethod().equals("GET")
                && isOf(call.getRequest().getRequestURI(), resource)) {
            call.getRequest().setAttribute(VERSION, resource.version());
        }
    }

    private static boolean isOf(String path, Resource resource) {
        return resource instanceof Resource.AddressPool pool
                ? path.equals("/v1/pools/" + pool.name())
                : path.matches("/v1/[a-z-]+/" + resource.key());
    }

    @Override
    public boolean supports(
            MethodParameter returnType, Class<? extends HttpMessageConverter<?>> converter) {
        return true;
    }

    @Override
    public @Nullable Object beforeBodyWrite(
            @Nullable Object body,
            MethodParameter returnType,
            MediaType type,
            Class<? extends HttpMessageConverter<?>> converter,
            ServerHttpRequest request,
            ServerHttpResponse response) {
        // Of a resource that the caller may not see nothing is told, its version neither.
        if (!(body instanceof ProblemDetail)
                && request instanceof ServletServerHttpRequest http
                && http.getServletRequest().getAttribute(VERSION) instanceof Long version) {
            response.getHeaders().setETag("\"" + version + "\"");
        }
        return body;
    }
}
