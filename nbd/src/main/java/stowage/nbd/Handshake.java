package stowage.nbd;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import stowage.base.StowageException;
import stowage.block.BlockDevice;
import stowage.block.TellsChanges;

/**
 * What server and client agree on before the first request. Reads not a byte further than the
 * options go, so that what follows belongs to whoever follows.
 */
final class Handshake {
  /** Options a client may send; the longest sensible exchange has about ten. */
  static final int OPTIONS_MAX = 64;

  /** Bytes of a name. */
  static final int NAME_MAX = 4096;

  /** Bytes of an option beside the name in it. */
  static final int OPTION_MAX = NAME_MAX + 4096;

  private static final int PREFERRED_BYTES = 4096;
  private static final int OLD_PADDING_BYTES = 124;

  /** Of a message to the client. */
  private static final int MESSAGE_MAX = 1024;

  private static final String ALLOCATION = "base:allocation";
  private static final String DIRTY = "stowage:dirty";

  private final Exports exports;
  private final Optional<Tls> tls;
  private Transport transport;
  private boolean secure;
  private boolean noZeroes;
  private boolean structured;
  private List<Context> contexts = List.of();
  private String contextsOf = "";

  /** A kind of facts about ranges that the client may ask for, and the number it goes by. */
  enum Context {
    ALLOCATION_OF(ALLOCATION),
    DIRTY_OF(DIRTY);

    private final String title;

    Context(String title) {
      this.title = title;
    }

    int id() {
      return ordinal() + 1;
    }
  }

  /** What came of it: the device is the receiver's to close. */
  record Agreed(
      Transport transport, Exports.Export export, boolean structured, List<Context> contexts) {}

  Handshake(Exports exports, Optional<Tls> tls, Transport transport) {
    this.exports = exports;
    this.tls = tls;
    this.transport = transport;
  }

  /** What {@link #agree} ended with, also if it ended badly: to be closed. */
  Transport transport() {
    return transport;
  }

  /** Empty if the client wants no more, or gets no more. */
  Optional<Agreed> agree() throws IOException {
    var hello = ByteBuffer.allocate(18);
    hello.putLong(Wire.INIT_MAGIC).putLong(Wire.OPTION_MAGIC);
    hello.putShort((short) (Wire.FIXED_NEWSTYLE | Wire.NO_ZEROES));
    transport.write(hello.flip());
    int flags = read(4).getInt();
    if ((flags & ~(Wire.FIXED_NEWSTYLE | Wire.NO_ZEROES)) != 0) {
      return Optional.empty();
    }
    noZeroes = (flags & Wire.NO_ZEROES) != 0;
    for (int count = 0; count < OPTIONS_MAX; count++) {
      var header = read(16);
      if (header.getLong() != Wire.OPTION_MAGIC) {
        return Optional.empty();
      }
      int option = header.getInt();
      int length = header.getInt();
      if (length < 0 || length > OPTION_MAX) {
        return Optional.empty(); // nobody has that much to say; reading it would only cost
      }
      var data = read(length);
      if (option == Wire.OPT_EXPORT_NAME) {
        return exportName(data);
      }
      if (option == Wire.OPT_ABORT) {
        reply(option, Wire.REP_ACK);
        return Optional.empty();
      }
      var agreed = option(option, data);
      if (agreed.isPresent()) {
        return agreed;
      }
    }
    return Optional.empty();
  }

  private ByteBuffer read(int bytes) throws IOException {
    var buffer = ByteBuffer.allocate(bytes);
    if (!transport.readFully(buffer)) {
      throw new EOFException("the client ended in an option");
    }
    return buffer.flip();
  }

  private Optional<Agreed> option(int option, ByteBuffer data) throws IOException {
    if (tls.isPresent() && !secure && option != Wire.OPT_STARTTLS) {
      error(option, Wire.REP_ERR_TLS_REQD, "this server speaks with TLS only");
      return Optional.empty();
    }
    switch (option) {
      case Wire.OPT_LIST -> list(data);
      case Wire.OPT_STARTTLS -> startTls(data);
      case Wire.OPT_INFO, Wire.OPT_GO -> {
        return infoOrGo(option, data);
      }
      case Wire.OPT_STRUCTURED_REPLY -> {
        if (noData(option, data)) {
          structured = true;
          reply(option, Wire.REP_ACK);
        }
      }
      case Wire.OPT_LIST_META_CONTEXT, Wire.OPT_SET_META_CONTEXT -> contexts(option, data);
      default -> error(option, Wire.REP_ERR_UNSUP, "this server does not know the option");
    }
    return Optional.empty();
  }

