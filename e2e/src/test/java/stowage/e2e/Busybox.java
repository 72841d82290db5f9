package stowage.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The machine's static busybox as the tar of a root filesystem. */
final class Busybox {
  private static byte[] made; // guarded by the class

  private Busybox() {}

  /** The tar, the same bytes each time; a skipped test says what is missing. */
  static synchronized byte[] tar() {
    if (made == null) {
      try {
        made = make();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return made;
  }

  private static byte[] make() throws IOException {
    var folder = Files.createTempDirectory(Path.of("/tmp"), "stowage-busybox-");
    try {
      Shell.sh(
              "cd "
                  + folder
                  + " && mkdir bin etc tmp root proc sys dev home var && cp /bin/busybox bin/"
                  + " && for a in $(/bin/busybox --list); do"
                  + "   [ $a = busybox ] || ln -s busybox bin/$a; done && chmod 755 . && chmod 1777 tmp"
                  + " && echo 'root:x:0:0:root:/root:/bin/sh' > etc/passwd"
                  + " && echo 'app:x:1000:1000:app:/home:/bin/sh' >> etc/passwd"
                  + " && printf 'root:x:0:\\napp:x:1000:\\n' > etc/group"
                  + " && tar --sort=name --mtime=@1735689600 --owner=0 --group=0 --numeric-owner"
                  + "   -cf ../"
                  + folder.getFileName()
                  + ".tar .")
          .ok();
      var tar = Path.of(folder + ".tar");
      var bytes = Files.readAllBytes(tar);
      Files.delete(tar);
      return bytes;
    } finally {
      Shell.run("rm", "-rf", folder.toString());
    }
  }
}
