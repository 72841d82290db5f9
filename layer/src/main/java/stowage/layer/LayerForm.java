package stowage.layer;

import java.nio.file.Path;
import stowage.base.Digest;

/** How a stored layer becomes a directory that overlayfs can stack. */
sealed interface LayerForm permits ErofsForm, UnpackedForm {
  /** Makes the directory of a layer, as its index has it. */
  Path show(Stack.Placed layer);

  /** Nobody looks into a directory any more. */
  void hide(Path shown);

  /** A layer's files go, or are replaced; nobody who comes later may see what they were. */
  void drop(Digest diffId);

  /** What it is, for people. */
  String how();
}
