package io.sallyport.store.trust;

import java.util.Locale;

/** Why a connection was not made; counted by these, in metrics by the name in lower case. */
public enum Refusal {
    /** It showed no certificate. */
    NO_CERTIFICATE,
    /** No authority that is believed has signed it. */
    NOT_SIGNED,
    /** Its time is over. */
    EXPIRED,
    /** Its time has not begun. */
    NOT_YET_VALID,
    /** It names no member of a cluster. */
    NO_NAME,
    OTHER_CLUSTER,
    /** Another member than the one that was meant or that it said it is. */
    OTHER_MEMBER,
    /** A member whose role has no business here. */
    OTHER_ROLE,
    /** It speaks no TLS 1.3, or not correctly. */
    NOT_TLS,
    /** The other end refused this process's certificate. */
    REFUSED_US;

    /** Its label in metrics. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
