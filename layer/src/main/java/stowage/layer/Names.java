package stowage.layer;

import java.util.Optional;
import stowage.base.Digest;
import stowage.base.StowageException.InvalidArgument;

/** Where layers lie on the disk, relative to the data root. */
final class Names {
  static final String FOLDER = "layers/sha256";
  private static final String TAR = ".tar";
  private static final String INDEX = ".erofs";

  private Names() {}

  static String tar(Digest diffId) {
    return FOLDER + "/" + diffId.hex() + TAR;
  }

  /** The index that stands for the layer by itself. */
  static String index(Digest diffId) {
    return FOLDER + "/" + diffId.hex() + INDEX;
  }

  /** The index of a layer that needs to know what it lies on. */
  static String index(Digest diffId, Digest chainId) {
    return FOLDER + "/" + diffId.hex() + "@" + chainId.hex() + INDEX;
  }

  /** Whose a file of the folder is, empty when it is no layer's. */
  static Optional<Digest> diffId(String file) {
    boolean ours = file.length() >= 64 && (file.endsWith(TAR) || file.endsWith(INDEX));
    try {
      return ours ? Optional.of(new Digest(file.substring(0, 64))) : Optional.empty();
    } catch (InvalidArgument notHex) {
      return Optional.empty();
    }
  }
}
