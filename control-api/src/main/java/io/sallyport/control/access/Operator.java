package io.sallyport.control.access;

/**
 * Says that the operator is calling. A controller method that takes one is the operator's; one that
 * takes a {@link io.sallyport.ids.TenantId} as the caller is a tenant's.
 */
public record Operator() {}
