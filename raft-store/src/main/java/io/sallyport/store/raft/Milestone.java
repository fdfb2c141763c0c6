package io.sallyport.store.raft;

/**
 * Where applying and the making of a checkpoint are, in the order in which they come. A store may
 * die at each of them, and between them, and must come back with all that it acknowledged.
 */
enum Milestone {
    /** Entries are in the log's file, and not synced. */
    LOG_WRITTEN,
    /** An entry is about to change the state. */
    APPLYING,
    /** The state has changed; nobody was answered yet. */
    APPLIED,
    /** What belongs to the checkpoint is settled; on the applying thread. */
    CUT,
    /** Some rows are in the database, others are not. */
    ROWS_WRITTEN,
    /** All rows and what they cover are in files. */
    FLUSHED,
    /** The copy is whole, under a name that means nothing. */
    COPIED,
    /** The copy has its name; whether the name survives a power failure is not known. */
    NAMED,
    /** The copy is the latest checkpoint, and the log may be cut. */
    LATEST,
    /** Older copies are deleted. */
    OLDER_DELETED
}
