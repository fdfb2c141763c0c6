package io.sallyport.store.raft;

import io.sallyport.net.Endpoint;
import java.io.IOException;

/** Another process listens where this one should. */
public final class PortBusyException extends IOException {

    private static final long serialVersionUID = 1;

    public PortBusyException(String what, Endpoint endpoint, Throwable cause) {
        super(what + " cannot listen at " + endpoint + ": " + cause.getMessage(), cause);
    }
}
