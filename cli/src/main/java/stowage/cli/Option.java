package stowage.cli;

/**
 * An option of a command.
 *
 * @param name the long form without dashes, such as {@code detach}
 * @param letter the short form without dash, or a space for none
 * @param value what its value is called in help, such as {@code NAME}; empty for a flag
 * @param repeats whether it may be given more than once
 * @param help one line that teaches
 */
record Option(String name, char letter, String value, boolean repeats, String help) {
  /** An option that is there or not. */
  static Option flag(String name, char letter, String help) {
    return new Option(name, letter, "", false, help);
  }

  /** An option with one value. */
  static Option value(String name, char letter, String value, String help) {
    return new Option(name, letter, value, false, help);
  }

  /** An option that may be given several times, each with a value. */
  static Option list(String name, char letter, String value, String help) {
    return new Option(name, letter, value, true, help);
  }

  boolean isFlag() {
    return value.isEmpty();
  }

  /** The form shown in help: {@code -v, --volume SPEC}. */
  String usage() {
    var shortForm = letter == ' ' ? "    " : "-" + letter + ", ";
    return shortForm + "--" + name + (isFlag() ? "" : " " + value);
  }
}
