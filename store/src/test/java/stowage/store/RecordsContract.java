package stowage.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import stowage.base.StowageException;
import stowage.store.Records.Change.Delete;
import stowage.store.Records.Change.Put;

/** What every {@link Records} promises as long as nothing crashes. */
abstract class RecordsContract {
  Records records;

  /** Records that have nothing yet. */
  abstract Records open();

  @BeforeEach
  void openRecords() {
    records = open();
  }

  @AfterEach
  void closeRecords() {
    records.close();
  }

  @Test
  void whatIsPutIsFound() {
    var body =
        Map.<String, Object>of(
            "text",
            "\u00e9\ud83d\ude00\u0000\"",
            "long",
            Long.MAX_VALUE,
            "double",
            1.5,
            "bool",
            true,
            "list",
            List.of(1L, List.of(), Map.of("a", "b")));
    records.commit(new Put("thing", "a", body));
    assertThat(records.find("thing", "a").orElseThrow().map()).isEqualTo(body);
    assertThat(records.find("thing", "b")).isEmpty();
    assertThat(records.find("other", "a")).isEmpty();
  }

  @Test
  void aPutReplacesAndADeleteNeedsNothing() {
    records.commit(new Put("thing", "a", Map.of("n", 1)));
    records.commit(new Put("thing", "a", Map.of("n", 2)), new Delete("thing", "b"));
    assertThat(records.find("thing", "a").orElseThrow().number("n")).hasValue(2L);
    records.commit(new Delete("thing", "a"));
    assertThat(records.find("thing", "a")).isEmpty();
    assertThat(records.list("thing")).isEmpty();
  }

  @Test
  void changesAreMadeInTheirOrder() {
    records.commit(
        new Put("thing", "a", Map.of("n", 1)),
        new Delete("thing", "a"),
        new Put("thing", "b", Map.of("n", 2)),
        new Put("thing", "b", Map.of("n", 3)));
    assertThat(records.list("thing").keySet()).containsExactly("b");
    assertThat(records.find("thing", "b").orElseThrow().number("n")).hasValue(3L);
    records.commit();
  }

  @Test
  void aKindIsListedInTheOrderOfIds() {
    records.commit(
        new Put("thing", "b", Map.of("n", 2)),
        new Put("thing", "a", Map.of("n", 1)),
        new Put("thin", "g", Map.of("n", 4)),
        new Put("thing", "", Map.of("n", 0)));
    assertThat(records.list("thing").keySet()).containsExactly("", "a", "b");
    assertThat(records.list("nothing")).isEmpty();
  }

  @Test
  void whatIsPutIsACopy() {
    var body = new java.util.HashMap<String, Object>(Map.of("n", 1));
    records.commit(new Put("thing", "a", body));
    body.put("n", 2);
    assertThat(records.find("thing", "a").orElseThrow().number("n")).hasValue(1L);
  }

  @Test
  void aBodyThatIsTooBigIsRefusedWithAllOfItsCommit() {
    var letters = new char[Records.BODY_MAX];
    Arrays.fill(letters, 'x');
    assertThatThrownBy(
            () ->
                records.commit(
                    new Put("thing", "a", Map.of("n", 1)),
                    new Put("thing", "b", Map.of("text", new String(letters)))))
        .isInstanceOf(StowageException.LimitExceeded.class)
        .hasMessageContaining("thing b");
    assertThat(records.list("thing")).isEmpty();
  }

  @Test
  void manyThreadsCommitAtOnce() throws InterruptedException {
    int threads = 50;
    int each = 20;
    var all = new java.util.ArrayList<Thread>();
    for (int t = 0; t < threads; t++) {
      String name = "t" + t;
      all.add(
          Thread.startVirtualThread(
              () -> {
                for (int i = 0; i < each; i++) {
                  records.commit(
                      new Put("thing", name + "." + i, Map.of("n", i)),
                      new Put("last", name, Map.of("n", i)));
                  var last = records.find("last", name).orElseThrow();
                  assertThat(last.number("n")).hasValue((long) i);
                }
              }));
    }
    for (Thread thread : all) {
      thread.join();
    }
    assertThat(records.list("thing")).hasSize(threads * each);
    assertThat(records.list("last").values())
        .allSatisfy(last -> assertThat(last.number("n")).hasValue(each - 1L));
  }

  @Test
  void aPageHasSomeOfAKindInTheOrderOfIds() {
    for (String id : List.of("a/1", "a/2", "a/3", "ab", "b/1", "")) {
      records.commit(new Put("thing", id, Map.of("id", id)), new Put("other", id, Map.of()));
    }
    assertThat(records.page("thing", "", "", 9).keySet())
        .containsExactly("a/1", "a/2", "a/3", "ab", "b/1");
    assertThat(records.page("thing", "", "", 2).keySet()).containsExactly("a/1", "a/2");
    assertThat(records.page("thing", "", "a/2", 2).keySet()).containsExactly("a/3", "ab");
    assertThat(records.page("thing", "a/", "", 9).keySet()).containsExactly("a/1", "a/2", "a/3");
    assertThat(records.page("thing", "a/", "a/1", 9).keySet()).containsExactly("a/2", "a/3");
    assertThat(records.page("thing", "a/", "a", 9).keySet()).hasSize(3);
    assertThat(records.page("thing", "b", "b/1", 9)).isEmpty();
    assertThat(records.page("nothing", "", "", 9)).isEmpty();
    assertThat(records.page("thing", "", "b", 9).get("b/1").required("id")).isEqualTo("b/1");
  }

