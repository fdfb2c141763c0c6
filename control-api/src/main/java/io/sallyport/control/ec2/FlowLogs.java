package io.sallyport.control.ec2;

import static io.sallyport.control.ec2.Parameter.only;
import static io.sallyport.control.ec2.Parameter.optional;
import static io.sallyport.control.ec2.Parameter.required;
import static io.sallyport.control.ec2.Parameter.unsupported;

import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.catalog.NewId;
import io.sallyport.control.ec2.errors.Ec2Error;
import io.sallyport.control.ec2.errors.Kind;
import io.sallyport.control.ec2.query.Filters;
import io.sallyport.control.ec2.query.Pages;
import io.sallyport.control.ec2.xml.XmlAnswer;
import io.sallyport.control.problems.Problem;
import io.sallyport.control.problems.ProblemCode;
import io.sallyport.ids.FlowLogId;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.Resource.FlowLog;
import io.sallyport.store.catalog.Resource.Gateway;
import io.sallyport.store.catalog.Resource.TrafficType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Flow logs of NAT gateways' interfaces into a bucket; several at once, each done or not. */
@Component
class FlowLogs implements Operation.Source {

    /** As AWS has it: resources of one call. */
    private static final int RESOURCES = 300;

    /** Of AWS's default format, the one that there is. */
    static final String FORMAT =
            "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport}"
                    + " ${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}";

    private static final Pattern ARN = Pattern.compile("arn:aws:s3:::([^/]+)(?:/(.*))?");

    private final CatalogService catalog;
    private final Snapshots snapshots;

    /** What became of one of the resources: its flow log, or why there is none. */
    private record Outcome(String resource, @Nullable String flowLog, @Nullable Ec2Error error) {}

    private record Destination(String bucket, String prefix) {}

    FlowLogs(CatalogService catalog, Snapshots snapshots) {
        this.catalog = catalog;
        this.snapshots = snapshots;
    }

    @Override
    public List<Operation> operations() {
        String noRole = "the operator's credentials deliver";
        String plain = "objects are text, as AWS names them by default";
        String noTags = "records have the default format";
        return List.of(
                Operation.of(
                        "CreateFlowLogs",
                        this::create,
                        Stream.of(
                                optional("ClientToken"),
                                unsupported("DeliverLogsPermissionArn", noRole),
                                unsupported("DeliverCrossAccountRole", noRole),
                                unsupported("LogGroupName", "there is no CloudWatch here"),
                                required("ResourceId.N"),
                                only(
                                        "ResourceType",
                                        "NetworkInterface",
                                        "name the interface of a NAT gateway"),
                                required("TrafficType"),
                                only("LogDestinationType", "s3", "there are buckets only"),
                                required("LogDestination"),
                                only("LogFormat", FORMAT, "the default format is the only one"),
                                only(
                                        "MaxAggregationInterval",
                                        "60",
                                        "the operator's windows are of a minute"),
                                only("DestinationOptions.FileFormat", "plain-text", plain),
                                only("DestinationOptions.HiveCompatiblePartitions", "false", plain),
                                only("DestinationOptions.PerHourPartition", "false", plain),
                                unsupported("TagFieldSpecification.N.ResourceType", noTags),
                                unsupported("TagFieldSpecification.N.TagKey.N", noTags)),
                        Parameter.tags()),
                Operation.of(
                        "DescribeFlowLogs",
                        this::describe,
                        Stream.of(optional("FlowLogId.N")),
                        Parameter.filters(),
                        Parameter.pages()),
                Operation.of("DeleteFlowLogs", this::delete, Stream.of(required("FlowLogId.N"))));
    }

    private Consumer<XmlAnswer> create(Call call) {
        call.parameters().required("ResourceType");
        if (call.parameters().text("LogDestinationType").isEmpty()) {
            throw Ec2Error.unsupported(
                    "LogDestinationType cloud-watch-logs: there are buckets only");
        }
        List<String> resources = call.parameters().list("ResourceId");
        if (resources.size() > RESOURCES) {
            throw Ec2Error.combination("At most " + RESOURCES + " resources at once");
        }
        TrafficType type = trafficType(call.parameters().required("TrafficType"));
        Destination destination = destination(call.parameters().required("LogDestination"));
        SortedMap<String, String> tags = call.tags(Kind.FLOW_LOG);
        Optional<String> token = call.clientToken();
        Snapshot now = snapshots.now(call.tenant());
        List<Outcome> outcomes =
                resources.stream()
                        .map(resource -> created(call, now, resource, type, destination, tags))
                        .toList();
        return xml ->
                xml.text("clientToken", token.orElse(null))
                        .texts(
                                "flowLogIdSet",
                                outcomes.stream()
                                        .flatMap(one -> Stream.ofNullable(one.flowLog()))
                                        .toList())
                        .set("unsuccessful", failed(outcomes), FlowLogs::unsuccessful);
    }

    private Outcome created(
            Call call,
            Snapshot now,
            String resource,
            TrafficType type,
            Destination destination,
            SortedMap<String, String> tags) {
        String key = call.clientToken().map(token -> "ec2 " + token + " " + resource).orElse(null);
        FlowLogId id = new FlowLogId(NewId.of(call.tenant(), "fl", key));
        try {
            Kind.NETWORK_INTERFACE.wellFormed(resource);
            Gateway gateway =
                    now.all(Gateway.class).stream()
                            .filter(one -> one.networkInterface().value().equals(resource))
                            .findFirst()
                            .orElseThrow(() -> Kind.NETWORK_INTERFACE.notFound(resource));
            catalog.create(
                    new CatalogCommand.Labelled(
                            new CatalogCommand.CreateFlowLog(
                                    call.tenant(),
                                    id,
                                    gateway.id(),
                                    destination.bucket(),
                                    destination.prefix(),
                                    type),
                            Instant.now().toEpochMilli(),
                            tags),
                    id.value(),
                    FlowLog.class,
                    key);
            return new Outcome(resource, id.value(), null);
        } catch (Ec2Error error) {
            return new Outcome(resource, null, error);
        } catch (Problem problem) {
            return new Outcome(resource, null, refusal(problem));
        }
    }