  private Optional<Agreed> exportName(ByteBuffer data) throws IOException {
    if (tls.isPresent() && !secure) {
      return Optional.empty();
    }
    Exports.Export export;
    try {
      var name = text(data, data.remaining());
      export = exports.open(name);
      if (!name.equals(contextsOf)) {
        contexts = List.of();
      }
    } catch (StowageException | CharacterCodingException noErrorCanBeSent) {
      return Optional.empty();
    }
    var answer = ByteBuffer.allocate(10 + OLD_PADDING_BYTES);
    answer.putLong(export.device().size()).putShort((short) flags(export));
    if (!noZeroes) {
      answer.position(answer.capacity());
    }
    return go(export, answer.flip());
  }

  /** Sends the last of the agreement. */
  private Optional<Agreed> go(Exports.Export export, ByteBuffer last) throws IOException {
    boolean sent = false;
    try {
      transport.write(last);
      sent = true;
    } finally {
      if (!sent) {
        export.device().close();
      }
    }
    return Optional.of(new Agreed(transport, export, structured, contexts));
  }

  private void list(ByteBuffer data) throws IOException {
    if (!noData(Wire.OPT_LIST, data)) {
      return;
    }
    for (var listed : exports.list()) {
      byte[] name = bytes(listed.name(), NAME_MAX);
      byte[] description = bytes(listed.description(), MESSAGE_MAX);
      var server = ByteBuffer.allocate(4 + name.length + description.length);
      server.putInt(name.length).put(name).put(description);
      reply(Wire.OPT_LIST, Wire.REP_SERVER, server.array());
    }
    reply(Wire.OPT_LIST, Wire.REP_ACK);
  }

  private void startTls(ByteBuffer data) throws IOException {
    if (!noData(Wire.OPT_STARTTLS, data)) {
      return;
    }
    if (tls.isEmpty()) {
      error(Wire.OPT_STARTTLS, Wire.REP_ERR_POLICY, "this server has no certificate");
      return;
    }
    if (secure) {
      error(Wire.OPT_STARTTLS, Wire.REP_ERR_INVALID, "TLS is on already");
      return;
    }
    reply(Wire.OPT_STARTTLS, Wire.REP_ACK);
    transport = new TlsTransport(transport, tls.get().engine());
    secure = true;
    // What was said before might have been said by anyone on the way.
    structured = false;
    contexts = List.of();
  }

  private boolean noData(int option, ByteBuffer data) throws IOException {
    if (data.hasRemaining()) {
      error(option, Wire.REP_ERR_INVALID, "the option takes no data");
      return false;
    }
    return true;
  }

  private Optional<Agreed> infoOrGo(int option, ByteBuffer data) throws IOException {
    String name;
    try {
      name = name(data);
      int count = data.remaining() < 2 ? -1 : Short.toUnsignedInt(data.getShort());
      if (data.remaining() != 2 * count) {
        throw new CharacterCodingException();
      } // which facts it wants does not matter: it gets all
    } catch (CharacterCodingException e) {
      error(option, Wire.REP_ERR_INVALID, "the option is not as the protocol has it");
      return Optional.empty();
    }
    var opened = open(option, name);
    if (opened.isEmpty()) {
      return Optional.empty();
    }
    var export = opened.get();
    boolean kept = false;
    try {
      if (!name.equals(contextsOf)) {
        contexts = List.of();
      }
      infos(option, export);
      if (option == Wire.OPT_GO) {
        kept = true;
        return go(export, header(option, Wire.REP_ACK, 0).flip());
      }
      reply(option, Wire.REP_ACK);
      return Optional.empty();
    } finally {
      if (!kept) {
        export.device().close();
      }
    }
  }

