package stowage.store;

final class Placeholder {
  private Placeholder() {}
}