  @Test
  void aTransactionSeesItsOwnChanges() {
    records.commit(new Put("thing", "a", Map.of("n", 1)));
    long sum =
        records.transact(
            in -> {
              long n = in.find("thing", "a").orElseThrow().number("n", 0);
              in.put("thing", "b", Map.of("n", n + 1));
              in.delete("thing", "a");
              assertThat(in.find("thing", "a")).isEmpty();
              assertThat(in.page("thing", "", "", 9).keySet()).containsExactly("b");
              return n + in.find("thing", "b").orElseThrow().number("n", 0);
            });
    assertThat(sum).isEqualTo(3);
    assertThat(records.list("thing").keySet()).containsExactly("b");
  }

  @Test
  void aDecisionThatThrowsChangesNothing() {
    records.commit(new Put("thing", "a", Map.of("n", 1)));
    var thrown = new StowageException.InUse("no");
    assertThatThrownBy(
            () ->
                records.transact(
                    in -> {
                      in.put("thing", "a", Map.of("n", 2));
                      in.put("thing", "b", Map.of("n", 2));
                      throw thrown;
                    }))
        .isSameAs(thrown);
    assertThat(records.find("thing", "a").orElseThrow().number("n")).hasValue(1L);
    assertThat(records.find("thing", "b")).isEmpty();
    assertThatThrownBy(
            () ->
                records.transact(
                    in -> {
                      in.put("thing", "b", Map.of("n", 2));
                      throw new AssertionError("a bug");
                    }))
        .isInstanceOf(AssertionError.class)
        .hasMessage("a bug");
    records.commit(new Put("thing", "c", Map.of("n", 3)));
    assertThat(records.list("thing").keySet()).containsExactly("a", "c");
  }

  @Test
  void aTransactionRefusesABodyThatIsTooBig() {
    var letters = new char[Records.BODY_MAX];
    Arrays.fill(letters, 'x');
    assertThatThrownBy(
            () ->
                records.transact(
                    in -> {
                      in.put("thing", "a", Map.of("n", 1));
                      in.put("thing", "b", Map.of("text", new String(letters)));
                      return 0;
                    }))
        .isInstanceOf(StowageException.LimitExceeded.class);
    assertThat(records.list("thing")).isEmpty();
  }

  /** Each thread takes from one account and gives to another; no more than there is. */
  @Test
  void transactionsOfManyThreadsLoseNoChange() throws InterruptedException {
    int accounts = 5;
    for (int i = 0; i < accounts; i++) {
      records.commit(new Put("account", "a" + i, Map.of("n", 10)));
    }
    var all = new java.util.ArrayList<Thread>();
    for (int t = 0; t < 32; t++) {
      var random = new java.util.Random(t);
      all.add(
          Thread.startVirtualThread(
              () -> {
                for (int i = 0; i < 30; i++) {
                  transfer("a" + random.nextInt(accounts), "a" + random.nextInt(accounts));
                }
              }));
    }
    for (Thread thread : all) {
      thread.join();
    }
    var sums = records.list("account").values().stream().map(a -> a.number("n", -1)).toList();
    assertThat(sums).allMatch(n -> n >= 0);
    assertThat(sums.stream().mapToLong(n -> n).sum()).isEqualTo(10L * accounts);
  }

  private void transfer(String from, String to) {
    records.transact(
        in -> {
          long has = in.find("account", from).orElseThrow().number("n", 0);
          if (has > 0) {
            in.put("account", from, Map.of("n", has - 1));
            long had = in.find("account", to).orElseThrow().number("n", 0);
            in.put("account", to, Map.of("n", had + 1));
          }
          return has;
        });
  }

  @Test
  void afterTheEndNothingIsCommitted() {
    records.close();
    records.close();
    assertThatThrownBy(() -> records.find("thing", "a"))
        .isInstanceOf(StowageException.Unavailable.class);
    assertThatThrownBy(() -> records.list("thing"))
        .isInstanceOf(StowageException.Unavailable.class);
    assertThatThrownBy(() -> records.page("thing", "", "", 1))
        .isInstanceOf(StowageException.Unavailable.class);
    assertThatThrownBy(() -> records.transact(in -> in.find("thing", "a")))
        .isInstanceOf(StowageException.Unavailable.class);
    assertThatThrownBy(() -> records.commit(new Put("thing", "a", Map.of())))
        .isInstanceOf(StowageException.Unavailable.class);
  }
}
