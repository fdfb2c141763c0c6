package io.sallyport.control.vpcs;

import io.sallyport.control.access.Operator;
import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.catalog.Nodes;
import io.sallyport.control.problems.Fields;
import io.sallyport.control.problems.Problem;
import io.sallyport.ids.VpcId;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.Resource.Attachment;
import io.sallyport.store.catalog.Resource.Vpc;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/v1/vpcs/{id}/attachment")
class AttachmentController {

    /** Exactly one of the two. */
    record AttachmentRequest(
            @Nullable VxlanRequest vxlan, @Nullable List<@Nullable String> interfaces) {}

    /**
     * @param endpoints prefixes from where the VPC's tunnel packets may come
     */
    record VxlanRequest(@Nullable Integer vni, @Nullable List<@Nullable String> endpoints) {}

    private final CatalogService catalog;
    private final Nodes nodes;

    AttachmentController(CatalogService catalog, Nodes nodes) {
        this.catalog = catalog;
        this.nodes = nodes;
    }

    @PutMapping
    VpcView put(
            Operator operator, @PathVariable String id, @RequestBody AttachmentRequest request) {
        VpcId vpc = Fields.id("id", id, VpcId::new);
        return attached(vpc, Optional.of(attachment(request)));
    }

    @DeleteMapping
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(Operator operator, @PathVariable String id) {
        attached(Fields.id("id", id, VpcId::new), Optional.empty());
    }

    private VpcView attached(VpcId vpc, Optional<Attachment> attachment) {
        Vpc applied =
                catalog.apply(
                        new CatalogCommand.AttachVpc(vpc, attachment), vpc.value(), Vpc.class);
        return VpcView.of(applied, nodes.progress());
    }

    private static Attachment attachment(AttachmentRequest request) {
        VxlanRequest vxlan = request.vxlan();
        List<@Nullable String> interfaces = request.interfaces();
        if (vxlan != null && interfaces != null) {
            throw Problem.invalid("interfaces", interfaces.toString(), "not beside vxlan");
        }
        if (vxlan != null) {
            return new Attachment.Vxlan(
                    Fields.required("vxlan.vni", vxlan.vni()),
                    Fields.prefixes("vxlan.endpoints", vxlan.endpoints()));
        }
        List<String> names = new ArrayList<>();
        for (String name : Fields.required("vxlan or interfaces", interfaces)) {
            names.add(Fields.required("interfaces[" + names.size() + "]", name));
        }
        return new Attachment.Interfaces(names, 0);
    }
}
