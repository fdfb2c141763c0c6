package io.sallyport.ids;

/** A network ACL, in the form {@code acl-} and 17 lower-case hexadecimal digits. */
public record AclId(String value) {

    public AclId {
        ResourceText.check("acl", value);
    }

    public static AclId random() {
        return new AclId(ResourceText.random("acl"));
    }

    @Override
    public String toString() {
        return value;
    }
}
