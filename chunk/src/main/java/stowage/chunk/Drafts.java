package stowage.chunk;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import stowage.base.StowageException;
import stowage.store.Disk;
import stowage.store.Publish;

/**
 * Unfinished snapshots: a folder each, with a head that says which snapshot and what it inherits,
 * and a journal for each time it was begun. Any thread; what changes them is done alone.
 */
final class Drafts {
  static final String FOLDER = "drafts";
  private static final String HEAD = "head";
  private static final String JOURNAL = "journal-";

  private final Disk disk;
  private final Publish publish;

  Drafts(Disk disk, Publish publish) {
    this.disk = disk;
    this.publish = publish;
  }

  private static String folder(String id) {
    return FOLDER + "/" + id;
  }

  List<String> list() {
    try {
      return disk.list(FOLDER).stream().filter(Roots::isName).toList();
    } catch (IOException e) {
      throw Disk.failure("list the drafts", e);
    }
  }

  /** What a draft is of; its leaves are those it inherits. */
  Optional<Root> head(String id) {
    return Roots.read(disk, folder(id) + "/" + HEAD).map(Root.Found::root);
  }

  void create(Root head) {
    publish.folder(folder(head.id()));
    Roots.write(publish, folder(head.id()) + "/" + HEAD, head);
  }

  /** All lines, oldest first. */
  List<Journal.Line> lines(String id) {
    var lines = new ArrayList<Journal.Line>();
    for (int number : journals(id)) {
      lines.addAll(Journal.read(disk, path(id, number)));
    }
    return lines;
  }

  /** A journal behind those that are there. Its name is durable. */
  Journal newJournal(String id) {
    var there = journals(id);
    var journal = Journal.create(disk, path(id, there.isEmpty() ? 1 : there.getLast() + 1));
    try {
      disk.syncDirectory(folder(id));
      return journal;
    } catch (IOException e) {
      journal.close();
      throw Disk.failure("create a draft's journal", e);
    }
  }

  private static String path(String id, int number) {
    return "%s/%s%06d".formatted(folder(id), JOURNAL, number);
  }

  private List<Integer> journals(String id) {
    try {
      return disk.list(folder(id)).stream()
          .map(Drafts::number)
          .flatMapToInt(OptionalInt::stream)
          .boxed()
          .sorted()
          .toList();
    } catch (NoSuchFileException none) {
      return List.of();
    } catch (IOException e) {
      throw Disk.failure("list the draft " + id, e);
    }
  }

  private static OptionalInt number(String file) {
    String digits = file.startsWith(JOURNAL) ? file.substring(JOURNAL.length()) : "";
    return digits.matches("[0-9]{1,9}")
        ? OptionalInt.of(Integer.parseInt(digits))
        : OptionalInt.empty();
  }

  /** Removes one, wholly or not at all; none there is fine. */
  void remove(String id) {
    publish.discardTree(folder(id));
  }

  /** Whether two heads are of one snapshot, so that one goes on with what the other began. */
  static boolean isSame(Root one, Root other) {
    return one.id().equals(other.id())
        && one.sizeBytes() == other.sizeBytes()
        && one.parent().equals(other.parent())
        && one.key().equals(other.key());
  }

  static StowageException busy(String id) {
    return new StowageException.InUse("snapshot %s is being written".formatted(id));
  }
}
