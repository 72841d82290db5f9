package stowage.aws;

/**
 * An action of the EC2 API.
 *
 * @param name as in CreateVolume
 * @param grammar what it may be asked
 * @param verb does it
 */
record Action(String name, Grammar grammar, Verb verb) {
  /** Does what is asked and writes the fields of the answer. */
  interface Verb {
    void answer(Params in, Xml out);
  }

  static Action of(String name, Verb verb, String... tables) {
    return new Action(name, Grammar.of(tables), verb);
  }
}
