package stowage.chunk;

import java.io.IOException;
import java.nio.file.Path;
import stowage.store.HostDisk;

/** Folders on this machine that must survive. */
final class Folders {
  private Folders() {}

  /** Makes a folder (mode 0700) and those above it that are missing; durable when it returns. */
  static void make(Path folder) throws IOException {
    Path above = folder.getParent();
    if (above == null || folder.toFile().isDirectory()) {
      return;
    }
    make(above);
    var disk = new HostDisk(above);
    disk.makeDirectory(folder.getFileName().toString());
    disk.syncDirectory("");
  }
}