    private static Ec2Error refusal(Problem problem) {
        return problem.code() == ProblemCode.CONFLICT
                ? new Ec2Error(
                        "FlowLogAlreadyExists",
                        "Error. There is an existing Flow Log with the same configuration and log"
                                + " destination.")
                : Refusals.of(problem);
    }

    private static TrafficType trafficType(String text) {
        return Stream.of(TrafficType.values())
                .filter(type -> type.name().equals(text))
                .findFirst()
                .orElseThrow(
                        () -> Ec2Error.invalid("TrafficType", text, "Use ACCEPT, REJECT or ALL."));
    }

    private static Destination destination(String arn) {
        Matcher parts = ARN.matcher(arn);
        if (!parts.matches()) {
            throw Ec2Error.invalid(
                    "LogDestination", arn, "It must be in the form arn:aws:s3:::bucket/prefix/.");
        }
        String prefix = Optional.ofNullable(parts.group(2)).orElse("");
        if (("/" + prefix + "/").contains("/AWSLogs/")) {
            throw Ec2Error.invalid("LogDestination", arn, "AWSLogs is a reserved subfolder name.");
        }
        return new Destination(parts.group(1), prefix.replaceAll("/+$", ""));
    }

    private static List<Outcome> failed(List<Outcome> outcomes) {
        return outcomes.stream().filter(one -> one.error() != null).toList();
    }

    private static void unsuccessful(XmlAnswer xml, Outcome outcome) {
        Ec2Error error = outcome.error();
        if (error != null) {
            xml.in(
                            "error",
                            one ->
                                    one.text("code", error.code())
                                            .text("message", error.getMessage()))
                    .text("resourceId", outcome.resource());
        }
    }

    private Consumer<XmlAnswer> describe(Call call) {
        Snapshot now = snapshots.now(call.tenant());
        List<String> asked = call.ids("FlowLogId", Kind.FLOW_LOG);
        asked.forEach(id -> now.get(FlowLog.class, Kind.FLOW_LOG, id));
        Filters filters =
                call.filters(
                        "deliver-log-status",
                        "flow-log-id",
                        "log-destination-type",
                        "log-group-name",
                        "resource-id",
                        "tag-key",
                        "traffic-type");
        Pages.Page<FlowLog> page =
                call.page(
                        asked,
                        now.all(FlowLog.class).stream()
                                .filter(log -> asked.isEmpty() || asked.contains(log.key()))
                                .filter(log ->
                                        filters.match(
                                                name -> filtered(log, now, name),
                                                now.tags(log.key())))
                                .toList(),
                        FlowLog::key);
        return xml ->
                xml.set("flowLogSet", page.items(), (item, log) -> write(item, log, now))
                        .text("nextToken", page.nextToken());
    }

    /** The interface of its gateway. */
    private static Optional<String> resource(FlowLog log, Snapshot now) {
        return now.find(Gateway.class, log.gateway().value())
                .map(gateway -> gateway.networkInterface().value());
    }

    private static Stream<String> filtered(FlowLog log, Snapshot now, String name) {
        return switch (name) {
            case "flow-log-id" -> Stream.of(log.key());
            case "log-destination-type" -> Stream.of("s3");
            case "resource-id" -> resource(log, now).stream();
            case "traffic-type" -> Stream.of(log.trafficType().name());
            default -> Stream.empty(); // a delivery's status is known to nodes only
        };
    }

    private static void write(XmlAnswer xml, FlowLog log, Snapshot now) {
        now.created(log.key()).ifPresent(time -> xml.time("creationTime", time));
        String path = log.prefix().isEmpty() ? "" : "/" + log.prefix();
        xml.text("flowLogId", log.key())
                .text("flowLogStatus", "ACTIVE")
                .text("resourceId", resource(log, now).orElse(null))
                .text("trafficType", log.trafficType().name())
                .text("logDestinationType", "s3")
                .text("logDestination", "arn:aws:s3:::" + log.bucket() + path)
                .text("logFormat", FORMAT)
                .number("maxAggregationInterval", 60)
                .in(
                        "destinationOptions",
                        options ->
                                options.text("fileFormat", "plain-text")
                                        .flag("hiveCompatiblePartitions", false)
                                        .flag("perHourPartition", false));
        Views.tags(xml, now.tags(log.key()));
    }

    private Consumer<XmlAnswer> delete(Call call) {
        List<String> ids = call.ids("FlowLogId", Kind.FLOW_LOG);
        Snapshot now = snapshots.now(call.tenant());
        List<Outcome> outcomes = new ArrayList<>();
        for (String id : ids) {
            try {
                now.get(FlowLog.class, Kind.FLOW_LOG, id);
                catalog.apply(
                        new CatalogCommand.DeleteFlowLog(call.tenant(), new FlowLogId(id)), id);
            } catch (Ec2Error error) {
                outcomes.add(new Outcome(id, null, error));
            } catch (Problem problem) {
                outcomes.add(new Outcome(id, null, Refusals.of(problem)));
            }
        }
        return xml -> xml.set("unsuccessful", outcomes, FlowLogs::unsuccessful);
    }
}
