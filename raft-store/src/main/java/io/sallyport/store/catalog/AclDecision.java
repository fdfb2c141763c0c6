package io.sallyport.store.catalog;

/**
 * What an ACL says to one packet.
 *
 * @param ruleNumber the rule that decided; {@link #NO_MATCH_V4} or {@link #NO_MATCH_V6} where none
 *     matched
 */
public record AclDecision(boolean allow, int ruleNumber) {

    /** The number under which AWS shows the implicit deny of IPv4, and of IPv6. */
    public static final int NO_MATCH_V4 = 32767;

    public static final int NO_MATCH_V6 = 32768;
}
