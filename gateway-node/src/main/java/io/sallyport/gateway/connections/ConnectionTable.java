package io.sallyport.gateway.connections;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.sallyport.gateway.wire.HotPath;
import io.sallyport.net.IpAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * The connections this node forwards, in off-heap memory laid out as {@link RecordLayout} says. One
 * writer, the worker thread; where the memory is the kernel fast path's ({@link TableMemory}), its
 * programs read it meanwhile and add to the counters, so those are added to atomically here too. A
 * search takes the key as numbers and gives a slot or {@link #MISS}; everything else takes a slot.
 * Slot 0 is never used, so that an entry is never 0.
 */
@HotPath
public final class ConnectionTable implements AutoCloseable {

    public static final int MISS = -1;

    /** State bits of a record. */
    public static final int OPEN = 1;

    public static final int STOPPED = 2;
    public static final int ALLOWED_OUT = 4;
    public static final int ALLOWED_IN = 8;

    /** The EIP is not its gateway's any more. */
    public static final int EIP_GONE = 16;

    /**
     * What the view is asked of each packet (whose client, which remote, from which tunnel end)
     * holds for all packets of this connection, so that the kernel's program need not ask.
     */
    public static final int IN_ORDER = 32;

    /** Of {@link #flags}: {@link #next} of that direction is known. */
    public static final int NEXT_KNOWN = 1 << 16;

    /** It was taken from a segment that did not fit what was known, and nobody has confirmed it. */
    public static final int NEXT_DOUBTED = 1 << 17;

    /** Segments before it were not seen, and its receiver has not said that it has them. */
    public static final int NEXT_GAP = 1 << 18;

    /**
     * Both numbers were taken from segments alone, and what fits them proves no end: two strangers
     * who agree are a stream too. Only {@link #numbers(int, Numbers)} takes it away.
     */
    public static final int NEXT_ADOPTED = 1 << 19;

    /** What {@link #flags} has of {@link #next}. */
    private static final int NEXT = NEXT_KNOWN | NEXT_DOUBTED | NEXT_GAP | NEXT_ADOPTED;

    /** How far from {@link #next} a segment of the stream may lie, to either side. */
    public static final int WINDOW = 32 << 20;

    private static final long OUTSIDE = 1L << 40;
    private static final int OUT = 0;
    private static final int IN = 1;

    /** Where in {@link RecordLayout#WAYS} they are. */
    private static final int HOP_OUT_SHIFT = 0;

    private static final int HOP_IN_SHIFT = 16;
    private static final int PATH_SHIFT = 32;
    private static final int HOP_MASK = 0xffff;

    private static final VarHandle LONG = JAVA_LONG.varHandle();
    private static final VarHandle INT = JAVA_INT.varHandle();
    private static final VarHandle BYTE = JAVA_BYTE.varHandle();

    private final MemorySegment records;
    private final PathTable pathTable;
    private final PathRecords paths;
    private final BucketIndex index;
    private final KeyHash hash;
    private final AddressIndex eips;
    private final Identities identities;
    private final int capacity;
    private final long graceNanos;
    private final Arena own;

    /** Slots that were used and are free, the last one first to be used again. */
    private int[] freed = new int[64];

    private int freedCount;

    /** This one and all above were never used. */
    private int fresh = 1;

    private int generation;

    /** In plain memory of its own. */
    public ConnectionTable(int capacity) {
        this(capacity, Arena.ofShared());
    }

    private ConnectionTable(int capacity, Arena own) {
        this(TableMemory.plain(own, capacity), own);
    }

    /**
     * In memory that is the caller's to free, after {@link #close}; empty before {@link #adopt}.
     */
    public ConnectionTable(TableMemory memory) {
        this(memory, Arena.ofShared());
    }

    private ConnectionTable(TableMemory memory, Arena own) {
        this.own = own;
        capacity = memory.capacity();
        graceNanos = memory.graceNanos();
        records = memory.records();
        index = new BucketIndex(memory.buckets(), TableMemory.buckets(capacity));
        hash = memory.seeds().hash();
        pathTable = new PathTable(memory.paths(), TableMemory.paths(capacity), hash, graceNanos);
        paths = new PathRecords(pathTable, this);
        eips = new AddressIndex(memory.eips());
        TableMemory named = memory.complete(own);
        identities = new Identities(named.identities(), named.origins(), this);
    }

    /**
     * Takes over what a former life left in the memory; before all else. A connection that it was
     * just writing when it died is forgotten.
     *
     * @param to is given each slot
     * @param resting is given each slot that was {@link #retire retired} and not {@link #release
     *     released}: it is as if this life had retired it
     */
    public void adopt(IntConsumer to, IntConsumer resting) {
        fresh = capacity + 1;
        freedCount = 0;
        for (int slot = capacity; slot >= 1; slot--) {
            if (records.get(JAVA_INT, at(slot) + RecordLayout.VNI_PROTOCOL) == 0) {
                free(slot);
                continue;
            }
            generation = Math.max(generation, generation(slot));
            if (isUsed(slot) && isFound(slot) && identities.adopt(slot)) {
                eips.adopt(eip(slot));
                adoptPath(slot);
                to.accept(slot);
            } else {
                boolean rests = state(slot) == 0 && identities.isOf(slot);
                BYTE.setRelease(records, at(slot) + RecordLayout.STATE, (byte) 0);
                long out = hashOut(slot);
                long in = hashIn(slot);
                index.removeIfPresent(out, BucketIndex.entry(out, slot, OUT));
                index.removeIfPresent(in, BucketIndex.entry(in, slot, IN));
                if (rests) {
                    identities.adoptRetired(slot);
                    eips.adopt(eip(slot));
                    adoptPath(slot);
                    resting.accept(slot);
                } else {
                    putInt(slot, RecordLayout.VNI_PROTOCOL, 0);
                    free(slot);
                }
            }
        }
        pathTable.adopted();
    }

    private void adoptPath(int slot) {
        int number = pathTable.adopt(path(slot));
        if (number != path(slot)) {
            path(slot, number, 0);
        }
    }

    private void free(int slot) {
        if (slot == fresh - 1) {
            fresh = slot;
            return;
        }
        if (freedCount == freed.length) {
            freed = Arrays.copyOf(freed, 2 * freedCount);
        }
        freed[freedCount++] = slot;
    }

    /** Whether both entries lead to it. */
    private boolean isFound(int slot) {
        int out =
                findOut(
                        vpc(slot),
                        protocol(slot),
                        clientHigh(slot),
                        clientLow(slot),
                        clientPort(slot),
                        remoteHigh(slot),
                        remoteLow(slot),
                        remotePort(slot));
        int in =
                findIn(
                        protocol(slot),
                        eipHigh(slot),
                        eipLow(slot),
                        natPort(slot),
                        remoteHigh(slot),
                        remoteLow(slot),
                        remotePort(slot));
        return out == slot && in == slot;
    }

    public int capacity() {
        return capacity;
    }

    /** Who the connections are. */
    public Identities identities() {
        return identities;
    }

    /** How their clients are reached. */
    public PathRecords paths() {
        return paths;
    }

    /** Slots in use, with those that rest. */
    public int size() {
        return fresh - 1 - freedCount;
    }

    /** How long a slot rests between {@link #retire} and {@link #release}; 0: it need not. */
    public long graceNanos() {
        return graceNanos;
    }

    /** By what a packet from inside carries. */
    public int findOut(
            int vpc,
            int protocol,
            long clientHigh,
            long clientLow,
            int clientPort,
            long remoteHigh,
            long remoteLow,
            int remotePort) {
        long space = (long) vpc << 8 | protocol;
        long ports = (long) clientPort << 16 | remotePort;
        long h = hash.of(clientHigh, clientLow, remoteHigh, remoteLow, ports, space);
        for (int probe = 0; probe < BucketIndex.PROBES; probe++) {
            long bucket = index.bucket(h, probe);
            for (int i = 0; i < RecordLayout.ENTRIES; i++) {
                long entry = index.entryAt(bucket, i);
                if (entry >>> 32 == h >>> 32 && entry != 0 && (entry & 1) == OUT) {
                    int slot = BucketIndex.slotOf(entry);
                    long at = at(slot);
                    if (records.get(JAVA_INT, at + RecordLayout.VNI_PROTOCOL) == (int) space
                            && clientPort(slot) == clientPort
                            && remotePort(slot) == remotePort
                            && clientLow(slot) == clientLow
                            && clientHigh(slot) == clientHigh
                            && remoteLow(slot) == remoteLow
                            && remoteHigh(slot) == remoteHigh) {
                        return slot;
                    }
                }
            }
            if (!index.overflowed(bucket)) {
                return MISS;
            }
        }
        return MISS;
    }

    /** By what a packet from outside carries. */
    public int findIn(
            int protocol,
            long eipHigh,
            long eipLow,
            int natPort,
            long remoteHigh,
            long remoteLow,
            int remotePort) {
        long ports = (long) natPort << 16 | remotePort;
        long h = hash.of(eipHigh, eipLow, remoteHigh, remoteLow, ports, OUTSIDE | protocol);
        for (int probe = 0; probe < BucketIndex.PROBES; probe++) {
            long bucket = index.bucket(h, probe);
            for (int i = 0; i < RecordLayout.ENTRIES; i++) {
                long entry = index.entryAt(bucket, i);
                if (entry >>> 32 == h >>> 32 && entry != 0 && (entry & 1) == IN) {
                    int slot = BucketIndex.slotOf(entry);
                    if (protocol(slot) == protocol
                            && natPort(slot) == natPort
                            && remotePort(slot) == remotePort
                            && remoteLow(slot) == remoteLow
                            && remoteHigh(slot) == remoteHigh
                            && eipLow(slot) == eipLow
                            && eipHigh(slot) == eipHigh) {
                        return slot;
                    }
                }
            }
            if (!index.overflowed(bucket)) {
                return MISS;
            }
        }
        return MISS;
    }

    /**
     * Writes the record, then the in entry, then the out entry.
     *
     * @return the slot, or {@link #MISS} where there is no room, or where either key is another
     *     connection's: that one must go first, so that no tuple is ever two connections'
     */
    public int install(Connection connection, int gatewayIndex) {
        if (size() == capacity || isKnown(connection)) {
            return MISS;
        }
        int eip = eips.take(connection.eip());
        if (eip < 0) {
            return MISS;
        }
        int origin = identities.take(connection);
        if (origin < 0) {
            eips.release(eip);
            return MISS;
        }
        int slot = freedCount == 0 ? fresh++ : freed[--freedCount];
        InsideKey key = connection.inside();
        long at = at(slot);
        records.asSlice(at, RecordLayout.BYTES).fill((byte) 0);
        records.set(JAVA_LONG, at + RecordLayout.INSIDE, key.client().address().high());
        records.set(JAVA_LONG, at + RecordLayout.INSIDE + 8, key.client().address().low());
        records.set(JAVA_LONG, at + RecordLayout.REMOTE, key.remote().address().high());
        records.set(JAVA_LONG, at + RecordLayout.REMOTE + 8, key.remote().address().low());
        putShort(slot, RecordLayout.INSIDE_PORT, key.client().port());
        putShort(slot, RecordLayout.REMOTE_PORT, key.remote().port());
        putShort(slot, RecordLayout.EIP, eip);
        putShort(slot, RecordLayout.NAT_PORT, connection.natPort());
        putShort(slot, RecordLayout.GATEWAY, gatewayIndex);
        putInt(slot, RecordLayout.GENERATION, ++generation);
        putInt(slot, RecordLayout.ACL_VERSION, -1);
        records.set(JAVA_LONG, at + RecordLayout.OUT_LAST, Long.MIN_VALUE);
        records.set(JAVA_LONG, at + RecordLayout.IN_LAST, Long.MIN_VALUE);
        putInt(slot, RecordLayout.VNI_PROTOCOL, key.vpc() << 8 | key.protocol().number());
        state(slot, OPEN);
        path(slot, paths.take(connection.path()), 0);
        identities.write(slot, connection, origin, generation);
        long in = hashIn(slot);
        long out = hashOut(slot);
        if (!index.insert(in, BucketIndex.entry(in, slot, IN))) {
            release(slot);
            return MISS;
        }
        if (!index.insert(out, BucketIndex.entry(out, slot, OUT))) {
            index.remove(in, BucketIndex.entry(in, slot, IN));
            release(slot);
            return MISS;
        }
        identities.enter(slot);
        return slot;
    }

    /** For a table that nobody else reads. */
    void remove(int slot) {
        retire(slot);
        release(slot);
    }

    /**
     * Nothing finds it any more; what its counters say is to be read after {@link #graceNanos}. The
     * out entry goes first: nothing opens what is half gone.
     */
    public void retire(int slot) {
        BYTE.setRelease(records, at(slot) + RecordLayout.STATE, (byte) 0);
        long out = hashOut(slot);
        long in = hashIn(slot);
        index.remove(out, BucketIndex.entry(out, slot, OUT));
        index.remove(in, BucketIndex.entry(in, slot, IN));
        identities.leave(slot);
    }

    private boolean isKnown(Connection connection) {
        InsideKey key = connection.inside();
        IpAddress client = key.client().address();
        IpAddress remote = key.remote().address();
        int protocol = key.protocol().number();
        int out =
                findOut(
                        key.vpc(),
                        protocol,
                        client.high(),
                        client.low(),
                        key.client().port(),
                        remote.high(),
                        remote.low(),
                        key.remote().port());
        int in =
                findIn(
                        protocol,
                        connection.eip().high(),
                        connection.eip().low(),
                        connection.natPort(),
                        remote.high(),
                        remote.low(),
                        key.remote().port());
        return out != MISS || in != MISS;
    }

    /** The slot of a retired record is free. */
    public void release(int slot) {
        eips.release(eip(slot));
        pathTable.release(path(slot));
        identities.release(slot);
        putInt(slot, RecordLayout.VNI_PROTOCOL, 0);
        free(slot);
    }

    /** What was taken from records, and may have been read there, is free once it is old enough. */
    public void turn(long nowNanos) {
        pathTable.turn(nowNanos);
    }

    /** Whether there is a connection; a retired one is none. */
    public boolean isUsed(int slot) {
        return (state(slot) & OPEN) != 0;
    }

    public long clientHigh(int slot) {
        return records.get(JAVA_LONG, at(slot) + RecordLayout.INSIDE);
    }

    public long clientLow(int slot) {
        return records.get(JAVA_LONG, at(slot) + RecordLayout.INSIDE + 8);
    }

    public int clientPort(int slot) {
        return getShort(slot, RecordLayout.INSIDE_PORT);
    }

    public long remoteHigh(int slot) {
        return records.get(JAVA_LONG, at(slot) + RecordLayout.REMOTE);
    }

    public long remoteLow(int slot) {
        return records.get(JAVA_LONG, at(slot) + RecordLayout.REMOTE + 8);
    }

    public int remotePort(int slot) {
        return getShort(slot, RecordLayout.REMOTE_PORT);
    }

    public int protocol(int slot) {
        return records.get(JAVA_INT, at(slot) + RecordLayout.VNI_PROTOCOL) & 0xff;
    }

    public int vpc(int slot) {
        return records.get(JAVA_INT, at(slot) + RecordLayout.VNI_PROTOCOL) >>> 8;
    }

    private int eip(int slot) {
        return getShort(slot, RecordLayout.EIP);
    }

    public long eipHigh(int slot) {
        return eips.high(eip(slot));
    }

    public long eipLow(int slot) {
        return eips.low(eip(slot));
    }

    public int natPort(int slot) {
        return getShort(slot, RecordLayout.NAT_PORT);
    }

    public int gateway(int slot) {
        return getShort(slot, RecordLayout.GATEWAY);
    }

    public void gateway(int slot, int gatewayIndex) {
        putShort(slot, RecordLayout.GATEWAY, gatewayIndex);
    }

    public int generation(int slot) {
        return getInt(slot, RecordLayout.GENERATION);
    }

    public int aclVersion(int slot) {
        return getInt(slot, RecordLayout.ACL_VERSION);
    }

    /** Under which version {@link #state} and the next hops were found; they must be in place. */
    public void aclVersion(int slot, int version) {
        INT.setRelease(records, at(slot) + RecordLayout.ACL_VERSION, version);
    }

    /** Number of the next hop for the kernel path; 0: it is to ask. */
    public int nextHop(int slot, boolean outward) {
        return (int) (ways(slot) >>> (outward ? HOP_OUT_SHIFT : HOP_IN_SHIFT)) & HOP_MASK;
    }

    public void nextHop(int slot, boolean outward, int number) {
        int shift = outward ? HOP_OUT_SHIFT : HOP_IN_SHIFT;
        ways(slot, ways(slot) & ~((long) HOP_MASK << shift) | (long) number << shift);
    }

    /** The number of the way to its client. */
    int path(int slot) {
        return (int) (ways(slot) >>> PATH_SHIFT);
    }

    /** Both change at once: nothing is sent to the one place through the other's next hop. */
    void path(int slot, int number, int nextHopIn) {
        long kept = ways(slot) & (long) HOP_MASK << HOP_OUT_SHIFT;
        ways(slot, kept | (long) nextHopIn << HOP_IN_SHIFT | (long) number << PATH_SHIFT);
    }

    private long ways(int slot) {
        return records.get(JAVA_LONG, at(slot) + RecordLayout.WAYS);
    }

    private void ways(int slot, long ways) {
        LONG.setRelease(records, at(slot) + RecordLayout.WAYS, ways);
    }

    public int state(int slot) {
        return records.get(JAVA_BYTE, at(slot) + RecordLayout.STATE);
    }

    public void state(int slot, int state) {
        BYTE.setRelease(records, at(slot) + RecordLayout.STATE, (byte) state);
    }

    /** The record as it is now, for {@link #resemble} or a map of the kernel's. Cold. */
    public byte[] copy(int slot) {
        return records.asSlice(at(slot), RecordLayout.BYTES).toArray(JAVA_BYTE);
    }

    /**
     * Makes the connection in {@code slot} like one of the same keys and path elsewhere: its state,
     * verdicts, next hops and counters. For a table that nobody else reads. Cold.
     *
     * @param record {@link #copy} of that one
     */
    public void resemble(int slot, byte[] record) {
        MemorySegment from = MemorySegment.ofArray(record);
        long at = at(slot);
        int judged = RecordLayout.WAYS - RecordLayout.STATE;
        int counted = RecordLayout.BYTES - RecordLayout.OUT_PACKETS;
        MemorySegment.copy(from, RecordLayout.STATE, records, at + RecordLayout.STATE, judged);
        long hops = from.get(JAVA_LONG_UNALIGNED, RecordLayout.WAYS) & (1L << PATH_SHIFT) - 1;
        ways(slot, ways(slot) >>> PATH_SHIFT << PATH_SHIFT | hops);
        MemorySegment.copy(
                from,
                RecordLayout.ACL_VERSION,
                records,
                at + RecordLayout.ACL_VERSION,
                Integer.BYTES);
        MemorySegment.copy(
                from, RecordLayout.OUT_PACKETS, records, at + RecordLayout.OUT_PACKETS, counted);
    }

    /** Counts packets of one direction and remembers when. */
    public void count(int slot, boolean outward, int packets, long bytes, long nowNanos) {
        count(slot, outward, packets, bytes);
        records.set(
                JAVA_LONG,
                at(slot) + (outward ? RecordLayout.OUT_LAST : RecordLayout.IN_LAST),
                nowNanos);
    }

    /** Counts packets that are no sign of life. */
    public void count(int slot, boolean outward, int packets, long bytes) {
        long counter = at(slot) + (outward ? RecordLayout.OUT_PACKETS : RecordLayout.IN_PACKETS);
        long ignored = (long) LONG.getAndAdd(records, counter, (long) packets);
        ignored = (long) LONG.getAndAdd(records, counter + 8, bytes);
    }

    public long packets(int slot, boolean outward) {
        return records.get(
                JAVA_LONG,
                at(slot) + (outward ? RecordLayout.OUT_PACKETS : RecordLayout.IN_PACKETS));
    }

    public long bytes(int slot, boolean outward) {
        return records.get(
                JAVA_LONG, at(slot) + (outward ? RecordLayout.OUT_BYTES : RecordLayout.IN_BYTES));
    }

    /** System.nanoTime of the last packet; Long.MIN_VALUE = none yet. */
    public long last(int slot, boolean outward) {
        return records.get(
                JAVA_LONG, at(slot) + (outward ? RecordLayout.OUT_LAST : RecordLayout.IN_LAST));
    }

    /**
     * Low byte: all TCP flags seen; second byte: those since the meter passed, SYN-ACK as 18; third
     * byte: what is known of {@link #next}.
     */
    public int flags(int slot, boolean outward) {
        return getInt(slot, outward ? RecordLayout.FLAGS_OUT : RecordLayout.FLAGS_IN);
    }

    /**
     * Adds flags.
     *
     * @return what {@link #flags} was before
     */
    public int addFlags(int slot, boolean outward, int flags) {
        int before = flags(slot, outward);
        // Most packets tell nothing new, and an atomic write is dearer than a look.
        return (before | flags) == before
                ? before
                : (int) INT.getAndBitwiseOr(records, flagsAt(slot, outward), flags);
    }

    /** Of {@link #flags}, those since the last call, in the low byte. */
    public int takeFreshFlags(int slot, boolean outward) {
        return (flags(slot, outward) & 0xff00) == 0
                ? 0
                : clearFlags(slot, outward, 0xff00) >>> 8 & 0xff;
    }

    /**
     * Takes flags away.
     *
     * @return what {@link #flags} was before
     */
    public int clearFlags(int slot, boolean outward, int flags) {
        return (int) INT.getAndBitwiseAnd(records, flagsAt(slot, outward), ~flags);
    }

    private static long flagsAt(int slot, boolean outward) {
        return at(slot) + (outward ? RecordLayout.FLAGS_OUT : RecordLayout.FLAGS_IN);
    }

    /**
     * The sequence number that the receiver of this direction expects next, as far as segments and
     * acknowledgements have told; see {@link #NEXT_KNOWN}.
     */
    public int next(int slot, boolean outward) {
        return getInt(slot, outward ? RecordLayout.NEXT_OUT : RecordLayout.NEXT_IN);
    }

    public void next(int slot, boolean outward, int sequence) {
        putInt(slot, outward ? RecordLayout.NEXT_OUT : RecordLayout.NEXT_IN, sequence);
    }

    /** What is known of both directions beyond doubt. Cold. */
    public Numbers numbers(int slot) {
        boolean out = isSure(slot, true);
        boolean in = isSure(slot, false);
        return out || in
                ? new Numbers(out, out ? next(slot, true) : 0, in, in ? next(slot, false) : 0)
                : Numbers.NONE;
    }

    private boolean isSure(int slot, boolean outward) {
        return (flags(slot, outward) & (NEXT & ~NEXT_GAP)) == NEXT_KNOWN;
    }

    /** As told by another who carried it, in place of what the record has. */
    public void numbers(int slot, Numbers numbers) {
        for (int i = 0; i < 2; i++) {
            boolean outward = i == 0;
            if ((flags(slot, outward) & NEXT) != 0) {
                clearFlags(slot, outward, NEXT);
            }
            if (numbers.known(outward)) {
                next(slot, outward, numbers.next(outward));
                addFlags(slot, outward, NEXT_KNOWN);
            }
        }
    }

    @Override
    public void close() {
        own.close();
    }

    private long hashOut(int slot) {
        long space = Integer.toUnsignedLong(getInt(slot, RecordLayout.VNI_PROTOCOL));
        long ports = (long) clientPort(slot) << 16 | remotePort(slot);
        return hash.of(
                clientHigh(slot), clientLow(slot), remoteHigh(slot), remoteLow(slot), ports, space);
    }

    private long hashIn(int slot) {
        long ports = (long) natPort(slot) << 16 | remotePort(slot);
        return hash.of(
                eipHigh(slot),
                eipLow(slot),
                remoteHigh(slot),
                remoteLow(slot),
                ports,
                OUTSIDE | protocol(slot));
    }

    private static long at(int slot) {
        return (long) slot * RecordLayout.BYTES;
    }

    private int getShort(int slot, int field) {
        return records.get(JAVA_SHORT, at(slot) + field) & 0xffff;
    }

    private void putShort(int slot, int field, int value) {
        records.set(JAVA_SHORT, at(slot) + field, (short) value);
    }

    private int getInt(int slot, int field) {
        return records.get(JAVA_INT, at(slot) + field);
    }

    private void putInt(int slot, int field, int value) {
        records.set(JAVA_INT, at(slot) + field, value);
    }
}
