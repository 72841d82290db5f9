package stowage.image;

final class Placeholder {
  private Placeholder() {}
}
