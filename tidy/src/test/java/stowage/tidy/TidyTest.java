package stowage.tidy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.source.tree.CaseTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.DefaultCaseLabelTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.PatternCaseLabelTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.SwitchTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import javax.lang.model.element.Modifier;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** The house style that a machine can check. Prints every breach as {@code file:line: what}. */
class TidyTest {
  static final int FILE_LINES_MAX = 500;
  static final int METHOD_LINES_MAX = 60;
  static final int LINE_COLUMNS_MAX = 100;

  /** Patterns that may appear only under the modules that own them; none: nowhere. */
  static final Map<Pattern, Set<String>> OWNED =
      Map.of(
          Pattern.compile("java\\.lang\\.foreign"),
          Set.of("linux"),
          Pattern.compile("System\\.(out|err)\\b"),
          Set.of("cli", "bench"),
          Pattern.compile("ProcessBuilder"),
          Set.of("container", "agent", "blockd", "cli", "bench"),
          Pattern.compile("catch \\(Throwable"),
          Set.of("linux"),
          Pattern.compile("catch \\((Exception|RuntimeException) "),
          Set.of(),
          Pattern.compile("catch \\([^)]*\\) \\{\\s*\\}"),
          Set.of(),
          Pattern.compile("System\\.(currentTimeMillis|nanoTime)|Instant\\.now\\("),
          Set.of("base", "bench"),
          Pattern.compile("(TODO|FIXME)(?!\\(#\\d+\\))"),
          Set.of());

  private final List<String> breaches = new ArrayList<>();

  @Test
  void tidy() throws IOException {
    var root = Path.of(System.getProperty("root", ".."));
    List<Path> sources;
    try (var files = Files.walk(root)) {
      sources = files.filter(f -> f.toString().matches(".*/src/main/java/.*\\.java")).toList();
    }
    for (var source : sources) {
      checkText(root, source);
    }
    for (var unit : parse(sources)) {
      checkTree(unit);
    }
    breaches.addAll(Cycles.find(root, sources));
    assertEquals("", String.join("\n", breaches));
  }

  private void checkText(Path root, Path source) throws IOException {
    var lines = Files.readAllLines(source);
    var module = root.relativize(source).getName(0).toString();
    if (lines.size() > FILE_LINES_MAX) {
      breach(source, lines.size(), "file longer than " + FILE_LINES_MAX + " lines");
    }
    boolean inPackage = !source.endsWith("module-info.java");
    if (inPackage && !Files.exists(source.resolveSibling("package-info.java"))) {
      breach(source, 1, "package without package-info.java");
    }
    for (int n = 1; n <= lines.size(); n++) {
      var line = lines.get(n - 1);
      if (line.length() > LINE_COLUMNS_MAX) {
        breach(source, n, "line longer than " + LINE_COLUMNS_MAX + " columns");
      }
      for (var owned : OWNED.entrySet()) {
        if (owned.getKey().matcher(line).find() && !owned.getValue().contains(module)) {
          breach(source, n, owned.getKey() + " belongs in " + owned.getValue());
        }
      }
    }
  }

  private void checkTree(Parsed parsed) {
    var lines = parsed.unit.getLineMap();
    var positions = parsed.trees.getSourcePositions();
    new TreePathScanner<Void, Void>() {
      @Override
      public Void visitClass(ClassTree type, Void none) {
        boolean top = getCurrentPath().getParentPath().getLeaf() instanceof CompilationUnitTree;
        boolean open = type.getModifiers().getFlags().contains(Modifier.PUBLIC);
        if (top && open && parsed.trees.getDocComment(getCurrentPath()) == null) {
          breach(file(), 1, "public type without a doc comment");
        }
        return super.visitClass(type, none);
      }

      @Override
      public Void visitMethod(MethodTree method, Void none) {
        if (method.getBody() != null) {
          long first = lines.getLineNumber(positions.getStartPosition(parsed.unit, method));
          long last = lines.getLineNumber(positions.getEndPosition(parsed.unit, method));
          if (last - first + 1 > METHOD_LINES_MAX) {
            breach(file(), first, method.getName() + ": over " + METHOD_LINES_MAX + " lines");
          }
        }
        return super.visitMethod(method, none);
      }

      @Override
      public Void visitSwitch(SwitchTree tree, Void none) {
        checkExhaustive(tree.getCases());
        return super.visitSwitch(tree, none);
      }

      @Override
      public Void visitSwitchExpression(SwitchExpressionTree tree, Void none) {
        checkExhaustive(tree.getCases());
        return super.visitSwitchExpression(tree, none);
      }

      private void checkExhaustive(List<? extends CaseTree> cases) {
        var labels = cases.stream().flatMap(c -> c.getLabels().stream()).toList();
        boolean types = labels.stream().anyMatch(PatternCaseLabelTree.class::isInstance);
        if (types && labels.stream().anyMatch(DefaultCaseLabelTree.class::isInstance)) {
          long at = lines.getLineNumber(positions.getStartPosition(parsed.unit, cases.getFirst()));
          breach(file(), at, "switch over types with a default: it hides the next type");
        }
      }

      private Path file() {
        return Path.of(parsed.unit.getSourceFile().toUri());
      }
    }.scan(parsed.unit, null);
  }

  record Parsed(CompilationUnitTree unit, DocTrees trees) {}

  private static List<Parsed> parse(List<Path> sources) throws IOException {
    var compiler = ToolProvider.getSystemJavaCompiler();
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      var units = files.getJavaFileObjectsFromPaths(sources);
      var options = List.of("-proc:none");
      var task = (JavacTask) compiler.getTask(null, files, d -> {}, options, null, units);
      var trees = DocTrees.instance(task);
      var parsed = new ArrayList<Parsed>();
      for (var unit : task.parse()) {
        parsed.add(new Parsed(unit, trees));
      }
      return parsed;
    }
  }

  private void breach(Path file, long line, String what) {
    breaches.add("%s:%d: %s".formatted(file, line, what));
  }
}
