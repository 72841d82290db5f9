package stowage.cloud;

/** A request that breaks a {@link Rule}; nothing was changed by it. */
public final class RuleBroken extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Rule rule;

  public RuleBroken(Rule rule) {
    super(rule.message());
    this.rule = rule;
  }

  public Rule rule() {
    return rule;
  }
}
