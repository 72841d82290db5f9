package stowage.layer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import stowage.base.Digest;
import stowage.base.Resource;
import stowage.base.StowageException;
import stowage.base.StowageException.NotFound;
import stowage.store.Disk;
import stowage.store.DiskFile;
import stowage.store.Publish;
import stowage.store.Records;
import stowage.store.Records.Change;
import stowage.store.StagedFile;

/**
 * The layers on the disk: their files and the records that name them. A record is written after its
 * files are durable and removed before they are, so that a record always has its files, and a file
 * without a record is nobody's.
 *
 * <p>It knows nothing of who uses a layer. Callers hold the layer's lock around what changes it.
 */
final class Shelf {
  /** Records of chains: which index a layer has in this one. */
  private static final String CHAIN = "layer-chain";

  private final Disk disk;
  private final Publish publish;
  private final Records records;

  Shelf(Disk disk, Publish publish, Records records) {
    this.disk = disk;
    this.publish = publish;
    this.records = records;
    publish.folder(Names.FOLDER);
  }

  /** Starts a file that will be a layer's. */
  StagedFile stage() {
    return publish.file();
  }

  Optional<Facts> find(Digest diffId) {
    var id = diffId.toString();
    return records.find(Facts.KIND, id).map(json -> Facts.of(id, json));
  }

  Facts require(Digest diffId) {
    return find(diffId)
        .orElseThrow(() -> new NotFound(Resource.LAYER, diffId.toString()));
  }

  /** Every layer, by diffId. */
  Map<Digest, Facts> list() {
    var all = new TreeMap<Digest, Facts>();
    records.list(Facts.KIND).forEach((id, json) -> all.put(Digest.parse(id), Facts.of(id, json)));
    return all;
  }

  /** Puts a new layer here. Durable when it returns; nothing stays when it fails. */
  void add(Facts facts, StagedFile tar, StagedFile index) {
    var diffId = facts.layer().diffId();
    removeFiles(Set.of(diffId)); // of a crash, or of a removal that could not finish
    boolean isDone = false;
    try {
      publish.all(
          List.of(
              new Publish.Named(tar, Names.tar(diffId)),
              new Publish.Named(index, Names.index(diffId))));
      write(facts);
      isDone = true;
    } finally {
      if (!isDone) {
        removeFilesQuietly(diffId);
      }
    }
  }

  /** Puts sound files in the place of a damaged layer's. Its record and its chains stay. */
  void heal(Facts facts, StagedFile tar, StagedFile index) {
    var diffId = facts.layer().diffId();
    tar.replace(Names.tar(diffId));
    index.replace(Names.index(diffId));
    var own = new ArrayList<Change>();
    for (var chain : records.list(CHAIN).entrySet()) {
      if (chain.getValue().strings("chain").getLast().equals(diffId.toString())) {
        own.add(new Change.Delete(CHAIN, chain.getKey())); // made anew when it is asked for
      }
    }
    own.add(put(facts));
    records.commit(own.toArray(Change[]::new));
  }

  /** Changes a layer's record. */
  void write(Facts facts) {
    records.commit(put(facts));
  }

  private static Change put(Facts facts) {
    return new Change.Put(Facts.KIND, facts.layer().diffId().toString(), facts.toJson());
  }

  /** Removes a layer for good: its record and those of the chains it is in, then its files. */
  void remove(Digest diffId) {
    var changes = new ArrayList<Change>();
    changes.add(new Change.Delete(Facts.KIND, diffId.toString()));
    for (var chain : chainsWith(diffId)) {
      changes.add(new Change.Delete(CHAIN, chain));
    }
    records.commit(changes.toArray(Change[]::new));
    removeFiles(Set.of(diffId));
  }

  private Set<String> chainsWith(Digest diffId) {
    var found = new HashSet<String>();
    records
        .list(CHAIN)
        .forEach(
            (id, chain) -> {
              if (chain.strings("chain").contains(diffId.toString())) {
                found.add(id);
              }
            });
    return found;
  }

  /** The index a layer has on top of a chain, if that has been settled; a name on the disk. */
  Optional<String> indexIn(Digest chainId) {
    return records.find(CHAIN, chainId.toString()).map(chain -> chain.required("index"));
  }

  /** The chains that have a layer on top for which something has been settled. */
  List<List<Digest>> chainsOn(Digest diffId) {
    var chains = new ArrayList<List<Digest>>();
    for (var record : records.list(CHAIN).values()) {
      var chain = record.strings("chain").stream().map(Digest::parse).toList();
      if (chain.getLast().equals(diffId)) {
        chains.add(chain);
      }
    }
    return chains;
  }

  /** Settles that a chain's top layer has its plain index there. */
  void settle(List<Digest> chain) {
    settle(chain, Names.index(chain.getLast()));
  }

  /** Settles that a chain's top layer has an index of its own there, and puts that in its place. */
  void settle(List<Digest> chain, StagedFile index) {
    var name = Names.index(chain.getLast(), Chain.id(chain));
    index.replace(name);
    settle(chain, name);
  }

  private void settle(List<Digest> chain, String index) {
    var diffIds = chain.stream().map(Digest::toString).toList();
    records.commit(
        new Change.Put(
            CHAIN, Chain.id(chain).toString(), Map.of("chain", diffIds, "index", index)));
  }

  /** Removes every file that no record names. */
  void sweep() {
    var named = new HashSet<String>();
    for (var diffId : list().keySet()) {
      named.add(Names.tar(diffId));
      named.add(Names.index(diffId));
    }
    records.list(CHAIN).values().forEach(chain -> named.add(chain.required("index")));
    try {
      for (var file : disk.list(Names.FOLDER)) {
        if (!named.contains(Names.FOLDER + "/" + file)) {
          publish.discard(Names.FOLDER + "/" + file);
        }
      }
    } catch (IOException e) {
      throw Disk.failure("list the layers", e);
    }
  }

  private void removeFiles(Set<Digest> diffIds) {
    try {
      // Not synced: no record names them any more, so what a crash brings back is swept.
      for (var file : disk.list(Names.FOLDER)) {
        if (Names.diffId(file).filter(diffIds::contains).isPresent()) {
          disk.remove(Names.FOLDER + "/" + file);
        }
      }
    } catch (IOException e) {
      throw Disk.failure("remove layer files", e);
    }
  }

  private void removeFilesQuietly(Digest diffId) {
    try {
      removeFiles(Set.of(diffId));
    } catch (StowageException e) {
      // No record names them, and the next start removes them.
      System.getLogger("stowage.layer")
          .log(System.Logger.Level.WARNING, "layer.left diffId={0}", diffId, e);
    }
  }

  /** Opens a file for reading. */
  OpenFile open(String name) {
    try {
      return new OpenFile(name, disk.open(name));
    } catch (IOException e) {
      throw Disk.failure("open " + name, e);
    }
  }

  /** The size of a file, 0 when there is none. */
  long size(String name) {
    try {
      return disk.size(name).orElse(0);
    } catch (IOException e) {
      throw Disk.failure("look at " + name, e);
    }
  }

  /** A file of the disk that is being read. */
  static final class OpenFile implements Bytes, AutoCloseable {
    private final String name;
    private final DiskFile file;

    private OpenFile(String name, DiskFile file) {
      this.name = name;
      this.file = file;
    }

    @Override
    public int read(ByteBuffer to, long offset) {
      try {
        return file.read(to, offset);
      } catch (IOException e) {
        throw Disk.failure("read " + name, e);
      }
    }

    @Override
    public void close() {
      try {
        file.close();
      } catch (IOException e) {
        throw Disk.failure("close " + name, e);
      }
    }
  }
}
