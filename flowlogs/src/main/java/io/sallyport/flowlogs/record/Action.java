package io.sallyport.flowlogs.record;

/** What became of the packets of a flow. */
public enum Action {
    ACCEPT,

    /** Denied by an ACL, or arrived after the connection was closed. */
    REJECT
}
