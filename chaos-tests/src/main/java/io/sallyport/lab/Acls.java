package io.sallyport.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Network ACLs by REST. */
final class Acls {

    private Acls() {}

    /**
     * @return the id of an ACL that denies TCP to these addresses and allows the rest
     */
    static String denyTcpTo(Rest api, String... addresses) {
        List<Map<String, Object>> entries = new ArrayList<>();
        for (String address : addresses) {
            String bits = address.contains(":") ? "/128" : "/32";
            entries.add(denyTcp(100 + entries.size(), address + bits));
        }
        entries.add(entry(200, true, "-1", "allow", "0.0.0.0/0"));
        entries.add(entry(300, true, "-1", "allow", "::/0"));
        entries.add(entry(200, false, "-1", "allow", "0.0.0.0/0"));
        entries.add(entry(300, false, "-1", "allow", "::/0"));
        return api.post("/v1/network-acls", Map.of("entries", entries)).path("id").asString("");
    }

    /** Puts it on a tenant's gateway and waits until the nodes obey it. */
    static void associate(Rest api, LabState.Tenant tenant, String acl) {
        String path = "/v1/gateways/" + tenant.gateway();
        api.put(path + "/network-acl", Map.of("networkAclId", acl));
        awaitApplied(api, path);
    }

    /** Takes it off again. */
    static void dissociate(Rest api, LabState.Tenant tenant) {
        String path = "/v1/gateways/" + tenant.gateway();
        api.delete(path + "/network-acl");
        awaitApplied(api, path);
    }

    private static void awaitApplied(Rest api, String path) {
        Rest quiet = api.telling(exchange -> {});
        long deadline = System.nanoTime() + Lab.APPLIED_WITHIN.toNanos();
        while (!quiet.get(path).path("state").asString("").equals("available")) {
            if (System.nanoTime() > deadline) {
                throw new LabFailure(
                        "not applied after %d s: %s"
                                .formatted(Lab.APPLIED_WITHIN.toSeconds(), quiet.get(path)));
            }
            Processes.pause(Duration.ofMillis(50));
        }
    }

    private static Map<String, Object> denyTcp(int number, String cidr) {
        Map<String, Object> entry = new TreeMap<>(entry(number, true, "tcp", "deny", cidr));
        entry.put("portRange", Map.of("from", 0, "to", 65535));
        return entry;
    }

    private static Map<String, Object> entry(
            int number, boolean egress, String protocol, String action, String cidr) {
        return Map.of(
                "ruleNumber", number,
                "egress", egress,
                "protocol", protocol,
                "action", action,
                "cidr", cidr);
    }
}
