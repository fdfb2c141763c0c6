package io.sallyport.allocator.table;

import io.sallyport.allocator.Holdings;
import io.sallyport.allocator.Limits;
import io.sallyport.allocator.Ports;
import io.sallyport.ids.Incarnation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Shows the ports of one row after another. One thread at a time. */
final class RowView implements Holdings {

    private final Rows rows;
    private final HolderBook book;
    private final PortList list = new PortList();
    private Shares shares = list;

    RowView(Rows rows, HolderBook book) {
        this.rows = rows;
        this.book = book;
    }

    /**
     * @param row or {@link Rows#NONE}, for nothing
     */
    void show(int row) {
        if (row == Rows.NONE) {
            list.clear();
            shares = list;
        } else {
            shares = rows.read(row, list);
        }
    }

    Shares shares() {
        return shares;
    }

    /** Goes on with the same ports in planes. */
    Shares toPlanes() {
        PortPlanes planes = new PortPlanes();
        planes.takeAll(shares);
        shares = planes;
        return planes;
    }

    /** Goes on with the same ports in a list. */
    Shares toList() {
        list.clear();
        list.takeAll(shares);
        shares = list;
        return list;
    }

    @Override
    public int leased() {
        return shares.size();
    }

    @Override
    public int free() {
        return Limits.PORTS - shares.size();
    }

    @Override
    public int freePort(int rank) {
        return shares.freePort(rank);
    }

    @Override
    public List<Incarnation> holders() {
        List<Incarnation> holders = new ArrayList<>(shares.holders());
        for (int place = 0; place < shares.holders(); place++) {
            holders.add(book.incarnation(shares.holderAt(place)));
        }
        Collections.sort(holders);
        return holders;
    }

    private int place(Incarnation holder) {
        int number = book.find(holder);
        return number == HolderBook.UNKNOWN ? Shares.NOBODY : shares.find(number);
    }

    @Override
    public boolean holds(Incarnation holder, int port) {
        int place = place(holder);
        return place != Shares.NOBODY && shares.placeOf(port) == place;
    }

    @Override
    public Ports held(Incarnation holder, Ports asked) {
        int place = place(holder);
        if (place == Shares.NOBODY) {
            return Ports.none();
        }
        if (asked.size() == 1) {
            return shares.placeOf(asked.get(0)) == place ? asked : Ports.none();
        }
        Ports sorted = asked.sorted();
        char[] held = new char[sorted.size()];
        int count = 0;
        for (int i = 0; i < sorted.size(); i++) {
            if (shares.placeOf(sorted.get(i)) == place) {
                held[count++] = (char) sorted.get(i);
            }
        }
        return Ports.copyOf(held, count);
    }

    @Override
    public Ports portsOf(Incarnation holder) {
        int place = place(holder);
        return place == Shares.NOBODY ? Ports.none() : portsAt(place);
    }

    Ports portsAt(int place) {
        char[] ports = new char[shares.sizeAt(place)];
        shares.copyPorts(place, ports);
        return Ports.copyOf(ports, ports.length);
    }

    @Override
    public int leasedTo(Incarnation holder) {
        int place = place(holder);
        return place == Shares.NOBODY ? 0 : shares.sizeAt(place);
    }

    @Override
    public long lastGrant(Incarnation holder) {
        int place = place(holder);
        return place == Shares.NOBODY ? 0 : shares.grantAt(place);
    }
}
