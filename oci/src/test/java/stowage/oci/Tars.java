package stowage.oci;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tars for tests, byte by byte: headers that say what a test wants, right or wrong. */
public final class Tars {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** An empty tar. */
  public Tars() {}

  /** One header block; every field can be overwritten before it is taken. */
  public static final class Header {
    final byte[] b = new byte[512];
    boolean sound = true;

    /** A regular file's ustar header, mode 0644, no data. */
    public Header(String name) {
      put(0, 100, name);
      octal(100, 8, 0644).octal(108, 8, 0).octal(116, 8, 0).octal(124, 12, 0).octal(136, 12, 1);
      put(257, 8, "ustar\00000");
      type('0');
    }

    public Header type(char flag) {
      b[156] = (byte) flag;
      return this;
    }

    public Header size(long size) {
      return size > 077777777777L ? binary(124, 12, size) : octal(124, 12, size);
    }

    public Header mode(int mode) {
      return octal(100, 8, mode);
    }

    public Header link(String link) {
      return put(157, 100, link);
    }

    public Header device(long major, long minor) {
      return octal(329, 8, major).octal(337, 8, minor);
    }

    /** The magic of GNU's old format. */
    public Header gnu() {
      return put(257, 8, "ustar  \0");
    }

    /** No magic at all. */
    public Header v7() {
      Arrays.fill(b, 257, 512, (byte) 0);
      return this;
    }

    public Header octal(int at, int length, long value) {
      return put(at, length, ("%0" + (length - 1) + "o").formatted(value) + "\0");
    }

    /** Base 256. */
    public Header binary(int at, int length, long value) {
      for (int i = 0; i < length; i++) {
        int shift = (length - 1 - i) * 8;
        b[at + i] = (byte) (shift > 63 ? value >> 63 : value >> shift);
      }
      b[at] |= (byte) 0x80;
      return this;
    }

    public Header put(int at, int length, String byteString) {
      Arrays.fill(b, at, at + length, (byte) 0);
      byte[] bytes = byteString.getBytes(ISO_8859_1);
      System.arraycopy(bytes, 0, b, at, Math.min(length, bytes.length));
      return this;
    }

    /** Leaves the checksum wrong. */
    public Header unsound() {
      sound = false;
      return this;
    }

    /** The block without a checksum: not a header, but what may follow one. */
    public byte[] bytesAsTheyAre() {
      return b;
    }

    public byte[] bytes() {
      Arrays.fill(b, 148, 156, (byte) ' ');
      int sum = sound ? 0 : 1;
      for (byte octet : b) {
        sum += octet & 0xff;
      }
      return put(148, 8, "%06o\0 ".formatted(sum)).b;
    }
  }

  public static Header header(String name) {
    return new Header(name);
  }

  /** Adds a header without data. */
  public Tars add(Header header) {
    out.writeBytes(header.bytes());
    return this;
  }

  /** Adds a header with its size set, the data and the padding. */
  public Tars add(Header header, byte[] data) {
    return add(header.size(data.length)).raw(data).pad();
  }

  public Tars add(Header header, String data) {
    return add(header, data.getBytes(ISO_8859_1));
  }

  public Tars file(String name, String data) {
    return add(header(name), data);
  }

  public Tars directory(String name) {
    return add(header(name).type('5').mode(0755));
  }

  public Tars symlink(String name, String target) {
    return add(header(name).type('2').link(target));
  }

  public Tars hardLink(String name, String target) {
    return add(header(name).type('1').link(target));
  }

  /** Adds a PAX header with keywords and values by turns. */
  public Tars pax(String... records) {
    return pax('x', records);
  }

  public Tars pax(char flag, String... records) {
    var bytes = new ByteArrayOutputStream();
    for (int i = 0; i < records.length; i += 2) {
      bytes.writeBytes(record(records[i], records[i + 1]));
    }
    return add(header("PaxHeaders/x").type(flag), bytes.toByteArray());
  }

  /** One PAX record. */
  public static byte[] record(String keyword, String value) {
    String rest = " " + keyword + "=" + value + "\n";
    int length = rest.length() + 1;
    while (Integer.toString(length).length() + rest.length() > length) {
      length++;
    }
    return (length + rest).getBytes(ISO_8859_1);
  }

  /** Adds a GNU long name ('L') or long link ('K'). */
  public Tars gnuLong(char flag, String text) {
    return add(header("././@LongLink").gnu().type(flag), text + "\0");
  }

  public Tars raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  public Tars pad() {
    return raw(new byte[(512 - out.size() % 512) % 512]);
  }

  /** The bytes so far, without end blocks. */
  public byte[] cut() {
    return out.toByteArray();
  }

  /** The bytes with the two end blocks. */
  public byte[] end() {
    return raw(new byte[1024]).cut();
  }

  /** An entry and what its reader sees of its data. */
  public record Read(TarEntry entry, byte[] data) {}

  /** Reads it whole with {@link TarReader}. */
  public static List<Read> read(byte[] tar) throws IOException {
    var reader = new TarReader(new ByteArrayInputStream(tar));
    var entries = new ArrayList<Read>();
    for (var next = reader.next(); next.isPresent(); next = reader.next()) {
      entries.add(new Read(next.get(), reader.data().readAllBytes()));
    }
    return entries;
  }

  /** Reads it whole with {@link TarParser}, pushed in pieces of that many bytes. */
  public static List<TarEntry> parse(byte[] tar, int piece) {
    var parser = new TarParser();
    var entries = new ArrayList<TarEntry>();
    for (int at = 0; at < tar.length; at += piece) {
      parser.feed(tar, at, Math.min(tar.length, at + piece), entries::add);
    }
    parser.end();
    return entries;
  }

  /** The entries by name, the last of a name winning. */
  public static Map<String, Read> byName(byte[] tar) throws IOException {
    var names = new LinkedHashMap<String, Read>();
    read(tar).forEach(read -> names.put(read.entry().name(), read));
    return names;
  }
}
