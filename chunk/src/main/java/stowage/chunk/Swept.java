package stowage.chunk;

/**
 * What a sweep did.
 *
 * @param objects chunks and leaves that nothing named and that are gone
 * @param freedBytes less on disk
 * @param copiedBytes moved to new packs so that old ones could go
 * @param keptPacks packs that hold dead chunks still, since something in them is damaged or came
 *     into use meanwhile
 */
public record Swept(long objects, long freedBytes, long copiedBytes, int keptPacks) {}
