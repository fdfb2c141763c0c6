package io.sallyport.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.control.Ec2.Tenant;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.ec2.model.Route;
import software.amazon.awssdk.services.ec2.model.RouteState;
import software.amazon.awssdk.services.ec2.model.RouteTable;
import software.amazon.awssdk.services.ec2.model.RouteTableAssociation;
import tools.jackson.databind.JsonNode;

/** Which gateway a subnet's packets leave by, by AWS's client and by REST (ADR 69). */
class RouteTablesTest {

    private Tenant tenant;
    private Ec2Client ec2;
    private String vpc;
    private String publicSubnet;
    private String privateSubnet;
    private String nat;

    @BeforeEach
    void aGatewayInAPublicSubnet() {
        Api.pool();
        Ec2.obedientNode();
        tenant = Ec2.newTenant();
        ec2 = tenant.client();
        vpc = ec2.createVpc(r -> r.cidrBlock("10.0.0.0/16")).vpc().vpcId();
        publicSubnet = subnet("10.0.0.0/24");
        privateSubnet = subnet("10.0.1.0/24");
        nat = natGateway();
    }

    @AfterEach
    void close() {
        ec2.close();
        Api.STORE.noNodes();
    }

    private String subnet(String cidr) {
        return ec2.createSubnet(r -> r.vpcId(vpc).cidrBlock(cidr)).subnet().subnetId();
    }

    private String natGateway() {
        String eip = ec2.allocateAddress(r -> r.domain("vpc")).allocationId();
        return ec2.createNatGateway(r -> r.subnetId(publicSubnet).allocationId(eip))
                .natGateway()
                .natGatewayId();
    }

    private RouteTable table(String id) {
        return ec2.describeRouteTables(r -> r.routeTableIds(id)).routeTables().getFirst();
    }

    private RouteTable main() {
        return ec2.describeRouteTables(r ->
                        r.filters(
                                f -> f.name("vpc-id").values(vpc),
                                f -> f.name("association.main").values("true")))
                .routeTables()
                .getFirst();
    }

