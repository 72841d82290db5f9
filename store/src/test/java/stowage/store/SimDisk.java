package stowage.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The {@link Disk} that exists only in memory and whose crashes can be looked at one by one; part
 * of a {@link SimMachine}. For one thread.
 *
 * <p>What it takes back in a crash is all that POSIX lets a disk take back: bytes not synced, each
 * sector for itself; changes of names not synced, each for itself and in any order, except that a
 * rename is one change. A rename is durable when the directory of the new name is synced; of a file
 * the old name may then come back too, until its directory is synced.
 */
public final class SimDisk implements Disk {
  private final SimMachine machine;
  private final SimNode root;

  /** Changes of names that are not durable, oldest first. */
  private final List<NameChange> pending = new ArrayList<>();

  /** What a crash may take back as one: {@code from} no longer names the node, {@code to} does. */
  record NameChange(SimNode node, Place from, Place to) {
    static final Place NOWHERE = new Place(null, "");
  }

  /** A name in a directory. */
  record Place(SimNode directory, String name) {}

  SimDisk(SimMachine machine, SimNode root) {
    this.machine = machine;
    this.root = root;
  }

  SimNode root() {
    return root;
  }

  List<NameChange> pending() {
    return pending;
  }

  @Override
  public DiskFile create(String name) throws IOException {
    Place at = place(name);
    requireFree(at, name);
    var file = SimNode.file();
    change(file, NameChange.NOWHERE, at);
    return new Open(name, file, true);
  }

  @Override
  public DiskFile open(String name) throws IOException {
    SimNode file = require(name);
    if (file.isDirectory) {
      throw new IOException(name + ": is a directory");
    }
    return new Open(name, file, false);
  }

  @Override
  public OptionalLong size(String name) {
    SimNode node = find(name);
    return node == null ? OptionalLong.empty() : OptionalLong.of(node.size);
  }

  @Override
  public List<String> list(String directory) throws IOException {
    return List.copyOf(requireDirectory(directory).names.keySet());
  }

  @Override
  public void makeDirectory(String name) throws IOException {
    SimNode there = find(name);
    if (there != null) {
      if (!there.isDirectory) {
        throw new FileAlreadyExistsException(name);
      }
      return;
    }
    makeDirectory(Publish.parent(name));
    change(SimNode.directory(), NameChange.NOWHERE, place(name));
  }

  @Override
  public void rename(String from, String to) throws IOException {
    SimNode node = require(from);
    requireFree(place(to), to);
    change(node, place(from), place(to));
  }

  @Override
  public void replace(String from, String to) throws IOException {
    SimNode node = require(from);
    SimNode old = find(to);
    if (node.isDirectory || old != null && old.isDirectory) {
      throw new IOException(to + ": is a directory");
    }
    change(node, place(from), place(to));
  }

  @Override
  public boolean remove(String name) throws IOException {
    SimNode node = find(name);
    if (node == null) {
      return false;
    }
    if (node.isDirectory) {
      throw new IOException(name + ": is a directory");
    }
    change(node, place(name), NameChange.NOWHERE);
    return true;
  }

  @Override
  public boolean removeTree(String name) throws IOException {
    if (find(name) == null) {
      return false;
    }
    for (String child : list(name)) {
      String path = name + "/" + child;
      if (require(path).isDirectory) {
        removeTree(path);
      } else {
        remove(path);
      }
    }
    change(require(name), place(name), NameChange.NOWHERE);
    return true;
  }

  @Override
  public void syncDirectory(String name) throws IOException {
    sync(requireDirectory(name));
    machine.step();
  }

  @Override
  public void syncTree(String name) throws IOException {
    syncAll(requireDirectory(name));
    machine.step();
  }

  private void syncAll(SimNode directory) {
    sync(directory);
    for (SimNode node : directory.names.values()) {
      if (node.isDirectory) {
        syncAll(node);
      } else {
        node.durableSize = node.size;
      }
    }
  }

