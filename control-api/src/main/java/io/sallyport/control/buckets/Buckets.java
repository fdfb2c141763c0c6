package io.sallyport.control.buckets;

import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.config.ControlConfig;
import io.sallyport.control.problems.Problem;
import io.sallyport.control.problems.ProblemCode;
import io.sallyport.flowlogs.export.Destination;
import io.sallyport.flowlogs.export.FileFormat;
import io.sallyport.flowlogs.lookup.Answer;
import io.sallyport.flowlogs.lookup.Archive;
import io.sallyport.flowlogs.lookup.Question;
import io.sallyport.flowlogs.s3.S3Failure;
import io.sallyport.flowlogs.s3.S3Store;
import io.sallyport.ids.TenantId;
import io.sallyport.store.catalog.Resource.FlowLog;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** S3 with the operator's credentials; without them nothing is looked at. */
@Component
public class Buckets {

    /** What is left in a bucket to see that it can be written: one object a tenant and prefix. */
    private static final String TEST_FILE = "SallyportTestFile";

    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9!_.*'()/=-]{0,512}");

    private final Optional<ControlConfig.FlowLogs> config;
    private final Optional<S3Store> store;
    private final String region;
    private final Supplier<List<FlowLog>> logs;

    @Autowired
    Buckets(ControlConfig config, CatalogService catalog) {
        this(config, () -> catalog.all(FlowLog.class));
    }

    /**
     * @param logs all tenants', as they are now
     */
    Buckets(ControlConfig config, Supplier<List<FlowLog>> logs) {
        this.logs = logs;
        this.config = config.flowLogs();
        store = this.config.map(each -> new S3Store(each.s3()));
        region = config.region();
    }

    /** Why nothing could be delivered there. */
    public enum Refusal {
        NOT_FOUND,
        DENIED,
        UNDELIVERABLE
    }

    /**
     * Writes a small object where the flow log's would be. The credentials are the operator's, so
     * that a bucket can be written does not say whose it is: one that another tenant's flow logs go
     * to is told as one that cannot be written, and not even asked. What the server said besides is
     * not told on: it may be anybody's.
     *
     * @return empty where it was written; where there are no credentials to try with; where these
     *     are no names, which the catalog refuses
     */
    public Optional<Refusal> refusal(TenantId tenant, String bucket, String prefix) {
        boolean named = BUCKET.matcher(bucket).matches() && PREFIX.matcher(prefix).matches();
        if (store.isEmpty() || !named) {
            return Optional.empty();
        }
        if (logs.get().stream()
                .anyMatch(log -> log.bucket().equals(bucket) && !log.tenant().equals(tenant))) {
            return Optional.of(Refusal.DENIED);
        }
        String key = (prefix.isEmpty() ? "" : prefix + "/") + "AWSLogs/" + tenant + "/" + TEST_FILE;
        try {
            store.get()
                    .put(
                            bucket,
                            key,
                            "text/plain",
                            "Flow logs are delivered here.\n".getBytes(StandardCharsets.UTF_8));
            return Optional.empty();
        } catch (S3Failure e) {
            return Optional.of(
                    switch (e.status()) {
                        case 404 -> Refusal.NOT_FOUND;
                        case 401, 403 -> Refusal.DENIED;
                        default -> Refusal.UNDELIVERABLE;
                    });
        }
    }

    /**
     * @param log one of the joined format
     * @throws Problem where the bucket cannot be read, and where there are no credentials
     */
    public Answer whoHad(FlowLog log, Question question) {
        if (store.isEmpty() || config.isEmpty()) {
            throw new Problem(
                    HttpStatus.CONFLICT,
                    ProblemCode.CONFLICT,
                    "this service has no keys to S3 (s3.access.key, s3.credentials) to read buckets"
                            + " with");
        }
        Destination where =
                new Destination(
                        log.bucket(),
                        log.prefix(),
                        log.form().parquet() ? FileFormat.PARQUET : FileFormat.PLAIN_TEXT,
                        log.form().hive(),
                        log.form().perHour());
        try {
            return Archive.in(
                            store.get(),
                            log.tenant(),
                            region,
                            log.id(),
                            where,
                            config.get().delivery())
                    .whoHad(question);
        } catch (S3Failure | IOException e) {
            throw new Problem(
                    HttpStatus.CONFLICT,
                    ProblemCode.CONFLICT,
                    "the bucket " + log.bucket() + " cannot be read");
        }
    }

    @PreDestroy
    void close() {
        store.ifPresent(S3Store::close);
    }
}