    private static void refused(String code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        Ec2Exception.class,
                        e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code));
    }

    /** As AWS's guide of VPCs with public and private subnets has it, and Terraform's modules. */
    @Test
    void theUsualVpcOfTwoKindsOfSubnets() {
        String igw = ec2.createInternetGateway().internetGateway().internetGatewayId();
        ec2.attachInternetGateway(r -> r.internetGatewayId(igw).vpcId(vpc));
        refused(
                "Resource.AlreadyAssociated",
                () -> ec2.attachInternetGateway(r -> r.internetGatewayId(igw).vpcId(vpc)));
        String outward = newTable();
        ec2.createRoute(
                r -> r.routeTableId(outward).destinationCidrBlock("0.0.0.0/0").gatewayId(igw));
        String inward = newTable();
        ec2.createRoute(
                r -> r.routeTableId(inward).destinationCidrBlock("0.0.0.0/0").natGatewayId(nat));
        String first =
                ec2.associateRouteTable(r -> r.routeTableId(outward).subnetId(publicSubnet))
                        .associationId();
        ec2.associateRouteTable(r -> r.routeTableId(inward).subnetId(privateSubnet));
        refused(
                "Resource.AlreadyAssociated",
                () -> ec2.associateRouteTable(r -> r.routeTableId(inward).subnetId(publicSubnet)));

        assertThat(table(outward).routes())
                .extracting(Route::gatewayId, Route::state)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("local", RouteState.ACTIVE),
                        org.assertj.core.groups.Tuple.tuple(igw, RouteState.ACTIVE));
        assertThat(table(inward).routes().getLast().natGatewayId()).isEqualTo(nat);
        assertThat(table(inward).associations())
                .singleElement()
                .satisfies(one -> {
                    assertThat(one.subnetId()).isEqualTo(privateSubnet);
                    assertThat(one.main()).isFalse();
                });
        refused("DependencyViolation", () -> ec2.deleteRouteTable(r -> r.routeTableId(inward)));

        ec2.deleteNatGateway(r -> r.natGatewayId(nat));
        assertThat(table(inward).routes().getLast().state()).isEqualTo(RouteState.BLACKHOLE);
        ec2.disassociateRouteTable(r -> r.associationId(first));
        refused(
                "InvalidAssociationID.NotFound",
                () -> ec2.disassociateRouteTable(r -> r.associationId(first)));
        ec2.deleteRouteTable(r -> r.routeTableId(outward));
        refused(
                "DependencyViolation",
                () -> ec2.deleteInternetGateway(r -> r.internetGatewayId(igw)));
        ec2.detachInternetGateway(r -> r.internetGatewayId(igw).vpcId(vpc));
        assertThat(ec2.describeInternetGateways().internetGateways())
                .singleElement()
                .satisfies(one -> assertThat(one.attachments()).isEmpty());
        ec2.deleteInternetGateway(r -> r.internetGatewayId(igw));
        for (String subnet : List.of(publicSubnet, privateSubnet)) {
            ec2.deleteSubnet(r -> r.subnetId(subnet));
        }
        refused("DependencyViolation", () -> ec2.deleteVpc(r -> r.vpcId(vpc)));
        ec2.deleteRouteTable(r -> r.routeTableId(inward));
        ec2.deleteVpc(r -> r.vpcId(vpc));
        assertThat(ec2.describeRouteTables().routeTables()).isEmpty();
    }

    private String newTable() {
        return ec2.createRouteTable(r -> r.vpcId(vpc)).routeTable().routeTableId();
    }

    @Test
    void theMainTableFollowsItsGatewayUntilSomebodySetsItsDefaultRoute() {
        String id = main().routeTableId();
        assertThat(main().routes().getLast().natGatewayId()).isEqualTo(nat);
        String second = natGateway();
        // What nobody has set is no route that exists already.
        ec2.createRoute(
                r -> r.routeTableId(id).destinationCidrBlock("0.0.0.0/0").natGatewayId(second));
        refused(
                "RouteAlreadyExists",
                () ->
                        ec2.createRoute(r ->
                                r.routeTableId(id)
                                        .destinationCidrBlock("0.0.0.0/0")
                                        .natGatewayId(nat)));
        ec2.replaceRoute(
                r -> r.routeTableId(id).destinationCidrBlock("0.0.0.0/0").natGatewayId(nat));
        assertThat(main().routes().getLast().natGatewayId()).isEqualTo(nat);
        ec2.deleteRoute(r -> r.routeTableId(id).destinationCidrBlock("0.0.0.0/0"));
        assertThat(main().routes()).hasSize(1);
    }

    @Test
    void anotherTableBecomesTheMainOneAndTheFirstAgain() {
        RouteTable before = main();
        String other = newTable();
        RouteTableAssociation main = before.associations().getFirst();
        String after =
                ec2.replaceRouteTableAssociation(r ->
                                r.associationId(main.routeTableAssociationId()).routeTableId(other))
                        .newAssociationId();
        assertThat(main().routeTableId()).isEqualTo(other);
        assertThat(main().associations().getFirst().routeTableAssociationId()).isEqualTo(after);
        refused(
                "InvalidAssociationID.NotFound",
                () ->
                        ec2.replaceRouteTableAssociation(r ->
                                r.associationId(main.routeTableAssociationId())
                                        .routeTableId(other)));
        assertThat(table(before.routeTableId()).routes()).isEqualTo(before.routes());
        ec2.replaceRouteTableAssociation(
                r -> r.associationId(after).routeTableId(before.routeTableId()));
        ec2.deleteRouteTable(r -> r.routeTableId(other));
        assertThat(main().routeTableId()).isEqualTo(before.routeTableId());
    }

    @Test
    void tagsOfTheMainTableThatNobodyMade() {
        String id = main().routeTableId();
        ec2.createTags(r -> r.resources(id).tags(t -> t.key("Name").value("main")));
        assertThat(main().tags())
                .singleElement()
                .satisfies(t -> assertThat(t.key()).isEqualTo("Name"));
    }

    private JsonNode rest(int status, String method, String path, @Nullable String body) {
        return Api.expect(status, tenant.apiKey(), method, path, body).json();
    }

    @Test
    void theSameByRest() {
        String table =
                rest(201, "POST", "/v1/route-tables", "{\"vpcId\":\"" + vpc + "\"}")
                        .path("id")
                        .asString();
        String path = "/v1/route-tables/" + table;
        assertThat(rest(200, "GET", path, null).path("routes")).isEmpty();
        String route =
                "{\"destination\":\"198.51.100.0/24\",\"natGatewayId\":\"%s\"}".formatted(nat);
        rest(200, "PUT", path + "/routes", route);
        JsonNode told = rest(200, "PUT", path + "/routes", route);
        assertThat(told.path("routes")).hasSize(1);
        assertThat(told.path("routes").get(0).path("natGatewayId").asString()).isEqualTo(nat);
        String tie = "{\"routeTableId\":\"" + table + "\"}";
        String subnet = "/v1/subnets/" + privateSubnet + "/route-table";
        assertThat(rest(200, "PUT", subnet, tie).path("subnets").get(0).asString())
                .isEqualTo(privateSubnet);
        assertThat(Api.call(tenant.apiKey(), "DELETE", path, null).code()).isEqualTo("in-use");
        Api.expect(204, tenant.apiKey(), "DELETE", subnet, null);
        JsonNode main = rest(200, "PUT", "/v1/vpcs/" + vpc + "/main-route-table", tie);
        assertThat(main.path("main").asBoolean()).isTrue();
        rest(200, "DELETE", path + "/routes?destination=198.51.100.0/24", null);
        assertThat(
                        Api.call(
                                        tenant.apiKey(),
                                        "DELETE",
                                        path + "/routes?destination=198.51.100.0/24",
                                        null)
                                .code())
                .isEqualTo("conflict");
        JsonNode first = rest(200, "GET", "/v1/route-tables/rtb" + vpc.substring(3), null);
        assertThat(first.path("main").asBoolean()).isFalse();
        assertThat(first.path("routes").get(0).path("followsGateways").asBoolean()).isFalse();
        assertThat(rest(200, "GET", "/v1/route-tables", null).path("items")).hasSize(2);
    }

    @Test
    void aConditionHoldsForATableThatNobodyMade() {
        String path = "/v1/route-tables/rtb" + vpc.substring(3);
        String tag =
                Api.call(tenant.apiKey(), "GET", path, null)
                        .headers()
                        .firstValue("ETag")
                        .orElseThrow();
        String route = "{\"destination\":\"0.0.0.0/0\",\"natGatewayId\":\"%s\"}".formatted(nat);
        java.util.Map<String, String> seen =
                java.util.Map.of("If-Match", tag, "Content-Type", "application/json");
        String routes = path + "/routes";
        assertThat(Api.call(tenant.apiKey(), "PUT", routes, route, seen).status()).isEqualTo(200);
        assertThat(Api.call(tenant.apiKey(), "PUT", routes, route, seen).status()).isEqualTo(412);
    }
}
