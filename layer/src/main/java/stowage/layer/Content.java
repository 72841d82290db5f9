package stowage.layer;

/** A file's bytes that are written behind the index: all of them, in order, holes skipped. */
interface Content {
  /** Writes exactly the file's size to {@code sink}. */
  void writeTo(Sink sink);

  /** Bytes that are not holes: what it takes on the disk. */
  long bytes();
}