  private void sync(SimNode directory) {
    var left = new ArrayList<NameChange>();
    var leftThere = new LinkedHashMap<String, SimNode>();
    for (NameChange change : pending) {
      boolean from = change.from.directory == directory;
      boolean to = change.to.directory == directory;
      if (!from && !to) {
        left.add(change);
      } else if (to && !from && change.from.directory != null && !change.node.isDirectory) {
        // A hard link for a while: the new name is safe, the old one may still be there.
        left.add(new NameChange(change.node, change.from, NameChange.NOWHERE));
      } else if (to && !from && change.from.directory != null) {
        // A directory never has two names, so the old one goes with it.
        change.from.directory.durableNames.remove(change.from.name, change.node);
      } else if (from && !to && change.to.directory != null) {
        if (directory.names.containsKey(change.from.name)) {
          change.to.directory.durableNames.put(change.to.name, change.node);
        } else {
          // A rename is one change: while the new name is not safe the old one is not gone.
          left.add(change);
          leftThere.put(change.from.name, change.node);
        }
      }
    }
    pending.clear();
    pending.addAll(left);
    directory.durableNames.clear();
    directory.durableNames.putAll(directory.names);
    directory.durableNames.putAll(leftThere);
  }

  private void change(SimNode node, Place from, Place to) {
    if (from.directory != null) {
      from.directory.names.remove(from.name);
    }
    if (to.directory != null) {
      to.directory.names.put(to.name, node);
    }
    pending.add(new NameChange(node, from, to));
    machine.step();
  }

  private SimNode find(String name) {
    SimNode node = root;
    for (int at = 0; at < name.length() && node != null; ) {
      int slash = name.indexOf('/', at);
      int end = slash < 0 ? name.length() : slash;
      node = node.names.get(name.substring(at, end));
      at = end + 1;
    }
    return node;
  }

  private SimNode require(String name) throws IOException {
    SimNode node = find(name);
    if (node == null) {
      throw new NoSuchFileException(name);
    }
    return node;
  }

  private SimNode requireDirectory(String name) throws IOException {
    SimNode node = require(name);
    if (!node.isDirectory) {
      throw new IOException(name + ": not a directory");
    }
    return node;
  }

  private Place place(String name) throws IOException {
    return new Place(
        requireDirectory(Publish.parent(name)), name.substring(name.lastIndexOf('/') + 1));
  }

  private static void requireFree(Place at, String name) throws IOException {
    if (at.directory.names.containsKey(at.name)) {
      throw new FileAlreadyExistsException(name);
    }
  }

  private final class Open implements DiskFile {
    private final String name;
    private final SimNode file;
    private final boolean isWriter;

    Open(String name, SimNode file, boolean isWriter) {
      this.name = name;
      this.file = file;
      this.isWriter = isWriter;
    }

    @Override
    public void write(ByteBuffer from) throws IOException {
      if (!isWriter) {
        throw new IOException(name + ": is open for reading only");
      }
      var more = new byte[from.remaining()];
      from.get(more);
      file.append(more);
      machine.step();
    }

    @Override
    public void skip(long count) throws IOException {
      write(ByteBuffer.allocate(Math.toIntExact(count)));
    }

    @Override
    public int read(ByteBuffer to, long offset) {
      if (offset >= file.size) {
        return -1;
      }
      int count = (int) Math.min(to.remaining(), file.size - offset);
      to.put(file.bytes(), (int) offset, count);
      return count;
    }

    @Override
    public long size() {
      return file.size;
    }

    @Override
    public void sync() {
      file.durableSize = file.size;
      machine.step();
    }

    @Override
    public void close() {}
  }

  /** All names below a directory with their sizes, for messages. */
  Map<String, Integer> everything() {
    var all = new LinkedHashMap<String, Integer>();
    collect(root, "", all);
    return all;
  }

  private static void collect(SimNode directory, String path, Map<String, Integer> all) {
    directory.names.forEach(
        (name, node) -> {
          if (node.isDirectory) {
            collect(node, path + name + "/", all);
          } else {
            all.put(path + name, node.size);
          }
        });
  }
}
