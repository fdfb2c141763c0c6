package io.sallyport.gateway.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.sallyport.gateway.connections.TableMemory;
import io.sallyport.gateway.io.AfPacketDoor;
import io.sallyport.gateway.io.VxlanDevice;
import io.sallyport.gateway.wire.Octets;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One node's kernel path: the maps, one of them the connection table's memory, and the programs on
 * its devices, of which it makes that of the tunnels itself. Opened and attached by cold threads;
 * what a view says is told by one thread at a time, {@link #actUntil} and {@link #policy} by the
 * packet thread.
 */
public final class FastPath implements AutoCloseable {

    /**
     * Next hops 1 to this are the inside devices, the tunnels' last; those after it neighbours
     * outside.
     */
    private static final int INSIDE_HOPS = 31;

    private static final VarHandle LONG = JAVA_LONG.varHandle();
    private static final VarHandle INT = JAVA_INT.varHandle();
    private static final VarHandle SHORT = JAVA_SHORT.varHandle();

    private final FastPathSettings settings;
    private final Pins pins;
    private final NodeMaps maps;
    private final List<DevicePath> devices = new ArrayList<>();
    private final List<PuntDoor> doors = new ArrayList<>();
    private final AddressSet addresses;
    private final PrefixSet prefixes;
    private final PathCounters counters;
    private final MemorySegment meta;
    private final MemorySegment policies;
    private final MemorySegment nextHops;
    private final TableMemory memory;
    private @Nullable VxlanDevice tunnel;
    private String tunnelRefusal = "";
    private boolean attached;
    private boolean remains;

    /**
     * Memory beside the table that a process that dies leaves to the next, as the table's.
     *
     * @param bySlot {@value MapLayout#TOLD_BYTES} bytes for each slot
     * @param notes some 128 kB
     * @param former whether a former life wrote it, and none came between
     */
    public record Remembered(MemorySegment bySlot, MemorySegment notes, boolean former) {}

    private FastPath(FastPathSettings settings) {
        this.settings = settings;
        pins = new Pins(settings.pins());
        ProgramObjects objects = ProgramObjects.load();
        maps = new NodeMaps(settings, objects, pins);
        try {
            addresses = new AddressSet(maps.get("addresses"));
            prefixes = new PrefixSet(maps.get("prefixes"));
            counters = new PathCounters(maps.get("stats"));
            meta = maps.meta();
            policies = maps.get("policies").mapped();
            nextHops = maps.get("nexthops").mapped();
            memory = maps.table();
            AfPacketDoor outside = AfPacketDoor.sender(settings.outside(), MapLayout.SENDER_MARK);
            device(outside, DevicePath.Side.OUTSIDE, objects);
            settings.inside().forEach(name -> inside(name, objects));
            settings.tunnel().ifPresent(one -> tunnel(one, objects));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Creates the maps, loads the programs and proves that they can be attached; no packet meets
     * them before {@link #attach}.
     *
     * @throws BpfException where this kernel or this process's rights do not suffice
     */
    public static FastPath open(FastPathSettings settings) {
        return new FastPath(settings);
    }

    /** The sender is closed where it fails. */
    private DevicePath device(AfPacketDoor sender, DevicePath.Side side, ProgramObjects objects) {
        int number = devices.size();
        try {
            if (number > INSIDE_HOPS) {
                throw new IllegalArgumentException("at most " + INSIDE_HOPS + " inside devices");
            }
            DevicePath device = new DevicePath(settings.hook(), side, sender, objects, maps, pins);
            doors.add(device.door(number));
            devices.add(device);
        } catch (RuntimeException e) {
            sender.close();
            throw e;
        }
        DevicePath device = devices.getLast();
        device.guard();
        return device;
    }

    private void inside(String name, ProgramObjects objects) {
        AfPacketDoor sender = AfPacketDoor.sender(name, MapLayout.SENDER_MARK);
        int number = devices.size();
        device(sender, DevicePath.Side.INSIDE, objects);
        int mtu = settings.insideMtu() == 0 ? sender.mtu() : settings.insideMtu();
        hop(number, 0, sender, mtu, MapLayout.KIND_PLAIN);
    }

    /** Where this box cannot, the tunnels are without a kernel path, and the rest has its own. */
    private void tunnel(FastPathSettings.Tunnel wanted, ProgramObjects objects) {
        int number = devices.size();
        try {
            VxlanDevice made = VxlanDevice.open(wanted.local(), wanted.owner(), maps.inherited());
            tunnel = made;
            AfPacketDoor sender = AfPacketDoor.tunnelSender(made.name(), MapLayout.SENDER_MARK);
            DevicePath device = device(sender, DevicePath.Side.TUNNEL, objects);
            devices.forEach(one -> one.local(wanted.local()));
            devices.getFirst().behind();
            long at = (long) number * MapLayout.NEXT_HOP_BYTES + MapLayout.NEXT_HOP_LOCAL;
            nextHops.set(JAVA_LONG, at, wanted.local().address().high());
            nextHops.set(JAVA_LONG, at + 8, wanted.local().address().low());
            hop(number, 0, sender, wanted.mtu(), MapLayout.KIND_TUNNEL);
            if (!made.isUp()) {
                // Never is it up without a program that keeps its packets from the box's stack.
                device.attach();
                made.raise();
            }
        } catch (BpfException | UncheckedIOException e) {
            tunnelRefusal = String.valueOf(e.getMessage());
            withoutTunnel(number);
        }
    }

    private void withoutTunnel(int number) {
        if (devices.size() > number) {
            doors.remove(number).close();
            DevicePath device = devices.remove(number);
            device.detach();
            device.close();
        }
        devices.forEach(DevicePath::noTunnels);
        SHORT.setVolatile(
                nextHops,
                (long) number * MapLayout.NEXT_HOP_BYTES + MapLayout.NEXT_HOP_KIND,
                MapLayout.KIND_NONE);
        VxlanDevice made = tunnel;
        tunnel = null;
        if (made != null) {
            made.remove();
            made.close();
        }
    }

    /** The device of all tunnels; empty: there is none, and {@link #tunnelRefusal} may say why. */
    public Optional<String> tunnelDevice() {
        return Optional.ofNullable(tunnel).map(VxlanDevice::name);
    }

    /** Why tunnels that were asked for have no kernel path; empty: they have. */
    public String tunnelRefusal() {
        return tunnelRefusal;
    }

    /** From now on packets meet the programs. */
    public void attach() {
        devices.forEach(DevicePath::attach);
        attached = true;
    }

    /** What the table is to lie in; it must be closed before this is. */
    public TableMemory memory() {
        return memory;
    }

    /** By device, the outside one first; closed with this. */
    public List<PuntDoor> doors() {
        return List.copyOf(doors);
    }

    public Hook hook() {
        return settings.hook();
    }

    /** Whether it goes on, until the horizon, where the process dies. */
    public boolean isPinned() {
        return settings.pins().isPresent();
    }

    /** What is attached where. */
    public List<Attached> attached() {
        return devices.stream().flatMap(device -> device.attached().stream()).toList();
    }

    public PathCounters counters() {
        return counters;
    }

    /** What the programs know of addresses and prefixes. */
    public AddressSet addresses() {
        return addresses;
    }

    public PrefixSet prefixes() {
        return prefixes;
    }

    /**
     * Which VPC the packets of a plain inside device are of.
     *
     * @param vpc null: none or several, so that all packets come up
     */
    public void vpc(String device, @Nullable Integer vpc) {
        for (DevicePath one : devices) {
            if (one.name().equals(device)) {
                one.vpc(vpc == null ? MapLayout.NO_VPC : vpc);
            }
        }
    }

    /**
     * Runs the device's program by hand, as if the frame had come in there: it is counted, what it
     * hands up comes by the device's door, and what it would send is only returned.
     *
     * @param gsoSize above 0: a large receive of segments that long (tcx only)
     * @param repeat how often, for a measurement; the result is the last one's
     * @throws IllegalArgumentException where the device has no kernel path
     */
    public TestRun run(String device, byte[] frame, int gsoSize, int repeat) {
        for (DevicePath one : devices) {
            if (one.name().equals(device)) {
                return one.run(frame, gsoSize, repeat);
            }
        }
        throw new IllegalArgumentException(device + " has no kernel path");
    }

    /**
     * What the device's program would do with a frame, told by the same program on copies of what
     * it writes: nothing is sent, counted or handed up. Takes some tenths of a second.
     *
     * @param slot where its connection is, {@code record} what the table has there; 0: it has none
     * @throws IllegalArgumentException where the device has no kernel path
     */
    public Rehearsed rehearse(String device, byte[] frame, int slot, byte[] record) {
        for (DevicePath one : devices) {
            if (one.name().equals(device)) {
                return one.rehearse(frame, slot, record);
            }
        }
        throw new IllegalArgumentException(device + " has no kernel path");
    }

    /** The device's number; -1: it has no kernel path. */
    public int deviceIndex(String name) {
        return devices.stream()
                .filter(device -> device.name().equals(name))
                .mapToInt(DevicePath::index)
                .findAny()
                .orElse(-1);
    }

    /**
     * Records of the gateway pass while they carry this version.
     *
     * @param version {@code -1}: none passes
     */
    public void policy(int gateway, int version) {
        INT.setRelease(policies, (long) MapLayout.ARRAY_STRIDE * gateway, version);
    }

    /** Nothing is forwarded from then on; CLOCK_BOOTTIME in nanoseconds. */
    public void actUntil(long bootNanos) {
        LONG.setRelease(meta, (long) MapLayout.META_ACT_UNTIL, bootNanos);
    }

    /** What {@link #actUntil} was told last, in this life or the one before. Any thread. */
    public long actsUntil() {
        return (long) LONG.getAcquire(meta, (long) MapLayout.META_ACT_UNTIL);
    }

    /**
     * Records that pass name the next hops of this life from now on: to be called when none passes
     * as the former life judged it, before the first is judged in this one.
     */
    public void takeOver() {
        maps.takeOver();
    }

    /** Empty: it ends with the process. */
    public Optional<Remembered> remembered() {
        return maps.remembered();
    }

    /**
     * The memory of a ring towards flow logs; whoever is at its other end outlives this, and closes
     * it. Empty: it ends with the process.
     */
    public Optional<BpfMap> flowMemory() {
        return maps.flows(pins);
    }

    /** Where in {@link #flowMemory} the ring begins. */
    public static long ringAt() {
        return MapLayout.FLOWS_RING;
    }

    /** Whether the table's memory holds what a former life left; {@link #attach} then swaps. */
    public boolean isInherited() {
        return maps.inherited();
    }

    /** CLOCK_BOOTTIME in nanoseconds until when the former life may act; 0: there was none. */
    public long inheritedUntil() {
        return maps.inheritedUntil();
    }

    /** The highest version that any {@link #policy} has. */
    public int newestPolicy() {
        int newest = 0;
        for (long at = 0; at < policies.byteSize(); at += MapLayout.ARRAY_STRIDE) {
            newest = Math.max(newest, policies.get(JAVA_INT, at));
        }
        return newest;
    }

    /**
     * The first number of {@link #outsideHop}. Lives take turns with two halves: records go on
     * naming the former life's numbers until this one has looked at them.
     */
    public int outsideHopsFirst() {
        return INSIDE_HOPS + 1 + maps.life() % 2 * outsideHopsMost();
    }

    /** How many numbers {@link #outsideHop} has. */
    public int outsideHopsMost() {
        return (maps.get("nexthops").spec().entries() - INSIDE_HOPS - 1) / 2;
    }

    /**
     * Where packets of records with that next hop go. One thread.
     *
     * @param number from {@link #outsideHopsFirst} on
     * @param mac negative: not known now
     */
    public void outsideHop(int number, long mac, int mtu) {
        hop(number, mac, devices.getFirst().sender(), mac < 0 ? 0 : mtu, MapLayout.KIND_PLAIN);
    }

    /** A number is switched off while it changes: then packets come up. */
    private void hop(int number, long target, AfPacketDoor through, int mtu, short kind) {
        long at = (long) number * MapLayout.NEXT_HOP_BYTES;
        if (mtu != 0 && isHop(at, target, through, mtu, kind)) {
            return;
        }
        SHORT.setVolatile(nextHops, at + MapLayout.NEXT_HOP_KIND, MapLayout.KIND_NONE);
        if (mtu != 0) {
            Octets.put48(nextHops, at + MapLayout.NEXT_HOP_TARGET, target);
            Octets.put48(nextHops, at + MapLayout.NEXT_HOP_SOURCE, through.mac());
            nextHops.set(JAVA_INT, at + MapLayout.NEXT_HOP_DEVICE, through.index());
            nextHops.set(JAVA_SHORT, at + MapLayout.NEXT_HOP_MTU, (short) Math.min(mtu, 0xffff));
            SHORT.setRelease(nextHops, at + MapLayout.NEXT_HOP_KIND, kind);
        }
    }

    /** What the entry says already is not said again: packets are passing by it. */
    private boolean isHop(long at, long target, AfPacketDoor through, int mtu, short kind) {
        return nextHops.get(JAVA_SHORT, at + MapLayout.NEXT_HOP_KIND) == kind
                && Octets.u48(nextHops, at + MapLayout.NEXT_HOP_TARGET) == target
                && Octets.u48(nextHops, at + MapLayout.NEXT_HOP_SOURCE) == through.mac()
                && nextHops.get(JAVA_INT, at + MapLayout.NEXT_HOP_DEVICE) == through.index()
                && nextHops.get(JAVA_SHORT, at + MapLayout.NEXT_HOP_MTU)
                        == (short) Math.min(mtu, 0xffff);
    }

    /**
     * What is pinned, and the tunnels' device, outlives {@link #close}, as it outlives a process
     * that dies: programs forward until the horizon, and another life may go on with them.
     */
    public void remain() {
        remains = isPinned();
    }

    /** What a life that has ended left pinned there goes, and its programs leave their devices. */
    public static void clear(Path pins) {
        Pins.clear(pins);
    }

    /** Forwards nothing more, unless {@link #remain} was said: it has no right to act any more. */
    public void rest() {
        if (!remains && attached) {
            actUntil(0);
        }
    }

    /**
     * Forwards nothing more and takes the programs off, unless {@link #remain} was said. Not called
     * by a process that dies.
     */
    @Override
    public void close() {
        rest();
        if (!remains) {
            if (attached) {
                devices.forEach(DevicePath::detach);
            }
            pins.remove();
        }
        doors.forEach(PuntDoor::close);
        devices.forEach(DevicePath::close);
        maps.close();
        VxlanDevice made = tunnel;
        if (made != null) {
            if (!remains) {
                made.remove();
            }
            made.close();
        }
    }
}
