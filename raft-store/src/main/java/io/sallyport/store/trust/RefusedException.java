package io.sallyport.store.trust;

import java.security.cert.CertificateException;

/** A certificate that is not believed, and why. */
final class RefusedException extends CertificateException {

    private static final long serialVersionUID = 1;

    private final Refusal refusal;

    RefusedException(Refusal refusal, String why) {
        super(why);
        this.refusal = refusal;
    }

    Refusal refusal() {
        return refusal;
    }
}
