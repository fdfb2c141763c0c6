package io.sallyport.flowlogs.window;

import io.sallyport.ids.InterfaceId;
import io.sallyport.ids.TenantId;

/** A gateway's interface that somebody wants to read about, as its records name it. */
public record Watched(TenantId account, InterfaceId networkInterface) {}
