package io.sallyport.control.ec2.errors;

/**
 * A request that is not done, with AWS's code, text and status. Carries no stack trace: it is an
 * answer, not a fault. Codes and texts: "Error codes for the Amazon EC2 API".
 */
public final class Ec2Error extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int status;
    private final String code;

    public Ec2Error(int status, String code, String message) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
    }

    /** What most are: the caller's fault. */
    public Ec2Error(String code, String message) {
        this(400, code, message);
    }

    public static Ec2Error missing(String parameter) {
        return new Ec2Error(
                "MissingParameter", "The request must contain the parameter " + parameter);
    }

    public static Ec2Error invalid(String parameter, String value, String allowed) {
        return new Ec2Error(
                "InvalidParameterValue",
                "Value ("
                        + shortened(value)
                        + ") for parameter "
                        + parameter
                        + " is invalid. "
                        + allowed);
    }

    public static Ec2Error combination(String why) {
        return new Ec2Error("InvalidParameterCombination", why);
    }

    public static Ec2Error unsupported(String why) {
        return new Ec2Error("UnsupportedOperation", why);
    }

    public int status() {
        return status;
    }

    public String code() {
        return code;
    }

    /** Callers may send much; they are told the beginning of it. */
    public static String shortened(String text) {
        return text.length() <= 200 ? text : text.substring(0, 200) + "...";
    }
}
