package io.sallyport.ids;

/** Who owns resources: an account id of exactly 12 digits, as AWS writes it. */
public record TenantId(String value) {

    public TenantId {
        if (!value.matches("[0-9]{12}")) {
            throw new IllegalArgumentException("'" + value + "' is not an account id of 12 digits");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
