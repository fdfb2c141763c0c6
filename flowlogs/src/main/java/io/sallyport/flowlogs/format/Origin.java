package io.sallyport.flowlogs.format;

import io.sallyport.ids.NodeId;

/** Where records come from. */
public record Origin(String region, NodeId node) {}
