package io.sallyport.control.flowlogs;

import io.sallyport.control.buckets.Buckets;
import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.problems.Fields;
import io.sallyport.control.problems.Problem;
import io.sallyport.control.problems.ProblemCode;
import io.sallyport.flowlogs.Limits;
import io.sallyport.flowlogs.format.RecordFormat;
import io.sallyport.flowlogs.lookup.Answer;
import io.sallyport.flowlogs.lookup.Question;
import io.sallyport.ids.FlowLogId;
import io.sallyport.ids.TenantId;
import io.sallyport.net.Protocol;
import io.sallyport.store.catalog.Resource.FlowLog;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Who had an elastic IP's port: asked of the joined records that one flow log delivered. */
@RestController
@RequestMapping("/v1/flow-logs")
class WhoHadController {

    private static final int PORTS = 65_535;

    /**
     * @param ended idle, fin, rst, address or forgotten; null where no record says that it ended
     * @param certainty seen, between or last-known
     */
    record HolderView(
            String vpcId,
            String gatewayId,
            String protocol,
            String client,
            String remote,
            Instant from,
            Instant until,
            @Nullable String ended,
            String certainty) {}

    /** A time of which records of one node are missing. */
    record GapView(String gatewayId, String node, Instant from, Instant until) {}

    record WhoHadView(List<HolderView> holders, List<GapView> gaps, int objects) {}

    private final CatalogService catalog;
    private final Buckets buckets;

    WhoHadController(CatalogService catalog, Buckets buckets) {
        this.catalog = catalog;
        this.buckets = buckets;
    }

    @GetMapping("/{id}/who-had")
    WhoHadView whoHad(
            TenantId tenant,
            @PathVariable String id,
            @RequestParam(required = false) @Nullable String eip,
            @RequestParam(required = false) @Nullable String port,
            @RequestParam(required = false) @Nullable String at,
            @RequestParam(required = false) @Nullable String remote,
            @RequestParam(required = false) @Nullable String remotePort,
            @RequestParam(required = false) @Nullable String protocol,
            @RequestParam(required = false) @Nullable String within) {
        FlowLogId name = Fields.id("id", id, FlowLogId::new);
        Question question =
                new Question(
                        Fields.address("eip", eip),
                        port("port", port),
                        Optional.ofNullable(protocol).map(WhoHadController::protocol),
                        Optional.ofNullable(remote).map(text -> Fields.address("remote", text)),
                        remotePort == null
                                ? OptionalInt.empty()
                                : OptionalInt.of(port("remotePort", remotePort)),
                        time(at),
                        within == null ? Question.A_SECOND : within(within));
        FlowLog log = catalog.owned(FlowLog.class, tenant, name.value());
        if (!log.form().format().equals(RecordFormat.JOINED)) {
            throw new Problem(
                            HttpStatus.CONFLICT,
                            ProblemCode.CONFLICT,
                            "only records of the format joined say who had a port")
                    .with("resource", name.value());
        }
        return view(buckets.whoHad(log, question));
    }

    private static int port(String field, @Nullable String text) {
        String present = Fields.required(field, text);
        int port = present.matches("[0-9]{1,5}") ? Integer.parseInt(present) : PORTS + 1;
        if (port > PORTS) {
            throw Problem.invalid(field, present, "0 to 65535");
        }
        return port;
    }

    private static Duration within(String text) {
        if (text.matches("[0-9]{1,3}")) {
            Duration within = Duration.ofSeconds(Integer.parseInt(text));
            if (within.compareTo(Limits.WITHIN_MAX) <= 0) {
                return within;
            }
        }
        throw Problem.invalid("within", text, "0 to " + Limits.WITHIN_MAX.toSeconds() + " seconds");
    }

    private static Protocol protocol(String text) {
        return switch (text) {
            case "tcp" -> Protocol.TCP;
            case "udp" -> Protocol.UDP;
            case "icmp" -> Protocol.ICMP;
            case "icmpv6" -> Protocol.ICMPV6;
            default -> throw Problem.invalid("protocol", text, "tcp, udp, icmp or icmpv6");
        };
    }

    private static Instant time(@Nullable String text) {
        String present = Fields.required("at", text);
        try {
            Instant at = Instant.parse(present);
            // Object names have years of four digits.
            if (at.getEpochSecond() >= 0 && at.isBefore(Instant.parse("9999-01-01T00:00:00Z"))) {
                return at;
            }
        } catch (DateTimeParseException e) {
            throw Problem.invalid("at", present, "a time such as 2026-11-22T00:30:00Z");
        }
        throw Problem.invalid("at", present, "a time from 1970 to 9998");
    }

    private static WhoHadView view(Answer answer) {
        return new WhoHadView(
                answer.holders().stream().map(WhoHadController::view).toList(),
                answer.gaps().stream()
                        .map(gap -> new GapView(gap.gateway(), gap.node(), gap.from(), gap.until()))
                        .toList(),
                answer.objects());
    }

    private static HolderView view(Answer.Holder holder) {
        String ended = holder.ended().text();
        return new HolderView(
                holder.vpc(),
                holder.gateway(),
                holder.protocol().toString(),
                holder.client().toString(),
                holder.remote().toString(),
                holder.from(),
                holder.until(),
                ended.equals("-") ? null : ended,
                holder.certainty().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }
}
