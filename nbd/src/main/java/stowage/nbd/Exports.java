package stowage.nbd;

import java.io.IOException;
import java.util.List;
import stowage.block.BlockDevice;

/** The devices a server offers, by name. Any thread may call at any time. */
public interface Exports {
  /**
   * Opens a device for one connection, which closes it when it ends.
   *
   * @param name as the client sent it, up to 4096 bytes of UTF-8; empty: the default export
   * @throws stowage.base.StowageException if there is none of that name or it is not to be had; the
   *     message goes to the client
   */
  Export open(String name) throws IOException;

  /** What clients may see of the exports when they ask for a list. */
  List<Listed> list();

  /**
   * A device opened for a connection. What a flush on one connection makes durable are the writes
   * of all connections to the same export: clients are told so and may use several.
   *
   * @param name the export's own name, which may differ from what the client asked for
   * @param readOnly whether writes are refused
   * @param description for people
   */
  record Export(String name, BlockDevice device, boolean readOnly, String description) {}

  /** An export in the list. */
  record Listed(String name, String description) {}
}
