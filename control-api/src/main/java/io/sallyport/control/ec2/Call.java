package io.sallyport.control.ec2;

import io.sallyport.control.ec2.errors.Ec2Error;
import io.sallyport.control.ec2.errors.Kind;
import io.sallyport.control.ec2.query.Filters;
import io.sallyport.control.ec2.query.Pages;
import io.sallyport.control.ec2.query.Parameters;
import io.sallyport.ids.TenantId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * One request, its caller known and its parameters' names admitted.
 *
 * @param host how the caller calls this server
 * @param seal of a text, for this caller and this action
 */
record Call(TenantId tenant, String host, Parameters parameters, Function<String, byte[]> seal) {

    /** As AWS has it: characters of a token that makes a create happen once. */
    private static final int TOKEN = 64;

    /** An id that must be there, of this form. */
    String id(String name, Kind kind) {
        return kind.wellFormed(parameters.required(name));
    }

    List<String> ids(String name, Kind kind) {
        return parameters.list(name).stream().map(kind::wellFormed).toList();
    }

    Optional<String> clientToken() {
        Optional<String> token = parameters.text("ClientToken");
        if (token.isPresent() && !token.get().matches("[!-~]{1," + TOKEN + "}")) {
            throw Ec2Error.invalid(
                    "ClientToken",
                    token.get(),
                    "It must be at most " + TOKEN + " visible ASCII characters.");
        }
        return token;
    }

    Filters filters(String... known) {
        return Filters.of(parameters, Set.of(known));
    }

    /**
     * @param asked ids that were asked for by name; AWS does not page these
     */
    <T> Pages.Page<T> page(List<String> asked, List<T> things, Function<? super T, String> key) {
        if (!asked.isEmpty() && parameters.text("MaxResults").isPresent()) {
            throw Ec2Error.combination(
                    "The parameter MaxResults cannot be used with a list of ids");
        }
        return Pages.page(parameters, things, key, seal);
    }

    /** Those of {@code TagSpecification} that are for this kind; any other kind is refused. */
    SortedMap<String, String> tags(Kind kind) {
        SortedMap<String, String> tags = new TreeMap<>();
        for (Parameters specification : parameters.items("TagSpecification")) {
            String type = specification.required("ResourceType");
            if (!type.equals(kind.type())) {
                throw new Ec2Error(
                        "InvalidParameterValue",
                        "'"
                                + Ec2Error.shortened(type)
                                + "' is not a valid taggable resource type for this operation.");
            }
            List<Parameters> items = specification.items("Tag");
            if (items.isEmpty()) {
                throw new Ec2Error(
                        "InvalidParameterValue", "Tag specification must have at least one tag");
            }
            tagged(tags, items);
        }
        return tags;
    }

    static void tagged(SortedMap<String, String> tags, List<Parameters> items) {
        for (Parameters item : items) {
            String key = item.required("Key");
            if (tags.put(key, item.text("Value").orElse("")) != null) {
                throw new Ec2Error(
                        "InvalidParameterValue",
                        "Duplicate tag key '" + Ec2Error.shortened(key) + "' specified.");
            }
        }
    }
}
