package io.sallyport.control.ec2;

import static io.sallyport.control.ec2.Parameter.optional;
import static io.sallyport.control.ec2.Parameter.required;

import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.ec2.errors.Ec2Error;
import io.sallyport.control.ec2.errors.Kind;
import io.sallyport.control.ec2.query.Filters;
import io.sallyport.control.ec2.query.Pages;
import io.sallyport.control.ec2.query.Parameters;
import io.sallyport.control.ec2.xml.XmlAnswer;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.CatalogCommand.OfRouting;
import io.sallyport.store.catalog.KeyScope.Area;
import io.sallyport.store.catalog.Resource.Label;
import io.sallyport.store.catalog.Routing.RouteTable;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Tags, on anything that has an id. */
@Component
class Tags implements Operation.Source {

    private final CatalogService catalog;
    private final Snapshots snapshots;

    private record Tag(String resource, Kind kind, String key, String value) {

        Stream<String> filtered(String name) {
            return switch (name) {
                case "key" -> Stream.of(key);
                case "resource-id" -> Stream.of(resource);
                case "resource-type" -> Stream.of(kind.type());
                case "value" -> Stream.of(value);
                default -> throw new IllegalStateException("no filter " + name);
            };
        }
    }

    Tags(CatalogService catalog, Snapshots snapshots) {
        this.catalog = catalog;
        this.snapshots = snapshots;
    }

    @Override
    public Area area() {
        return Area.TAGS;
    }

    @Override
    public List<Operation> operations() {
        return List.of(
                Operation.of(
                        "CreateTags",
                        this::create,
                        Stream.of(
                                required("ResourceId.N"),
                                required("Tag.N.Key"),
                                optional("Tag.N.Value"))),
                Operation.of(
                        "DeleteTags",
                        this::delete,
                        Stream.of(
                                required("ResourceId.N"),
                                optional("Tag.N.Key"),
                                optional("Tag.N.Value"))),
                Operation.of(
                        "DescribeTags", this::describe, Parameter.filters(), Parameter.pages()));
    }

    private Consumer<XmlAnswer> create(Call call) {
        SortedMap<String, String> tags = new TreeMap<>();
        Call.tagged(tags, call.parameters().items("Tag"));
        List<String> resources = resources(call);
        keepMainTables(call, resources);
        catalog.apply(
                new CatalogCommand.PutTags(call.tenant(), resources, tags), resources.getFirst());
        return Operation.DONE;
    }

    /** A VPC's main route table is there before it is kept, and only what is kept has tags. */
    private void keepMainTables(Call call, List<String> resources) {
        for (RouteTable table : snapshots.now(call.tenant()).catalog().routeTables(call.tenant())) {
            if (resources.contains(table.key())
                    && catalog.find(RouteTable.class, table.key()).isEmpty()) {
                catalog.apply(
                        new OfRouting.CreateRouteTable(call.tenant(), table.id(), table.vpc()),
                        table.key());
            }
        }
    }

    private Consumer<XmlAnswer> delete(Call call) {
        List<CatalogCommand.TagMatch> which =
                call.parameters().items("Tag").stream().map(Tags::match).toList();
        List<String> resources = resources(call);
        catalog.apply(
                new CatalogCommand.DeleteTags(call.tenant(), resources, which),
                resources.getFirst());
        return Operation.DONE;
    }

    /** An empty value is one, and none is any. */
    private static CatalogCommand.TagMatch match(Parameters item) {
        return new CatalogCommand.TagMatch(item.required("Key"), item.textOrEmpty("Value"));
    }

    private static List<String> resources(Call call) {
        List<String> resources = call.parameters().list("ResourceId");
        for (String id : resources) {
            Kind.of(id)
                    .orElseThrow(() ->
                            new Ec2Error(
                                    "InvalidID",
                                    "The ID '" + Ec2Error.shortened(id) + "' is not valid"))
                    .wellFormed(id);
        }
        return resources;
    }

    private Consumer<XmlAnswer> describe(Call call) {
        Filters filters = call.filters("key", "resource-id", "resource-type", "value", "tag-key");
        Pages.Page<Tag> page =
                call.page(
                        List.of(),
                        snapshots.now(call.tenant()).all(Label.class).stream()
                                .flatMap(label ->
                                        label.tags().entrySet().stream()
                                                .map(tag -> tag(label.of(), tag))
                                                .filter(tag ->
                                                        filters.match(tag::filtered, label.tags())))
                                .toList(),
                        tag -> tag.resource() + " " + tag.key());
        return xml ->
                xml.set(
                                "tagSet",
                                page.items(),
                                (item, tag) ->
                                        item.text("key", tag.key())
                                                .text("resourceId", tag.resource())
                                                .text("resourceType", tag.kind().type())
                                                .text("value", tag.value()))
                        .text("nextToken", page.nextToken());
    }

    private static Tag tag(String resource, Map.Entry<String, String> tag) {
        return new Tag(resource, Kind.of(resource).orElseThrow(), tag.getKey(), tag.getValue());
    }
}
