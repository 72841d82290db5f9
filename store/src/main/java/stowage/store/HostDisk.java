package stowage.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** The {@link Disk} that is a directory of this machine. */
public final class HostDisk implements Disk {
  private final Path root;

  /** A disk over an existing directory. */
  public HostDisk(Path root) {
    this.root = root;
  }

  /** Where a name lies on this machine. */
  public Path path(String name) {
    return root.resolve(name);
  }

  private static IOException toCome() {
    return new IOException("to come");
  }

  @Override
  public DiskFile create(String name) throws IOException {
    throw toCome();
  }

  @Override
  public DiskFile open(String name) throws IOException {
    throw toCome();
  }

  @Override
  public OptionalLong size(String name) throws IOException {
    throw toCome();
  }

  @Override
  public List<String> list(String directory) throws IOException {
    throw toCome();
  }

  @Override
  public void makeDirectory(String name) throws IOException {
    throw toCome();
  }

  @Override
  public void rename(String from, String to) throws IOException {
    throw toCome();
  }

  @Override
  public void replace(String from, String to) throws IOException {
    throw toCome();
  }

  @Override
  public boolean remove(String name) throws IOException {
    throw toCome();
  }

  @Override
  public boolean removeTree(String name) throws IOException {
    throw toCome();
  }

  @Override
  public void syncDirectory(String name) throws IOException {
    throw toCome();
  }

  @Override
  public void syncTree(String name) throws IOException {
    throw toCome();
  }
}
