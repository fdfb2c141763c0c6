package io.sallyport.store.catalog;

import java.util.ArrayList;
import java.util.List;

/**
 * What a tenant's key may do: parts of the API that it may read, and parts that it may change too.
 * Bits of areas; all bits stand for all areas, those to come included.
 */
public record KeyScope(int reads, int writes) {

    private static final int ALL = -1;

    public static final KeyScope FULL = new KeyScope(ALL, ALL);
    public static final KeyScope READ_ONLY = new KeyScope(ALL, 0);

    /** Parts of the API. The order is that of the bits: new ones come last. */
    public enum Area {
        VPCS("vpcs"),
        GATEWAYS("gateways"),
        ADDRESSES("elastic-ips"),
        NETWORK_ACLS("network-acls"),
        FLOW_LOGS("flow-logs"),
        TAGS("tags"),
        OPERATIONS("operations");

        private final String text;

        Area(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }

        private int bit() {
            return 1 << ordinal();
        }
    }

    private static final String FULL_TEXT = "full";
    private static final String READ_ONLY_TEXT = "read-only";
    private static final String READ = ":read";
    private static final String WRITE = ":full";

    /** What {@link #parse} takes. */
    public static final String FORM =
            "full, read-only, or <area>:read or <area>:full of vpcs, gateways, elastic-ips,"
                    + " network-acls, flow-logs, tags, operations";

    /** Who may change a thing may see it. */
    public KeyScope {
        reads |= writes;
    }

    /**
     * One word of {@link #FORM}.
     *
     * @throws IllegalArgumentException where it is none
     */
    public static KeyScope parse(String text) {
        if (text.equals(FULL_TEXT)) {
            return FULL;
        }
        if (text.equals(READ_ONLY_TEXT)) {
            return READ_ONLY;
        }
        for (Area area : Area.values()) {
            if (text.equals(area.text + READ)) {
                return new KeyScope(area.bit(), 0);
            }
            if (text.equals(area.text + WRITE)) {
                return new KeyScope(0, area.bit());
            }
        }
        throw new IllegalArgumentException(FORM);
    }

    public KeyScope and(KeyScope other) {
        return new KeyScope(reads | other.reads, writes | other.writes);
    }

    /**
     * @param change whether it is more than a look
     */
    public boolean allows(Area area, boolean change) {
        return ((change ? writes : reads) & area.bit()) != 0;
    }

    /** As {@link #parse} takes them, one after the other. */
    public List<String> words() {
        if (writes == ALL) {
            return List.of(FULL_TEXT);
        }
        List<String> words = new ArrayList<>();
        if (reads == ALL) {
            words.add(READ_ONLY_TEXT);
        }
        for (Area area : Area.values()) {
            if (allows(area, true)) {
                words.add(area.text + WRITE);
            } else if (reads != ALL && allows(area, false)) {
                words.add(area.text + READ);
            }
        }
        return List.copyOf(words);
    }

    @Override
    public String toString() {
        return String.join(" ", words());
    }
}
