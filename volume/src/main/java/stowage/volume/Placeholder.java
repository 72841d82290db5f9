package stowage.volume;

final class Placeholder {
  private Placeholder() {}
}