  /** Opens for an option that can be told of an error; empty when it was. */
  private Optional<Exports.Export> open(int option, String name) throws IOException {
    try {
      return Optional.of(exports.open(name));
    } catch (StowageException | IOException e) {
      error(option, Wire.REP_ERR_UNKNOWN, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private void infos(int option, Exports.Export export) throws IOException {
    var info = ByteBuffer.allocate(12).putShort((short) Wire.INFO_EXPORT);
    info.putLong(export.device().size()).putShort((short) flags(export));
    reply(option, Wire.REP_INFO, info.array());
    info(option, Wire.INFO_NAME, bytes(export.name(), NAME_MAX));
    info(option, Wire.INFO_DESCRIPTION, bytes(export.description(), MESSAGE_MAX));
    var sizes = ByteBuffer.allocate(12);
    sizes.putInt(BlockDevice.SECTOR).putInt(PREFERRED_BYTES).putInt(Wire.PAYLOAD_MAX);
    info(option, Wire.INFO_BLOCK_SIZE, sizes.array());
  }

  private void info(int option, int kind, byte[] value) throws IOException {
    var info = ByteBuffer.allocate(2 + value.length).putShort((short) kind).put(value);
    reply(option, Wire.REP_INFO, info.array());
  }

  private int flags(Exports.Export export) {
    return Wire.HAS_FLAGS
        | (export.readOnly() ? Wire.READ_ONLY : 0)
        | Wire.SEND_FLUSH
        | Wire.SEND_FUA
        | Wire.SEND_TRIM
        | Wire.SEND_WRITE_ZEROES
        | Wire.SEND_FAST_ZERO
        | (structured ? Wire.SEND_DF : 0)
        | Wire.CAN_MULTI_CONN
        | Wire.SEND_CACHE;
  }

  private void contexts(int option, ByteBuffer data) throws IOException {
    boolean set = option == Wire.OPT_SET_META_CONTEXT;
    if (set) {
      contexts = List.of(); // also if what follows fails
    }
    if (!structured) {
      error(option, Wire.REP_ERR_INVALID, "structured replies come first");
      return;
    }
    String name;
    var queries = new ArrayList<String>();
    try {
      name = name(data);
      int count = data.remaining() < 4 ? -1 : data.getInt();
      if (count < 0 || count > data.remaining() / 4) {
        throw new CharacterCodingException();
      }
      for (int i = 0; i < count; i++) {
        queries.add(name(data));
      }
      if (data.hasRemaining()) {
        throw new CharacterCodingException();
      }
    } catch (CharacterCodingException e) {
      error(option, Wire.REP_ERR_INVALID, "the option is not as the protocol has it");
      return;
    }
    var opened = open(option, name);
    if (opened.isEmpty()) {
      return;
    }
    boolean tellsChanges;
    try (var device = opened.get().device()) {
      tellsChanges = device instanceof TellsChanges;
    }
    var found = new ArrayList<Context>();
    for (var context : Context.values()) {
      boolean offered = context == Context.ALLOCATION_OF || tellsChanges;
      if (offered && asksFor(queries, context, set)) {
        found.add(context);
      }
    }
    for (var context : found) {
      byte[] title = bytes(context.title, NAME_MAX);
      var answer = ByteBuffer.allocate(4 + title.length);
      answer.putInt(set ? context.id() : 0).put(title);
      reply(option, Wire.REP_META_CONTEXT, answer.array());
    }
    if (set) {
      contexts = List.copyOf(found);
      contextsOf = name;
    }
    reply(option, Wire.REP_ACK);
  }

  private static boolean asksFor(List<String> queries, Context context, boolean set) {
    if (!set && queries.isEmpty()) {
      return true;
    }
    var space = context.title.substring(0, context.title.indexOf(':') + 1);
    return queries.contains(context.title) || (!set && queries.contains(space));
  }

  /** A string after its length. */
  private static String name(ByteBuffer data) throws CharacterCodingException {
    int length = data.remaining() < 4 ? -1 : data.getInt();
    if (length < 0 || length > data.remaining()) {
      throw new CharacterCodingException();
    }
    return text(data, length);
  }

  private static String text(ByteBuffer data, int length) throws CharacterCodingException {
    if (length > NAME_MAX) {
      throw new CharacterCodingException();
    }
    var bytes = data.slice(data.position(), length);
    data.position(data.position() + length);
    return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
  }

  private static byte[] bytes(String text, int max) {
    byte[] all = text.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(all.length, max);
    while (length < all.length && length > 0 && (all[length] & 0xc0) == 0x80) {
      length--; // not in the middle of a character
    }
    return Arrays.copyOf(all, length);
  }

  private static ByteBuffer header(int option, int type, int length) {
    return ByteBuffer.allocate(20 + length)
        .putLong(Wire.OPTION_REPLY_MAGIC)
        .putInt(option)
        .putInt(type)
        .putInt(length);
  }

  private void reply(int option, int type, byte... data) throws IOException {
    transport.write(header(option, type, data.length).put(data).flip());
  }

  private void error(int option, int type, String message) throws IOException {
    reply(option, type, bytes(message, MESSAGE_MAX));
  }
}
