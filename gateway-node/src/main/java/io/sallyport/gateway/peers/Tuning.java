package io.sallyport.gateway.peers;

import io.sallyport.gateway.ports.ColdQuotas;
import io.sallyport.gateway.ports.LeaseSettings;

/**
 * What an operator may set about connections and their ports.
 *
 * @param quotas of the whole cluster; this node allows its share
 */
public record Tuning(Timeouts timeouts, LeaseSettings leases, ColdQuotas quotas) {

    public static final Tuning DEFAULT =
            new Tuning(Timeouts.DEFAULT, LeaseSettings.DEFAULT, ColdQuotas.DEFAULT);
}
