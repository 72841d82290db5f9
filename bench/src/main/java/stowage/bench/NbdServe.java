package stowage.bench;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import stowage.base.Time;
import stowage.block.BlockDevice;
import stowage.nbd.Exports;
import stowage.nbd.FileDevice;
import stowage.nbd.NbdServer;

/** Serves one file on a unix socket until it is killed: {@code NbdServe SOCKET FILE}. */
final class NbdServe {
  private NbdServe() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    var file = Path.of(args[1]);
    var exports =
        new Exports() {
          @Override
          public Export open(String name) throws IOException {
            return new Export(name, device(), false, "a benchmark's");
          }

          private BlockDevice device() throws IOException {
            return new FileDevice(file);
          }

          @Override
          public List<Listed> list() {
            return List.of(new Listed("", "a benchmark's"));
          }
        };
    try (var server = new NbdServer(exports, Optional.empty(), Time.SYSTEM)) {
      server.listen(UnixDomainSocketAddress.of(args[0]));
      Thread.currentThread().join();
    }
  }
}
