package io.sallyport.flowlogs.export;

import io.sallyport.ids.FlowLogId;
import io.sallyport.ids.InterfaceId;
import io.sallyport.ids.TenantId;

/**
 * Who wants to read about which gateway, and where.
 *
 * @param gateway the gateway's index, as the packets' thread offers it
 * @param prefix folder in the bucket, "" for none; leading and trailing slashes do not matter
 */
public record Subscription(
        int gateway,
        TenantId account,
        InterfaceId networkInterface,
        FlowLogId flowLog,
        String bucket,
        String prefix,
        TrafficKind kind) {}
