package io.sallyport.store.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.sallyport.allocator.Membership;
import io.sallyport.allocator.Orphan;
import io.sallyport.allocator.OrphansPage;
import io.sallyport.allocator.PoolId;
import io.sallyport.allocator.Ports;
import io.sallyport.allocator.wire.WireException;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.store.TestCommands;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FramesTest {

    private static final Orphan ORPHAN =
            new Orphan(
                    TestCommands.key(IpAddress.parse("203.0.113.1"), 7),
                    new Incarnation(3),
                    Ports.of(1024, 5000, 65535));

    private static final StoreAddress STORE =
            new StoreAddress(
                    "store-2",
                    Endpoint.parse("[2001:db8::2]:7100"),
                    Endpoint.parse("192.0.2.2:7000"));

    private static final StoreStatus STATUS =
            new StoreStatus(
                    "store-1",
                    2,
                    30,
                    4,
                    new Stores(5, List.of(STORE)),
                    new Membership(new Epoch(1, 2), List.of()),
                    List.of(
                            new StoreStatus.Group(
                                    1,
                                    "leader",
                                    Optional.of("store-1"),
                                    true,
                                    6,
                                    7,
                                    8,
                                    9,
                                    10,
                                    11,
                                    new StoreStatus.Leases(
                                            12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22))),
                    List.of(
                            new StoreStatus.Fill(
                                    new PoolId(IpAddress.parse("203.0.113.1"), 7), 23, 24)),
                    List.of(new StoreStatus.Hot(ORPHAN.key(), 25)));

    private static final List<Call> CALLS =
            List.of(
                    new Call.Hello("test"),
                    new Call.Submit(ClientCall.of(-5, 7, 3, Law.CATALOG, new byte[] {1, 2, 3})),
                    new Call.CatalogAfter(42, 20_000),
                    new Call.Members(),
                    new Call.Orphans(Optional.empty()),
                    new Call.Orphans(Optional.of(ORPHAN.position())),
                    new Call.Wanted(new Incarnation(9)),
                    new Call.Status(),
                    new Call.ChangeStores(List.of(STORE), List.of("store-1")));

    private static final List<Answer> ANSWERS =
            List.of(
                    new Answer.Welcome("store-1", 3, new Stores(5, List.of(STORE))),
                    new Answer.Result(new byte[] {9, 8}),
                    new Answer.Forgotten(),
                    new Answer.NotLeader(Optional.of(STORE)),
                    new Answer.NotLeader(Optional.empty()),
                    new Answer.Again("stepped down"),
                    new Answer.Busy("much"),
                    new Answer.Bad("nonsense"),
                    new Answer.CatalogNow(new byte[] {4}),
                    new Answer.MembersNow(new Membership(new Epoch(1, 2), List.of())),
                    new Answer.OrphansNow(
                            new OrphansPage(new Epoch(1, 2), List.of(ORPHAN), true, 1)),
                    new Answer.WantedNow(List.of(ORPHAN.key())),
                    new Answer.StatusNow(STATUS),
                    new Answer.StoresNow(new Stores(5, List.of(STORE))));

    @Test
    void everyFrameComesBackFromItsBytes() {
        for (Call call : CALLS) {
            byte[] frame = Frames.encode(3, 77, call);
            Frames.Framed<Call> back = Frames.decodeCall(frame);
            assertThat(back.group()).isEqualTo(3);
            assertThat(back.request()).isEqualTo(77);
            assertThat(back.body()).hasSameClassAs(call);
            assertThat(Frames.encode(3, 77, back.body())).isEqualTo(frame);
        }
        for (Answer answer : ANSWERS) {
            byte[] frame = Frames.encode(4, 78, answer);
            Frames.Framed<Answer> back = Frames.decodeAnswer(frame);
            assertThat(back.request()).isEqualTo(78);
            assertThat(back.body()).hasSameClassAs(answer);
            assertThat(Frames.encode(4, 78, back.body())).isEqualTo(frame);
        }
    }

    @Test
    void theBytesOfVersionTwoStayAsTheyAre() {
        assertThat(hex(Frames.encode(0, 1, CALLS.get(0))))
                .isEqualTo("0100000000000000000001" + "02" + "0000000474657374");
        assertThat(hex(Frames.encode(7, 2, CALLS.get(1))))
                .isEqualTo(
                        "0200070000000000000002"
                                + "fffffffffffffffb"
                                + "0000000000000007"
                                + "0000000000000003"
                                + "02"
                                + "0000000b"
                                + "00000001"
                                + "00000003010203");
        assertThat(hex(Frames.encode(0, 3, CALLS.get(2))))
                .isEqualTo("0300000000000000000003" + "000000000000002a" + "00004e20");
        assertThat(hex(Frames.encode(0, 4, ANSWERS.get(3))))
                .isEqualTo(
                        "4300000000000000000004"
                                + "01"
                                + "0000000773746f72652d32"
                                + "062001"
                                + "0db8"
                                + "0".repeat(20)
                                + "0002"
                                + "1bbc"
                                + "04c00002021b58");
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void mutatedFramesAreRefusedAndNothingElseHappens() {
        long seed = 4711;
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 100_000; i++) {
            boolean call = random.nextBoolean();
            byte[] frame =
                    call
                            ? Frames.encode(0, i, CALLS.get(random.nextInt(CALLS.size())))
                            : Frames.encode(0, i, ANSWERS.get(random.nextInt(ANSWERS.size())));
            byte[] mutated = mutate(frame, random);
            try {
                Object unused = call ? Frames.decodeCall(mutated) : Frames.decodeAnswer(mutated);
            } catch (WireException expected) {
                assertThat(expected.getMessage()).isNotEmpty();
            } catch (RuntimeException e) {
                fail("frame " + hex(mutated), e);
            }
        }
    }

    private static byte[] mutate(byte[] frame, Random random) {
        byte[] mutated = java.util.Arrays.copyOf(frame, random.nextInt(frame.length + 4));
        for (int i = random.nextInt(4); i > 0 && mutated.length > 0; i--) {
            mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
        }
        return mutated;
    }
}
