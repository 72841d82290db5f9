package stowage.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.sqlite.SQLiteConfig;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * SQLite's native library, loaded without leaving a file behind.
 *
 * <p>By itself the driver copies it under a new name into /tmp at each start, and a kill -9 leaves
 * it there. Here it gets one fixed name in a folder of ours and is removed once it is mapped; what
 * a kill in between leaves is removed by the next start.
 */
final class SqliteLibrary {
  private static boolean loaded; // guarded by the class

  private SqliteLibrary() {}

  /** Loads the library by way of a file in {@code folder}; does nothing if it is loaded. */
  static synchronized void load(Path folder) throws IOException, SQLException {
    String name = LibraryLoaderUtil.getNativeLibName();
    Path file = folder.resolve(name);
    Files.deleteIfExists(file);
    if (loaded) {
      return;
    }
    String resource = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name;
    try {
      try (InputStream bytes = SQLiteConfig.class.getResourceAsStream(resource)) {
        if (bytes == null) {
          throw new IOException("the SQLite driver has no library for this machine: " + resource);
        }
        Files.copy(bytes, file);
      }
      System.setProperty("org.sqlite.lib.path", folder.toString());
      System.setProperty("org.sqlite.lib.name", name);
      try (var first = new SQLiteConfig().createConnection("jdbc:sqlite::memory:")) {
        loaded = first.isValid(0);
      }
    } finally {
      System.clearProperty("org.sqlite.lib.path");
      System.clearProperty("org.sqlite.lib.name");
      Files.deleteIfExists(file);
    }
  }
}
