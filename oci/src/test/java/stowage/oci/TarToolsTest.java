package stowage.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stowage.base.Digest;
import stowage.oci.TarEntry.Type;

/** Tars of GNU tar, bsdtar, Python and busybox, of a tree with everything a layer can have. */
class TarToolsTest {
  private static final String TREE =
      """
      mkdir -p tree/dir/sub tree/empty; cd tree
      echo hello > dir/file; ln dir/file dir/hard; ln -s ../../etc/passwd dir/soft
      ln -s $(printf 'l%.0s' {1..300}) longlink
      long=$(printf 'n%.0s' {1..255}); mkdir $long; echo 255 > $long/$long
      deep=$(printf 'd%.0s' {1..60}); mkdir -p p/$deep/$deep; echo deep > p/$deep/$deep/file
      printf x > $'bad\\xff\\xfeutf8'; printf y > $'line\\nfeed'; printf z > 'caf\u00e9'
      head -c 100000 /dev/urandom > random; : > zero
      truncate -s 3M sparse; printf data | dd of=sparse bs=1 seek=1048576 conv=notrunc status=none
      printf end | dd of=sparse bs=1 seek=2097152 conv=notrunc status=none
      mkfifo fifo; mknod null c 1 3; mknod loop b 7 70000; mknod whiteout c 0 0
      chown 12345:54321 dir/sub; chown 3000000:4000000 zero; chmod 6755 random; chmod 1777 empty
      touch -d '1969-12-31 23:59:58.5 UTC' zero; touch -d '2001-02-03 04:05:06.123456789 UTC' random
      touch -h -d '2010-01-01 UTC' longlink; touch -d '2040-06-07 08:09:10 UTC' empty
      """;

  @TempDir Path folder;
  private Shell shell;
  private Map<String, List<String>> tree;

  @BeforeEach
  void makeTheTree() throws Exception {
    shell = new Shell(folder);
    shell.run(TREE);
    tree = shell.look("tree");
  }

  /** The files of a tar as {@link Shell#look} gives those of a tree. */
  private static Map<String, List<String>> look(InputStream tar) throws IOException {
    var files = new HashMap<String, List<String>>();
    var reader = new TarReader(tar);
    for (var next = reader.next(); next.isPresent(); next = reader.next()) {
      TarEntry e = next.get();
      String path = LayerPath.normalise(e.name());
      if (e.type() == Type.HARD_LINK) {
        files.put(path, files.get(LayerPath.normalise(e.link())));
      } else if (!path.isEmpty()) {
        var words =
            new ArrayList<>(
                List.of(
                    letter(e.type()),
                    Integer.toOctalString(e.mode()),
                    Long.toString(e.uid()),
                    Long.toString(e.gid()),
                    time(e),
                    e.link()));
        if (e.type() == Type.FILE) {
          words.add(Digest.of(reader.data().readAllBytes()).hex());
        }
        files.put(path, words);
      }
    }
    return files;
  }

  private static String letter(Type type) {
    return switch (type) {
      case FILE, HARD_LINK -> "f";
      case SYMLINK -> "l";
      case DIRECTORY -> "d";
      case CHARACTER_DEVICE -> "c";
      case BLOCK_DEVICE -> "b";
      case FIFO -> "p";
    };
  }

  /** As find's %T@: the second below and ten digits of its fraction. */
  private static String time(TarEntry e) {
    return "%d.%09d0".formatted(e.mtimeSeconds(), e.mtimeNanos());
  }

  private Map<String, List<String>> archived(String command) throws Exception {
    shell.run(command);
    try (InputStream in = Files.newInputStream(folder.resolve("t.tar"))) {
      return look(in);
    }
  }

  /** libarchive writes and reads the fraction of a second before 1970 with the wrong sign. */
  private static Map<String, List<String>> known(
      String command, Map<String, List<String>> files) {
    if (command.startsWith("bsdtar")) {
      files.get("zero").set(4, "");
    }
    return files;
  }

  /** Old dialects have whole seconds; the day before 1970 comes out as they can say it. */
  private static Map<String, List<String>> wholeSeconds(Map<String, List<String>> files) {
    var whole = new HashMap<String, List<String>>();
    files.forEach(
        (name, words) -> {
          var cut = new ArrayList<>(words);
          cut.set(4, name.equals("zero") ? "" : words.get(4).split("\\.")[0]);
          whole.put(name, cut);
        });
    return whole;
  }

  @ParameterizedTest
  @ValueSource(strings = {
    "tar --format=pax -cf t.tar -C tree .",
    "tar --format=pax -S --sparse-version=0.0 -cf t.tar -C tree .",
    "tar --format=pax -S --sparse-version=0.1 -cf t.tar -C tree .",
    "tar --format=pax -S --sparse-version=1.0 -b 1 -cf t.tar -C tree .",
    "bsdtar --format=pax -cf t.tar -C tree .",
  })
  void paxSaysItAll(String command) throws Exception {
    assumeTrue(Shell.has(command.split(" ")[0]), command);
    assertThat(known(command, archived(command))).isEqualTo(known(command, tree));
  }

