package stowage.image;

import stowage.base.Progress;

/** Where a load tells its progress ("Loading layer") and what it has loaded. */
public interface LoadSink extends Progress {
  /** Tells nobody. */
  LoadSink NONE =
      new LoadSink() {
        @Override
        public void loaded(String line) {}

        @Override
        public void tell(String id, String status, long current, long total) {}
      };

  /**
   * Tells that one image is durably there.
   *
   * @param line "Loaded image: debian:12" or "Loaded image ID: sha256:..."; no line end
   */
  void loaded(String line);
}
