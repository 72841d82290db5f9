package stowage.cli;

/** The options by which every list is shaped. */
final class Formats {
  static final Option FORMAT = Option.value("format", ' ', "table|json", "table (default) or json");
  static final Option QUIET = Option.flag("quiet", 'q', "print ids or names only");
  static final Option FILTER =
      Option.list("filter", 'f', "NAME=VALUE", "only those that match; may repeat");

  private Formats() {}

  static String of(Call call) {
    return call.value("format").orElse("table");
  }
}
