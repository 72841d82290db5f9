package stowage.container;

final class Placeholder {
  private Placeholder() {}
}
