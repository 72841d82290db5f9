/** The nouns every capability speaks, and the ways a request can fail. */
module stowage.base {
  requires io.avaje.json;

  exports stowage.base;
}
