package io.sallyport.store.catalog;

import io.sallyport.store.catalog.Resource.FlowLog;
import io.sallyport.store.catalog.Resource.Gateway;
import java.util.List;
import java.util.Optional;

/** Subscriptions: records of one gateway into a bucket of the tenant. */
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
                        command.gateway(),
                        command.bucket(),
                        command.prefix(),
                        command.trafficType(),
                        index);
        Optional<FlowLog> existing = table.find(FlowLog.class, key);
        if (existing.isPresent()) {
            return existing.get().tenant().equals(command.tenant())
                    ? Decision.existing(existing.get(), same(existing.get(), wish))
                    : Decision.notFound(key);
        }
        if (table.owned(Gateway.class, command.tenant(), command.gateway().value()).isEmpty()) {
            return Decision.notFound(command.gateway().value());
        }
        if (!command.bucket().matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
                || command.bucket().contains("..")) {
            return Decision.invalid("bucket", command.bucket(), "an S3 bucket name");
        }
        if (!command.prefix().matches("[A-Za-z0-9!_.*'()/=-]*")
                || command.prefix().startsWith("/")
                || command.prefix().length() > CatalogLimits.OBJECT_PREFIX) {
            return Decision.invalid(
                    "prefix",
                    command.prefix(),
                    "at most "
                            + CatalogLimits.OBJECT_PREFIX
                            + " of letters, digits and !_.*'()/=-, not starting with /");
        }
        List<FlowLog> present =
                table.all(FlowLog.class, command.tenant())
                        .filter(log -> log.gateway().equals(command.gateway()))
                        .toList();
        if (present.size() >= CatalogLimits.FLOW_LOGS_PER_GATEWAY) {
            return Decision.full("flow logs of a gateway", CatalogLimits.FLOW_LOGS_PER_GATEWAY);
        }
        return present.stream()
                .filter(log -> same(log, wish))
                .findFirst()
                .map(log -> Decision.conflict(key, log.key() + " does the same"))
                .orElseGet(() -> Decision.put(wish));
    }

    private static boolean same(FlowLog one, FlowLog other) {
        return one.gateway().equals(other.gateway())
                && one.bucket().equals(other.bucket())
                && one.prefix().equals(other.prefix())
                && one.trafficType() == other.trafficType();
    }

    Decision delete(CatalogCommand.DeleteFlowLog command, long index) {
        String key = command.id().value();
        return table.owned(FlowLog.class, command.tenant(), key).isEmpty()
                ? Decision.notFound(key)
                : Decision.removed(key, index);
    }
}
