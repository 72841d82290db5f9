package stowage.layer;

import java.nio.file.Path;
import java.util.function.Predicate;
import stowage.base.Digest;

/** How a stored layer becomes a directory that overlayfs can stack. */
sealed interface LayerForm permits ErofsForm, UnpackedForm {
  /** Makes the directory of a layer, as its index has it. */
  Path show(Stack.Placed layer);

  /** Nobody looks into a directory any more. */
  void hide(Path shown);

  /** A layer's files go, or are replaced; nobody who comes later may see what they were. */
  void drop(Digest diffId);

  /** Removes what is shown of layers whose files' names, without their ending, are not wanted. */
  void sweep(Predicate<String> isWanted);

  /** What it is, for people. */
  String how();
}
