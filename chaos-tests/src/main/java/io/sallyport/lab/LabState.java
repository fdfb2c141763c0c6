package io.sallyport.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a lab remembers between two commands: {@code state.json} in its directory.
 *
 * @param directory where its files are
 * @param operatorKey opens the operator's half of the REST API at {@code rest}
 * @param ec2Key what tenants' secret access keys follow from; EC2 is served at {@code rest} too
 * @param tenants what was provisioned; empty until then
 */
record LabState(
        String id,
        String directory,
        int stores,
        int gateways,
        int clients,
        int servers,
        Underlay underlay,
        Routing routing,
        String rest,
        String operatorKey,
        String ec2Key,
        Bucket s3,
        List<Processes.Running> processes,
        List<Tenant> tenants) {

    static final JsonMapper JSON = JsonMapper.builder().build();

    /** The lab's S3 server. */
    record Bucket(String endpoint, String region, String accessKey, String secretKey) {}

    /**
     * A tenant with one gateway.
     *
     * @param clients names of the client hosts in its VPC
     */
    record Tenant(
            String account,
            String name,
            String apiKey,
            AccessKey accessKey,
            String vpc,
            int vni,
            String subnet,
            String gateway,
            String privateAddress,
            String privateAddressV6,
            List<Eip> eips,
            String bucket,
            String flowLog,
            List<String> clients) {
        Tenant {
            eips = List.copyOf(eips);
            clients = List.copyOf(clients);
        }
    }

    /** What AWS's tools sign with. */
    record AccessKey(String id, String secret) {}

    record Eip(String id, String address) {}

    LabState {
        processes = List.copyOf(processes);
        tenants = List.copyOf(tenants);
    }

    Topology topology() {
        return new Topology(id, stores, gateways, clients, servers, underlay);
    }

    Processes.Running process(String name) {
        return processes.stream()
                .filter(process -> process.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new LabFailure(
                                "no process %s; there are %s"
                                        .formatted(
                                                name,
                                                String.join(
                                                        ", ",
                                                        processes.stream()
                                                                .map(Processes.Running::name)
                                                                .toList()))));
    }

    /** With this process in place of the one of the same name. */
    LabState with(Processes.Running process) {
        List<Processes.Running> all = new ArrayList<>(processes);
        all.removeIf(other -> other.name().equals(process.name()));
        all.add(process);
        return new LabState(
                id,
                directory,
                stores,
                gateways,
                clients,
                servers,
                underlay,
                routing,
                rest,
                operatorKey,
                ec2Key,
                s3,
                all,
                tenants);
    }

    LabState with(List<Tenant> provisioned) {
        return new LabState(
                id,
                directory,
                stores,
                gateways,
                clients,
                servers,
                underlay,
                routing,
                rest,
                operatorKey,
                ec2Key,
                s3,
                processes,
                provisioned);
    }

    static Path file(Path directory) {
        return directory.resolve("state.json");
    }

    /**
     * @throws LabFailure if no lab is up there
     */
    static LabState read(Path directory) {
        Path file = file(directory);
        if (!Files.exists(file)) {
            throw new LabFailure(
                    "no lab is up in %s; ./sallyport lab up starts one".formatted(directory));
        }
        return JSON.readValue(file, LabState.class);
    }

    /** Whole or not at all. */
    void write() {
        Path file = file(Path.of(directory));
        Path next = file.resolveSibling("state.json.next");
        try {
            Files.createDirectories(Path.of(directory));
            Files.writeString(next, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this));
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
