package io.sallyport.flowlogs.record;

import java.util.Locale;

/** Why a connection ended, as far as the node that forwarded it could see. */
public enum Ended {
    /** It goes on, as far as this record knows. */
    NOT,

    /** Nobody used it for its idle time. */
    IDLE,

    /** Both sides said FIN. */
    FIN,

    /** One side said RST. */
    RST,

    /** Its elastic IP went to somebody else. */
    ADDRESS,

    /** The node was away for too long, and dropped what it held. */
    FORGOTTEN;

    private static final Ended[] ALL = values();

    /**
     * @param number an ordinal
     */
    public static Ended of(int number) {
        return ALL[number];
    }

    /** As records show it; "-" where it goes on. */
    public String text() {
        return this == NOT ? "-" : name().toLowerCase(Locale.ROOT);
    }
}
