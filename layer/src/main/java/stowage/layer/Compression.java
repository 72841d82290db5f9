package stowage.layer;

/** How a layer's blob was packed when it arrived. */
public enum Compression {
  NONE,
  GZIP,
  ZSTD
}
