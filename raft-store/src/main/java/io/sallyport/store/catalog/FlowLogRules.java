package io.sallyport.store.catalog;

import io.sallyport.ids.TenantId;
import io.sallyport.store.catalog.Resource.FlowLog;
import io.sallyport.store.catalog.Resource.Gateway;
import io.sallyport.store.catalog.Resource.LogForm;
import io.sallyport.store.catalog.Resource.Scope;
import io.sallyport.store.catalog.Resource.Subnet;
import io.sallyport.store.catalog.Resource.Vpc;
import java.util.List;
import java.util.Optional;

/** Subscriptions: records of gateways into a bucket of the tenant. */
final class FlowLogRules {

    private final CatalogTable table;

    FlowLogRules(CatalogTable table) {
        this.table = table;
    }

    Decision create(CatalogCommand.CreateFlowLog command, long index) {
        String key = command.id().value();
        FlowLog wish =
                new FlowLog(
                        command.id(),
                        command.tenant(),
                        command.scope(),
                        command.bucket(),
                        command.prefix(),
                        command.trafficType(),
                        command.form(),
                        index);
        Optional<FlowLog> existing = table.find(FlowLog.class, key);
        if (existing.isPresent()) {
            return existing.get().tenant().equals(command.tenant())
                    ? Decision.existing(existing.get(), same(existing.get(), wish))
                    : Decision.notFound(key);
        }
        if (!isThere(command.scope(), command.tenant())) {
            return Decision.notFound(command.scope().key());
        }
        return invalid(command).orElseGet(() -> created(wish));
    }

    private boolean isThere(Scope scope, TenantId tenant) {
        return switch (scope) {
            case Scope.OfGateway of ->
                    table.owned(Gateway.class, tenant, of.gateway().value()).isPresent();
            case Scope.OfInterface of -> table.all(Gateway.class, tenant).anyMatch(of::holds);
            case Scope.OfSubnet of ->
                    table.owned(Subnet.class, tenant, of.subnet().value()).isPresent();
            case Scope.OfVpc of -> table.owned(Vpc.class, tenant, of.vpc().value()).isPresent();
        };
    }

    private static Optional<Decision> invalid(CatalogCommand.CreateFlowLog command) {
        LogForm form = command.form();
        if (!command.bucket().matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
                || command.bucket().contains("..")) {
            return Optional.of(Decision.invalid("bucket", command.bucket(), "an S3 bucket name"));
        }
        if (!command.prefix().matches("[A-Za-z0-9!_.*'()/=-]*")
                || command.prefix().startsWith("/")
                || command.prefix().length() > CatalogLimits.OBJECT_PREFIX) {
            return Optional.of(
                    Decision.invalid(
                            "prefix",
                            command.prefix(),
                            "at most "
                                    + CatalogLimits.OBJECT_PREFIX
                                    + " of letters, digits and !_.*'()/=-, not starting with /"));
        }
        // What its fields may be is known to whoever writes them.
        if (!form.format().matches("[!-~ ]*")
                || form.format().length() > CatalogLimits.LOG_FORMAT) {
            return Optional.of(
                    Decision.invalid(
                            "format",
                            form.format(),
                            "at most " + CatalogLimits.LOG_FORMAT + " visible characters"));
        }
        if (form.aggregationSeconds() != 60 && form.aggregationSeconds() != 600) {
            return Optional.of(
                    Decision.invalid("aggregationSeconds", form.aggregationSeconds(), "60 or 600"));
        }
        return Optional.empty();
    }

    private Decision created(FlowLog wish) {
        List<FlowLog> present =
                table.all(FlowLog.class, wish.tenant())
                        .filter(log -> log.scope().key().equals(wish.scope().key()))
                        .toList();
        if (present.size() >= CatalogLimits.FLOW_LOGS_PER_RESOURCE) {
            return Decision.full("flow logs of a resource", CatalogLimits.FLOW_LOGS_PER_RESOURCE);
        }
        return present.stream()
                .filter(log -> same(log, wish))
                .findFirst()
                .map(log -> Decision.conflict(wish.key(), log.key() + " does the same"))
                .orElseGet(() -> Decision.put(wish));
    }

    private static boolean same(FlowLog one, FlowLog other) {
        return one.scope().equals(other.scope())
                && one.bucket().equals(other.bucket())
                && one.prefix().equals(other.prefix())
                && one.trafficType() == other.trafficType()
                && one.form().equals(other.form());
    }

    Decision delete(CatalogCommand.DeleteFlowLog command, long index) {
        String key = command.id().value();
        return table.owned(FlowLog.class, command.tenant(), key).isEmpty()
                ? Decision.notFound(key)
                : Decision.removed(key, index);
    }
}
