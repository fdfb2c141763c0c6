package io.sallyport.control.ec2;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Actions that tools of NAT gateways know and that nothing here would be true of: refused with a
 * reason, where any other action is told to be none.
 */
final class Absent {

    private static final String NO_TRANSFER = "elastic IPs stay with their tenant";
    private static final String NO_NAMES = "no address has a domain name here";

    private static final Map<String, List<String>> BY_REASON =
            Map.of(
                    NO_TRANSFER,
                    List.of(
                            "AcceptAddressTransfer",
                            "DescribeAddressTransfers",
                            "DisableAddressTransfer",
                            "EnableAddressTransfer"),
                    NO_NAMES,
                    List.of("ModifyAddressAttribute", "ResetAddressAttribute"),
                    "records are objects in a bucket; there is no Athena here",
                    List.of("GetFlowLogsIntegrationTemplate"));

    private static final SortedMap<String, String> REASONS = reasons();

    private Absent() {}

    private static SortedMap<String, String> reasons() {
        SortedMap<String, String> reasons = new TreeMap<>();
        BY_REASON.forEach((why, actions) -> actions.forEach(action -> reasons.put(action, why)));
        return Collections.unmodifiableSortedMap(reasons);
    }

    /** Why the action cannot be; empty where nobody has heard of it here. */
    static Optional<String> reason(String action) {
        return Optional.ofNullable(REASONS.get(action));
    }

    /** Reasons by action. */
    static SortedMap<String, String> all() {
        return REASONS;
    }
}
