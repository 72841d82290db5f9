package stowage.container;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import stowage.base.StowageException.Failed;
import stowage.base.StowageException.InvalidArgument;
import stowage.oci.RuntimeSpec;

/**
 * Who a process runs as: user and group names looked up in the container's own /etc/passwd and
 * /etc/group. Those are the image's words: they are read as data, small and regular, and never by
 * the host's name service.
 */
final class Users {
  /** How much of /etc/passwd or /etc/group is read; longer ones are refused. */
  static final int FILE_MAX = 1 << 20;

  private static final int ID_MAX = Integer.MAX_VALUE;

  /** A file of the container, by absolute path; empty when it is not there. */
  interface Files {
    Optional<byte[]> read(String path, int limitBytes);
  }

  /** A user, and the home directory its programs expect in HOME. */
  record User(RuntimeSpec.User ids, String home) {}

  private record Account(String name, long uid, long gid, String home) {}

  private record Group(String name, long gid, List<String> members) {}

  private final List<Account> accounts;
  private final List<Group> groups;

  private Users(List<Account> accounts, List<Group> groups) {
    this.accounts = accounts;
    this.groups = groups;
  }

  /**
   * Looks up {@code user[:group]}, by Docker's rules: a number need not be in any file; a user
   * found without a group given has its groups of /etc/group too.
   *
   * @param wanted empty is root
   * @throws Failed in Docker's words, if a name is not there
   */
  static User find(String wanted, List<String> furtherGroups, Files files) {
    var users = new Users(accounts(files), groups(files));
    return users.find(wanted, furtherGroups);
  }

  private User find(String wanted, List<String> further) {
    int colon = wanted.indexOf(':');
    String user = colon < 0 ? wanted : wanted.substring(0, colon);
    String group = colon < 0 ? "" : wanted.substring(colon + 1);
    Optional<Account> account = user.isEmpty() ? byUid(0) : byName(user).or(() -> byNumber(user));
    long uid = account.map(Account::uid).orElseGet(() -> uidOf(user));
    long gid = group.isEmpty() ? account.map(Account::gid).orElse(0L) : gidOf(group);
    // The primary group too: a file that denies its group must not open to one who merely has it
    // as primary (CVE-2022-36109).
    var additional = new LinkedHashSet<>(List.of(gid));
    if (group.isEmpty() && account.isPresent()) {
      String name = account.get().name();
      groups.stream().filter(g -> g.members().contains(name)).forEach(g -> additional.add(g.gid()));
    }
    further.forEach(g -> additional.add(gidOf(g)));
    return new User(
        new RuntimeSpec.User(uid, gid, List.copyOf(additional)),
        account.map(Account::home).filter(h -> !h.isEmpty()).orElse("/"));
  }

  private Optional<Account> byUid(long uid) {
    return accounts.stream().filter(a -> a.uid() == uid).findFirst();
  }

  private Optional<Account> byName(String name) {
    return accounts.stream().filter(a -> a.name().equals(name)).findFirst();
  }

  private Optional<Account> byNumber(String number) {
    return number(number).flatMap(this::byUid);
  }

  private long uidOf(String user) {
    if (user.isEmpty()) {
      return 0;
    }
    return number(user)
        .orElseThrow(
            () -> notFound("unable to find user " + user + ": no matching entries in passwd file"));
  }

  private long gidOf(String group) {
    return groups.stream()
        .filter(g -> g.name().equals(group))
        .map(Group::gid)
        .findFirst()
        .or(() -> number(group))
        .orElseThrow(
            () ->
                notFound("unable to find group " + group + ": no matching entries in group file"));
  }

  private static RuntimeException notFound(String message) {
    return new Failed(message, null);
  }

  private static Optional<Long> number(String text) {
    if (text.isEmpty() || text.length() > 10 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Optional.empty();
    }
    long number = Long.parseLong(text);
    if (number > ID_MAX) {
      throw new InvalidArgument("uids and gids must be in range 0-" + ID_MAX);
    }
    return Optional.of(number);
  }

  private static List<Account> accounts(Files files) {
    var accounts = new ArrayList<Account>();
    for (String[] field : lines("/etc/passwd", files)) {
      if (field.length >= 4) {
        var uid = lenient(field[2]);
        var gid = lenient(field[3]);
        if (uid.isPresent() && gid.isPresent()) {
          String home = field.length > 5 ? field[5] : "";
          accounts.add(new Account(field[0], uid.get(), gid.get(), home));
        }
      }
    }
    return accounts;
  }

  private static List<Group> groups(Files files) {
    var groups = new ArrayList<Group>();
    for (String[] field : lines("/etc/group", files)) {
      var gid = field.length >= 3 ? lenient(field[2]) : Optional.<Long>empty();
      if (gid.isPresent()) {
        List<String> members = field.length > 3 ? List.of(field[3].split(",")) : List.of();
        groups.add(new Group(field[0], gid.get(), members));
      }
    }
    return groups;
  }

  /** A number in a file somebody else wrote: nonsense makes the line not count. */
  private static Optional<Long> lenient(String text) {
    if (text.isEmpty() || text.length() > 10 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Optional.empty();
    }
    return Optional.of(Long.parseLong(text)).filter(n -> n <= ID_MAX);
  }

  private static List<String[]> lines(String path, Files files) {
    byte[] bytes = files.read(path, FILE_MAX).orElse(new byte[0]);
    return new String(bytes, StandardCharsets.UTF_8)
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .map(line -> line.split(":", -1))
        .toList();
  }
}
