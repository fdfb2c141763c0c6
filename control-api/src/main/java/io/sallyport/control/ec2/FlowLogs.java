package io.sallyport.control.ec2;

import static io.sallyport.control.ec2.Parameter.only;
import static io.sallyport.control.ec2.Parameter.optional;
import static io.sallyport.control.ec2.Parameter.required;
import static io.sallyport.control.ec2.Parameter.unsupported;

import io.sallyport.control.buckets.Buckets;
import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.catalog.NewId;
import io.sallyport.control.ec2.errors.Ec2Error;
import io.sallyport.control.ec2.errors.Kind;
import io.sallyport.control.ec2.query.Filters;
import io.sallyport.control.ec2.query.Pages;
import io.sallyport.control.ec2.xml.XmlAnswer;
import io.sallyport.control.problems.Problem;
import io.sallyport.control.problems.ProblemCode;
import io.sallyport.flowlogs.format.AwsFormat;
import io.sallyport.ids.FlowLogId;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.KeyScope.Area;
import io.sallyport.store.catalog.Resource.FlowLog;
import io.sallyport.store.catalog.Resource.LogForm;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Flow logs of NAT gateways, by themselves or by where they are; several at once, each done or not.
 */
@Component
class FlowLogs implements Operation.Source {

    /** As AWS has it: resources of one call. */
    private static final int RESOURCES = 300;

    private final CatalogService catalog;
    private final Snapshots snapshots;
    private final Buckets buckets;

    /** What became of one of the resources: its flow log, or why there is none. */
    private record Outcome(String resource, @Nullable String flowLog, @Nullable Ec2Error error) {}

    FlowLogs(CatalogService catalog, Snapshots snapshots, Buckets buckets) {
        this.catalog = catalog;
        this.snapshots = snapshots;
        this.buckets = buckets;
    }

    @Override
    public Area area() {
        return Area.FLOW_LOGS;
    }

    @Override
    public List<Operation> operations() {
        String noRole = "the operator's credentials deliver";
        String noTags = "those that are logged are gateways', which have no tags";
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
                                required("ResourceType"),
                                required("TrafficType"),
                                only("LogDestinationType", "s3", "there are buckets only"),
                                required("LogDestination"),
                                optional("LogFormat"),
                                optional("MaxAggregationInterval"),
                                optional("DestinationOptions.FileFormat"),
                                optional("DestinationOptions.HiveCompatiblePartitions"),
                                optional("DestinationOptions.PerHourPartition"),
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
        FlowLogWish wish = FlowLogWish.of(call);
        List<String> resources = call.parameters().list("ResourceId");
        if (resources.size() > RESOURCES) {
            throw Ec2Error.combination("At most " + RESOURCES + " resources at once");
        }
        SortedMap<String, String> tags = call.tags(Kind.FLOW_LOG);
        Optional<String> token = call.clientToken();
        Optional<Ec2Error> refused =
                buckets.refusal(call.tenant(), wish.bucket(), wish.prefix())
                        .map(refusal -> undeliverable(refusal, wish.bucket()));
        List<Outcome> outcomes =
                resources.stream()
                        .map(resource ->
                                refused.map(error -> new Outcome(resource, null, error))
                                        .orElseGet(() -> created(call, resource, wish, tags)))
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

    private static Ec2Error undeliverable(Buckets.Refusal refusal, String bucket) {
        return switch (refusal) {
            case NOT_FOUND ->
                    new Ec2Error(
                            "LogDestinationNotFoundException",
                            "LogDestination: " + bucket + " does not exist.");
            case DENIED ->
                    new Ec2Error(
                            "LogDestinationPermissionIssueException",
                            "Access Denied for LogDestination: "
                                    + bucket
                                    + ". Please check LogDestination permission.");
            case UNDELIVERABLE ->
                    new Ec2Error(
                            "LogDestinationPermissionIssueException",
                            "LogDestination " + bucket + " is undeliverable");
        };
    }

    private Outcome created(
            Call call, String resource, FlowLogWish wish, SortedMap<String, String> tags) {
        String key = call.clientToken().map(token -> "ec2 " + token + " " + resource).orElse(null);
        FlowLogId id = new FlowLogId(NewId.of(call.tenant(), "fl", key));
        try {
            catalog.create(
                    new CatalogCommand.Labelled(
                            new CatalogCommand.CreateFlowLog(
                                    call.tenant(),
                                    id,
                                    wish.scope(resource),
                                    wish.bucket(),
                                    wish.prefix(),
                                    wish.trafficType(),
                                    wish.form()),
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
                                                name -> filtered(log, name), now.tags(log.key())))
                                .toList(),
                        FlowLog::key);
        return xml ->
                xml.set("flowLogSet", page.items(), (item, log) -> write(item, log, now))
                        .text("nextToken", page.nextToken());
    }

    private static Stream<String> filtered(FlowLog log, String name) {
        return switch (name) {
            case "flow-log-id" -> Stream.of(log.key());
            case "log-destination-type" -> Stream.of("s3");
            case "resource-id" -> Stream.of(log.scope().key());
            case "traffic-type" -> Stream.of(log.trafficType().name());
            default -> Stream.empty(); // a delivery's status is known to nodes only
        };
    }

    private static void write(XmlAnswer xml, FlowLog log, Snapshot now) {
        now.created(log.key()).ifPresent(time -> xml.time("creationTime", time));
        String path = log.prefix().isEmpty() ? "" : "/" + log.prefix();
        LogForm form = log.form();
        xml.text("flowLogId", log.key())
                .text("flowLogStatus", "ACTIVE")
                .text("resourceId", log.scope().key())
                .text("trafficType", log.trafficType().name())
                .text("logDestinationType", "s3")
                .text("logDestination", "arn:aws:s3:::" + log.bucket() + path)
                .text(
                        "logFormat",
                        form.format().isEmpty() ? AwsFormat.DEFAULT.text() : form.format())
                .number("maxAggregationInterval", form.aggregationSeconds())
                .in(
                        "destinationOptions",
                        options ->
                                options.text(
                                                "fileFormat",
                                                form.parquet() ? "parquet" : "plain-text")
                                        .flag("hiveCompatiblePartitions", form.hive())
                                        .flag("perHourPartition", form.perHour()));
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