  @ParameterizedTest
  @ValueSource(strings = {
    "tar --format=gnu -cf t.tar -C tree .",
    "tar --format=gnu -S -cf t.tar -C tree .",
    "tar --format=oldgnu -S -cf t.tar -C tree .",
    "bsdtar --format=gnutar -cf t.tar -C tree .",
    "python3 -c \"import tarfile; t=tarfile.open('t.tar','w',format=tarfile.GNU_FORMAT);"
        + " t.add('tree','.'); t.close()\"",
  })
  void gnuSaysItAllInWholeSeconds(String command) throws Exception {
    assumeTrue(Shell.has(command.split(" ")[0]), command);
    assertThat(wholeSeconds(archived(command))).isEqualTo(wholeSeconds(tree));
  }

  @Test
  void pythonsPaxIsReadUpToItsFloats() throws Exception {
    assumeTrue(Shell.has("python3"), "no python3");
    var files =
        archived(
            "python3 -c \"import tarfile; t=tarfile.open('t.tar','w',format=tarfile.PAX_FORMAT);"
                + " t.add('tree','.'); t.close()\"");
    assertThat(wholeSeconds(files)).isEqualTo(wholeSeconds(tree));
  }

  @ParameterizedTest
  @ValueSource(strings = {
    "tar --format=ustar -cf t.tar -C tree dir random empty fifo null p",
    "tar --format=v7 -cf t.tar -C tree dir random empty",
    "bsdtar --format=ustar -cf t.tar -C tree dir random empty fifo null p",
    "busybox tar -cf t.tar -C tree dir random empty fifo null",
  })
  void oldFormatsSayWhatTheyCan(String command) throws Exception {
    assumeTrue(Shell.has(command.split(" ")[0]), command);
    var files = wholeSeconds(archived(command));
    assertThat(files).hasSizeGreaterThan(5);
    assertThat(wholeSeconds(tree)).containsAllEntriesOf(files);
  }

  @Test
  void extendedAttributesComeThrough() throws Exception {
    assumeTrue(Shell.has("setfattr"), "no setfattr: apt-get install attr");
    shell.run(
        """
        cd tree; setfattr -n user.a -v 0x000aff3d dir/file; setfattr -n user.empty dir/file
        setfattr -n trusted.t -v x dir; setfattr -n security.capability \
          -v 0x0100000200040000000000000000000000000000 random
        """);
    for (String command :
        List.of(
            "tar --format=pax --xattrs --xattrs-include='*' -cf t.tar -C tree .",
            "bsdtar --format=pax --xattrs -cf t.tar -C tree .")) {
      if (!Shell.has(command.split(" ")[0])) {
        continue;
      }
      shell.run(command);
      var entries = Tars.byName(Files.readAllBytes(folder.resolve("t.tar")));
      assertThat(entries.get("./dir/file").entry().xattrs())
          .as(command)
          .containsEntry("user.a", "\0\n\u00ff=")
          .containsEntry("user.empty", "");
      assertThat(entries.get("./dir/").entry().xattrs()).containsEntry("trusted.t", "x");
      assertThat(entries.get("./random").entry().xattrs().get("security.capability"))
          .hasSize(20);
    }
  }

  /** Writes the tree again with our writer, from GNU tar's PAX form. */
  private void rewrite() throws Exception {
    shell.run("tar --format=pax --xattrs --xattrs-include='*' -S -cf t.tar -C tree .");
    byte[] tar = Files.readAllBytes(folder.resolve("t.tar"));
    try (var out = new BufferedOutputStream(Files.newOutputStream(folder.resolve("ours.tar")));
        var writer = new TarWriter(out)) {
      var reader = new TarReader(new ByteArrayInputStream(tar));
      for (var next = reader.next(); next.isPresent(); next = reader.next()) {
        writer.add(next.get(), reader.data());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {
    "tar --xattrs --xattrs-include='*' -xpf ours.tar -C out",
    "bsdtar -xpf ours.tar -C out",
    "python3 -c \"import tarfile; tarfile.open('ours.tar').extractall('out', numeric_owner=True)\"",
  })
  void othersReadWhatWeWrite(String command) throws Exception {
    assumeTrue(Shell.has(command.split(" ")[0]), command);
    rewrite();
    shell.run("mkdir out; " + command + " 2>&1");
    var files = shell.look("out");
    if (command.startsWith("python")) { // it keeps times as floats and sets symlinks' to now
      assertThat(files.keySet()).isEqualTo(tree.keySet());
      tree.forEach((name, words) -> {
        assertThat(files.get(name).subList(0, 4)).isEqualTo(words.subList(0, 4));
        assertThat(files.get(name).subList(5, words.size()))
            .isEqualTo(words.subList(5, words.size()));
      });
    } else {
      assertThat(known(command, files)).isEqualTo(known(command, tree));
    }
  }
}
