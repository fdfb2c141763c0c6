package io.sallyport.control.catalog;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether the nodes that carry a thing already obey its last change. */
public enum State {
    @JsonProperty("pending")
    PENDING,
    @JsonProperty("available")
    AVAILABLE
}
