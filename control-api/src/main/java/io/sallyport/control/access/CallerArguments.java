package io.sallyport.control.access;

import io.sallyport.ids.TenantId;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/**
 * Gives controllers their caller. It is their first argument, so nothing of a request is read
 * before its caller is known.
 */
public final class CallerArguments implements HandlerMethodArgumentResolver {

    private final Callers callers;

    CallerArguments(Callers callers) {
        this.callers = callers;
    }

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType() == Operator.class
                || (parameter.getParameterType() == TenantId.class
                        && parameter.getParameterIndex() == 0);
    }

    private TenantId tenant(NativeWebRequest request, @Nullable String authorization) {
        HttpServletRequest http =
                Objects.requireNonNull(request.getNativeRequest(HttpServletRequest.class));
        return callers.tenant(authorization, http.getMethod(), http.getRequestURI());
    }

    @Override
    public Object resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest request,
            @Nullable WebDataBinderFactory binderFactory) {
        String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
        return parameter.getParameterType() == Operator.class
                ? callers.operator(authorization)
                : tenant(request, authorization);
    }
}
