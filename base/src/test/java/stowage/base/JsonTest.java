package stowage.base;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
  @Test
  void readsAndWritesEveryKindOfValueInOrder() {
    var json =
        "{\"z\":[1,-2.5,true,null,\"\\u00e9\\n\"],\"a\":{},\"big\":9007199254740993,\"e\":[]}";
    var value = Json.parse(json.getBytes(UTF_8), "test");
    assertThat(Json.text(value)).isEqualTo(json.replace("\\u00e9", "é"));
    var object = Json.object(json.getBytes(UTF_8), "test");
    assertThat(object.number("big")).contains(9007199254740993L);
    assertThat(object.names()).containsExactly("z", "a", "big", "e");
  }

  @Test
  void aNumberBeyondLongBecomesADouble() {
    assertThat(Json.parse("99999999999999999999".getBytes(UTF_8), "n")).isEqualTo(1e20);
    assertThat(Json.parse("1e400000000".getBytes(UTF_8), "n")).isEqualTo(Double.POSITIVE_INFINITY);
  }

  @Test
  void aStringMayBeLongAndHaveEveryEscape() {
    var text = "\"\\/\b\f\n\r\tx\u00e9\ud83d\ude00".repeat(100_000);
    assertThat(Json.parse(Json.bytes(text), "long")).isEqualTo(text);
    var escapes = "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\"";
    assertThat(Json.parse(escapes.getBytes(UTF_8), "e"))
        .isEqualTo("\"\\/\b\f\n\r\t\u00e9\ud83d\ude00");
  }

  @Test
  void numbersKeepTheirKind() {
    var numbers = " [ 0 , -0, 1e3, 1.0, 1.5e1, -9223372036854775808, 9223372036854775808 ]\n";
    assertThat(Json.parse(numbers.getBytes(UTF_8), "n"))
        .isEqualTo(List.of(0L, 0L, 1000L, 1.0, 15L, Long.MIN_VALUE, 0x1p63));
  }

  @Test
  void ofANameThatComesTwiceTheLastCounts() {
    assertThat(Json.parse("{\"a\":1,\"a\":2}".getBytes(UTF_8), "n"))
        .isEqualTo(java.util.Map.of("a", 2L));
  }

  @Test
  void refusesWhatIsNotJsonWithTheDocumentsName() {
    for (var bad :
        List.of(
            "{bad",
            "",
            "{\"a\":}",
            "[1,",
            "nul",
            "{\"a\" 1}",
            "[1] 2",
            "[1,]",
            "{,}",
            "01",
            "-",
            "1.",
            "1e",
            ".5",
            "+1",
            "\"a",
            "\"\\x\"",
            "\"\\u12g4\"",
            "\"\n\"",
            "tru",
            "[",
            "{\"a\":1,}",
            "NaN",
            "'a'",
            "// a",
            "\u0000",
            "1".repeat(2000))) {
      assertThatThrownBy(() -> Json.parse(bad.getBytes(UTF_8), "the body"))
          .as(bad)
          .isInstanceOf(StowageException.InvalidArgument.class)
          .hasMessageStartingWith("the body: ");
    }
  }

  @Test
  void refusesDepthThatWouldOverflowTheStack() {
    var deep = "[".repeat(100_000).getBytes(UTF_8);
    assertThatThrownBy(() -> Json.parse(deep, "body")).hasMessageContaining("nested deeper");
  }

  @Test
  void namesThePathOfAFieldOfTheWrongType() {
    var object = Json.object("{\"a\":{\"b\":[1]}}".getBytes(UTF_8), "");
    assertThatThrownBy(() -> object.object("a").orElseThrow().strings("b"))
        .hasMessage("a.b: got '1', want an array of strings");
  }

  @Test
  void halfASurrogatePairIsReadAsGoReadsIt() {
    var read = Json.object("{\"a\":\"x\\ud800y\\ud83d\\ude00\"}".getBytes(UTF_8), "text");
    assertThat(read.string("a")).contains("x\ufffdy\ud83d\ude00");
    assertThat(Json.text(read)).isEqualTo("{\"a\":\"x\ufffdy\ud83d\ude00\"}");
    assertThat(Json.text("\udc00")).isEqualTo("\"\ufffd\"");
  }

  @Test
  void prettyIsIndentedAndReadsBackTheSame() {
    var value = new LinkedHashMap<String, Object>();
    value.put("a", List.of(1L, Map.of("b", "x\n")));
    value.put("none", Map.of());
    value.put("empty", List.of());
    value.put("null", null);
    var pretty = Json.pretty(value);
    assertThat(pretty)
        .isEqualTo(
            """
            {
              "a": [
                1,
                {
                  "b": "x\\n"
                }
              ],
              "none": {},
              "empty": [],
              "null": null
            }\
            """);
    assertThat(Json.parse(pretty.getBytes(UTF_8), "pretty")).isEqualTo(value);
  }
}
