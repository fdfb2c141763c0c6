package io.sallyport.store.front;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.wire.AllocatorCodec;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.NodeId;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.store.TestCommands;
import io.sallyport.store.calls.Bundle;
import io.sallyport.store.calls.Call;
import io.sallyport.store.calls.ClientCall;
import io.sallyport.store.calls.Law;
import io.sallyport.store.trust.MemberName;
import io.sallyport.store.trust.Role;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RightsTest {

    private static final Epoch EPOCH = new Epoch(1, 9);
    private static final Incarnation LIFE = new Incarnation(3);
    private static final Membership MEMBERS =
            new Membership(
                    EPOCH,
                    List.of(
                            new Member(
                                    new NodeId("gw-1"),
                                    LIFE,
                                    Member.Status.LIVE,
                                    "machine/boot",
                                    Endpoint.parse("192.0.2.1:1"),
                                    Endpoint.parse("192.0.2.1:2"),
                                    EPOCH,
                                    EPOCH,
                                    1,
                                    EPOCH,
                                    Set.of(),
                                    Map.of(),
                                    0)));

    private static Optional<String> forbids(Role role, String id, Call call) {
        return Rights.forbids(new MemberName("blue", role, id), call, MEMBERS);
    }

    private static Call said(Law law, byte[]... commands) {
        return new Call.Submit(new ClientCall(1, 1, 1, law, Bundle.of(Arrays.asList(commands))));
    }

    private static Call said(AllocatorCommand... commands) {
        return said(
                Law.ALLOCATOR,
                Arrays.stream(commands).map(AllocatorCodec::encode).toArray(byte[][]::new));
    }

    private static AllocatorCommand acquire(Incarnation life) {
        return new AllocatorCommand.Acquire(
                life, TestCommands.key(IpAddress.parse("203.0.113.1"), 7), 4, EPOCH);
    }

    /** Which roles may, with an id that is nobody's. */
    private static Set<Role> may(Call call) {
        Set<Role> may = EnumSet.noneOf(Role.class);
        for (Role role : Role.values()) {
            if (forbids(role, "other", call).isEmpty()) {
                may.add(role);
            }
        }
        return may;
    }

    @Test
    void everybodyMayLook() {
        for (Call look :
                List.of(
                        new Call.Hello("blue"),
                        new Call.CatalogAfter(1, 1),
                        new Call.Members(),
                        new Call.Orphans(Optional.empty()),
                        new Call.Wanted(LIFE),
                        new Call.Status())) {
            assertThat(may(look)).as(look.toString()).containsExactly(Role.values());
        }
    }

    @Test
    void aNodeSpeaksForItsOwnLivesAlone() {
        for (Call own :
                List.of(
                        said(new AllocatorCommand.Leave(LIFE)),
                        said(acquire(LIFE)),
                        said(TestCommands.join("gw-1")))) {
            assertThat(forbids(Role.NODE, "gw-1", own)).isEmpty();
            assertThat(may(own)).isEmpty();
        }
        assertThat(forbids(Role.NODE, "gw-1", said(acquire(LIFE), acquire(LIFE)))).isEmpty();
        assertThat(forbids(Role.NODE, "gw-1", said(acquire(LIFE), TestCommands.join("gw-2"))))
                .contains("sallyport://blue/node/gw-1 may not speak for node gw-2");
    }

    @Test
    void aLifeThatThisStoreHasNotHeardOfYetIsLeftToTheLaw() {
        assertThat(may(said(acquire(new Incarnation(99))))).containsExactly(Role.NODE);
    }

    @Test
    void whatIsTheClustersIsSaidByWhoRunsIt() {
        assertThat(may(said(Law.CATALOG, new byte[] {1})))
                .containsExactly(Role.CONTROL, Role.OPERATOR);
        assertThat(may(said(new AllocatorCommand.Fence(new NodeId("gw-1")))))
                .containsExactly(Role.STORE, Role.CONTROL, Role.OPERATOR);
        assertThat(may(new Call.ChangeStores(List.of(), List.of("store-1"))))
                .containsExactly(Role.STORE, Role.OPERATOR);
        assertThat(may(said(new AllocatorCommand.Forget(LIFE)))).isEmpty();
    }
}
