package io.sallyport.control.catalog;

import com.fasterxml.jackson.annotation.JsonProperty;

/** To what a gateway translates: elastic IPs, or its own private address (ADR 67). */
public enum Connectivity {
    @JsonProperty("public")
    PUBLIC,
    @JsonProperty("private")
    PRIVATE;

    public static Connectivity of(boolean isPrivate) {
        return isPrivate ? PRIVATE : PUBLIC;
    }
}
