package stowage.oci;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import stowage.base.ByteStrings;
import stowage.oci.TarEntry.Type;

/** Random entries through our writer, our reader, and commons-compress as the oracle. */
class TarRandomTest {
  private static final int ROUNDS = 300;
  private static final int ENTRIES = 30;

  private final long seed = Seeds.seed();
  private final Random random = Seeds.random(seed);

  private record Item(TarEntry entry, byte[] data) {}

  private String name(int max) {
    int length = 1 + random.nextInt(random.nextInt(10) == 0 ? max : 40);
    var name = new StringBuilder();
    int part = 0;
    while (name.length() < length) {
      boolean slash = part > 0 && name.length() < length - 1
          && (part == 255 || random.nextInt(12) == 0);
      char c = (char) (1 + random.nextInt(255));
      name.append(slash ? '/' : c == '/' ? 'x' : c);
      part = slash ? 0 : part + 1;
    }
    return name.toString();
  }

  private Map<String, String> xattrs() {
    var xattrs = new TreeMap<String, String>();
    for (int i = random.nextInt(4); i > 1; i--) {
      var value = new byte[random.nextInt(300)];
      random.nextBytes(value);
      xattrs.put("user." + name(200).replace("%", "") + i, new String(value, ISO_8859_1));
    }
    return xattrs;
  }

  private Item item() {
    Type type = Type.values()[random.nextInt(Type.values().length)];
    byte[] data = new byte[type == Type.FILE ? random.nextInt(3000) : 0];
    random.nextBytes(data);
    boolean linked = type == Type.HARD_LINK || type == Type.SYMLINK;
    boolean device = type == Type.CHARACTER_DEVICE || type == Type.BLOCK_DEVICE;
    String name = name(4000);
    return new Item(
        new TarEntry(
            type == Type.DIRECTORY ? name + "/" : name,
            type,
            random.nextInt(010000),
            random.nextInt(5) == 0 ? random.nextLong(0xFFFFFFFFL) : random.nextInt(5000),
            random.nextInt(5) == 0 ? random.nextLong(0xFFFFFFFFL) : random.nextInt(5000),
            data.length,
            0,
            data.length,
            random.nextInt(4) == 0 ? random.nextLong(-1L << 40, 1L << 40) : random.nextInt(),
            random.nextBoolean() ? 0 : random.nextInt(1_000_000_000),
            linked ? name(4000) : "",
            xattrs(),
            device ? random.nextInt(0x1000) : 0,
            device ? random.nextInt(0x100000) : 0,
            List.of()),
        data);
  }

  private static byte[] write(List<Item> items) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var writer = new TarWriter(out)) {
      for (Item item : items) {
        writer.add(item.entry(), new ByteArrayInputStream(item.data()));
      }
    }
    return out.toByteArray();
  }

  private static TarEntry at(TarEntry e, long offset) {
    return new TarEntry(
        e.name(), e.type(), e.mode(), e.uid(), e.gid(), e.size(), offset, e.dataSize(),
        e.mtimeSeconds(), e.mtimeNanos(), e.link(), e.xattrs(), e.deviceMajor(), e.deviceMinor(),
        e.extents());
  }

  @Test
  void whatIsWrittenIsReadBackByUsAndByCommons() throws IOException {
    for (int round = 0; round < ROUNDS; round++) {
      var items = new ArrayList<Item>();
      for (int i = random.nextInt(ENTRIES); i >= 0; i--) {
        items.add(item());
      }
      byte[] tar = write(items);
      assertThat(tar).as("the same bytes again").isEqualTo(write(items));
      List<Tars.Read> read = Tars.read(tar);
      assertThat(read).as("seed %d round %d", seed, round).hasSameSizeAs(items);
      for (int i = 0; i < items.size(); i++) {
        TarEntry entry = read.get(i).entry();
        assertThat(at(entry, 0)).as("seed %d round %d", seed, round)
            .isEqualTo(items.get(i).entry());
        assertThat(read.get(i).data()).isEqualTo(items.get(i).data());
      }
      assertThat(Tars.parse(tar, 1 + random.nextInt(2000)))
          .isEqualTo(read.stream().map(Tars.Read::entry).toList());
      commonsAgrees(tar, read);
    }
  }

  private void commonsAgrees(byte[] tar, List<Tars.Read> read) throws IOException {
    try (var theirs = new TarArchiveInputStream(new ByteArrayInputStream(tar), "ISO-8859-1")) {
      for (Tars.Read ours : read) {
        TarArchiveEntry entry = theirs.getNextEntry();
        TarEntry our = ours.entry();
        assertThat(entry.getName()).as("seed %d", seed).satisfiesAnyOf(
            n -> assertThat(n).isEqualTo(our.name()), // commons decodes PAX names as UTF-8
            n -> assertThat(n.replaceAll("[^\\x00-\\x7f]", ""))
                .isEqualTo(utf8(our.name()).replaceAll("[^\\x00-\\x7f]", "")));
        assertThat(entry.getLongUserId()).isEqualTo(our.uid());
        assertThat(entry.getLongGroupId()).isEqualTo(our.gid());
        assertThat(entry.getMode() & 07777).isEqualTo(our.mode());
        assertThat(entry.getLastModifiedTime().toInstant())
            .isEqualTo(Instant.ofEpochSecond(our.mtimeSeconds(), our.mtimeNanos()));
        assertThat(theirs.readAllBytes()).isEqualTo(ours.data());
      }
      assertThat(theirs.getNextEntry()).isNull();
    }
  }

  private static String utf8(String byteString) {
    return ByteStrings.text(byteString);
  }

  @Test
  void whatCommonsWritesIsRead() throws IOException {
    for (int round = 0; round < ROUNDS; round++) {
      var names = new HashMap<String, byte[]>();
      var out = new ByteArrayOutputStream();
      int mode = random.nextInt(3);
      try (var tar = new TarArchiveOutputStream(out, "ISO-8859-1")) {
        tar.setLongFileMode(
            mode == 0
                ? TarArchiveOutputStream.LONGFILE_GNU
                : TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(
            mode == 1 ? TarArchiveOutputStream.BIGNUMBER_STAR
                : TarArchiveOutputStream.BIGNUMBER_POSIX);
        for (int i = random.nextInt(ENTRIES); i >= 0; i--) {
          String name = name(400).replaceAll("[^a-zA-Z0-9/]", "n") + i;
          byte[] data = new byte[random.nextInt(2000)];
          random.nextBytes(data);
          var entry = new TarArchiveEntry(name, TarConstants.LF_NORMAL);
          entry.setSize(data.length);
          entry.setUserId(random.nextLong(0xFFFFFFFFL));
          entry.setLastModifiedTime(FileTime.from(Instant.ofEpochSecond(random.nextInt())));
          tar.putArchiveEntry(entry);
          tar.write(data);
          tar.closeArchiveEntry();
          names.put(entry.getName() + "|" + entry.getLongUserId() + "|"
              + entry.getLastModifiedTime().toInstant().getEpochSecond(), data);
        }
      }
      var read = Tars.read(out.toByteArray());
      assertThat(read).as("seed %d round %d", seed, round).hasSameSizeAs(names.keySet());
      for (Tars.Read r : read) {
        TarEntry e = r.entry();
        assertThat(names.get(e.name() + "|" + e.uid() + "|" + e.mtimeSeconds()))
            .as("seed %d round %d %s", seed, round, e.displayName())
            .isEqualTo(r.data());
      }
    }
  }
}
