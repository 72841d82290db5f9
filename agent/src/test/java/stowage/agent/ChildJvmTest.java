package stowage.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildJvmTest {
  @TempDir Path folder;

  /** Says what it was given, and whether assertions are on and it leads its session. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) throws IOException {
      var stat = Files.readString(Path.of("/proc/self/stat"));
      var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      boolean leads = fields[3].equals(Long.toString(ProcessHandle.current().pid()));
      System.out.printf(
          "%s %b %b%n",
          List.of(arguments), ChildJvmTest.class.desiredAssertionStatus(), leads);
    }
  }

  @Test
  void itIsTheSameProgramInASessionOfItsOwn() throws Exception {
    var log = folder.resolve("log");
    var child = ChildJvm.start(Child.class.getName(), List.of("--root", "/a b"), log);
    assertThat(child.waitFor()).as(Files.readString(log)).isZero();
    assertThat(log).hasContent("[--root, /a b] true true\n");
  }
}
