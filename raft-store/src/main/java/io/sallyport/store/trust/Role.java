package io.sallyport.store.trust;

import java.util.Locale;

/** What a process is in its cluster; the word in its certificate is the name in lower case. */
public enum Role {
    /** A gateway node. */
    NODE,
    STORE,
    CONTROL,
    /** A person, or a tool in a person's hand. */
    OPERATOR;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * @throws IllegalArgumentException where no role is called so
     */
    public static Role of(String word) {
        for (Role each : values()) {
            if (each.word().equals(word)) {
                return each;
            }
        }
        throw new IllegalArgumentException("no role is called " + word);
    }
}
