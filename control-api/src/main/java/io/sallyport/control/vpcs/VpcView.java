package io.sallyport.control.vpcs;

import io.sallyport.control.catalog.Nodes.Progress;
import io.sallyport.control.catalog.State;
import io.sallyport.net.IpPrefix;
import io.sallyport.store.catalog.Resource.Attachment;
import io.sallyport.store.catalog.Resource.Vpc;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * @param state whether the nodes obey it as it is here
 */
record VpcView(
        String id,
        String tenantId,
        List<String> prefixes,
        @Nullable AttachmentView attachment,
        State state) {

    /** Either of the two; {@code number} is the VPC's number on the wire and in every key. */
    record AttachmentView(
            int number, @Nullable VxlanView vxlan, @Nullable List<String> interfaces) {}

    record VxlanView(int vni, List<String> endpoints) {}

    static VpcView of(Vpc vpc, Progress progress) {
        return new VpcView(
                vpc.id().value(),
                vpc.tenant().value(),
                texts(vpc.prefixes()),
                vpc.attachment().map(VpcView::of).orElse(null),
                progress.state(vpc.version()));
    }

    private static AttachmentView of(Attachment attachment) {
        return switch (attachment) {
            case Attachment.Vxlan(int vni, List<IpPrefix> endpoints) ->
                    new AttachmentView(vni, new VxlanView(vni, texts(endpoints)), null);
            case Attachment.Interfaces(List<String> names, int number) ->
                    new AttachmentView(number, null, names);
        };
    }

    private static List<String> texts(List<IpPrefix> prefixes) {
        return prefixes.stream().map(IpPrefix::toString).toList();
    }
}
