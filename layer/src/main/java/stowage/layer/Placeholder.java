package stowage.layer;

final class Placeholder {
  private Placeholder() {}
}
