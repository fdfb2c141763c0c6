package io.sallyport.control.ec2;

import static io.sallyport.control.ec2.Parameter.ignored;
import static io.sallyport.control.ec2.Parameter.optional;

import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.config.ControlConfig;
import io.sallyport.control.ec2.errors.Ec2Error;
import io.sallyport.control.ec2.query.Filters;
import io.sallyport.control.ec2.xml.XmlAnswer;
import io.sallyport.store.catalog.KeyScope.Area;
import io.sallyport.store.catalog.Quota;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Where this is: one region with one zone. Tools ask before they do anything. */
@Component
class Places implements Operation.Source {

    private static final String ONE = "there is one";

    private final String region;
    private final CatalogService catalog;

    Places(ControlConfig config, CatalogService catalog) {
        this.region = config.region();
        this.catalog = catalog;
    }

    String region() {
        return region;
    }

    String zone() {
        return region + "a";
    }

    String zoneId() {
        return region + "-az1";
    }

    /** That a thing is wished to be in the one zone, if in any. */
    void inZone(Call call) {
        Map.of("AvailabilityZone", zone(), "AvailabilityZoneId", zoneId())
                .forEach((name, only) ->
                        call.parameters()
                                .text(name)
                                .filter(wish -> !wish.equals(only))
                                .ifPresent(wish -> {
                                    throw Ec2Error.invalid(
                                            name,
                                            wish,
                                            "Subnets can currently only be created in"
                                                    + " the following availability zones: "
                                                    + only
                                                    + ".");
                                }));
    }

    @Override
    public Area area() {
        return Area.VPCS;
    }

    @Override
    public List<Operation> operations() {
        return List.of(
                Operation.of(
                        "DescribeRegions",
                        this::regions,
                        Stream.of(optional("RegionName.N"), ignored("AllRegions", ONE)),
                        Parameter.filters()),
                Operation.of(
                        "DescribeAvailabilityZones",
                        this::zones,
                        Stream.of(
                                optional("ZoneName.N"),
                                optional("ZoneId.N"),
                                ignored("AllAvailabilityZones", ONE)),
                        Parameter.filters()),
                Operation.of(
                        "DescribeAccountAttributes",
                        this::account,
                        Stream.of(optional("AttributeName.N"))));
    }

    private Consumer<XmlAnswer> regions(Call call) {
        named(call, "RegionName", region);
        Filters filters = call.filters("endpoint", "opt-in-status", "region-name");
        List<String> found =
                Stream.of(region)
                        .filter(name ->
                                filters.match(
                                        filter ->
                                                switch (filter) {
                                                    case "endpoint" -> Stream.of(call.host());
                                                    case "opt-in-status" ->
                                                            Stream.of("opt-in-not-required");
                                                    default -> Stream.of(name);
                                                },
                                        Collections.emptySortedMap()))
                        .toList();
        return xml ->
                xml.set(
                        "regionInfo",
                        found,
                        (item, name) ->
                                item.text("optInStatus", "opt-in-not-required")
                                        .text("regionName", name)
                                        .text("regionEndpoint", call.host()));
    }

    private Consumer<XmlAnswer> zones(Call call) {
        named(call, "ZoneName", zone());
        named(call, "ZoneId", zoneId());
        Filters filters =
                call.filters(
                        "group-name",
                        "opt-in-status",
                        "region-name",
                        "state",
                        "zone-id",
                        "zone-name",
                        "zone-type");
        List<String> found =
                Stream.of(zone())
                        .filter(name ->
                                filters.match(this::zoneFiltered, Collections.emptySortedMap()))
                        .toList();
        return xml ->
                xml.set(
                        "availabilityZoneInfo",
                        found,
                        (item, name) ->
                                item.text("optInStatus", "opt-in-not-required")
                                        .text("zoneName", name)
                                        .text("zoneId", zoneId())
                                        .text("groupName", region)
                                        .text("networkBorderGroup", region)
                                        .text("zoneType", "availability-zone")
                                        .text("zoneState", "available")
                                        .text("regionName", region));
    }

    private Stream<String> zoneFiltered(String filter) {
        return Stream.of(
                switch (filter) {
                    case "opt-in-status" -> "opt-in-not-required";
                    case "state" -> "available";
                    case "zone-id" -> zoneId();
                    case "zone-name" -> zone();
                    case "zone-type" -> "availability-zone";
                    default -> region;
                });
    }

    private static void named(Call call, String parameter, String only) {
        for (String name : call.parameters().list(parameter)) {
            if (!name.equals(only)) {
                throw new Ec2Error(
                        "InvalidParameterValue",
                        "Invalid " + parameter + ": [" + Ec2Error.shortened(name) + "]");
            }
        }
    }

    private Consumer<XmlAnswer> account(Call call) {
        Map<String, String> all =
                new TreeMap<>(
                        Map.of(
                                "default-vpc", "none",
                                "supported-platforms", "VPC",
                                "vpc-max-elastic-ips",
                                        Integer.toString(
                                                catalog.catalog()
                                                        .limit(call.tenant(), Quota.ELASTIC_IPS))));
        List<String> asked = call.parameters().list("AttributeName");
        for (String name : asked) {
            if (!all.containsKey(name)) {
                throw Ec2Error.invalid("AttributeName", name, "There is no such attribute.");
            }
        }
        all.keySet().removeIf(name -> !asked.isEmpty() && !asked.contains(name));
        return xml ->
                xml.set(
                        "accountAttributeSet",
                        all.entrySet(),
                        (item, attribute) ->
                                item.text("attributeName", attribute.getKey())
                                        .set(
                                                "attributeValueSet",
                                                List.of(attribute.getValue()),
                                                (value, text) ->
                                                        value.text("attributeValue", text)));
    }
}
