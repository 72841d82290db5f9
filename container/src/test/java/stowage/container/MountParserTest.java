package stowage.container;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import stowage.base.Json;
import stowage.base.StowageException.InvalidArgument;

final class MountParserTest {
  /** Command lines of the recorded flow 30-errors and what dockerd 28.2.2 answered. */
  private static final List<String[]> REFUSED_BINDS =
      List.of(
          words("v1:/x:badmode", "invalid mode: badmode; want modes of: "),
          words("v1:/x:ro,rw", "invalid mode: ro,rw"),
          words("v1:/x:z,Z", "invalid mode: z,Z"),
          words("v1:/x:", "[ok]"),
          words(
              "v1:rel",
              "invalid volume specification: 'v1:rel': invalid mount config for type \"volume\":"
                  + " invalid mount path: 'rel' mount path must be absolute"),
          words(
              "v1:/",
              "invalid volume specification: 'v1:/': invalid mount config for type \"volume\":"
                  + " invalid specification: destination can't be '/'"),
          words("/a:/b/../..", "destination can't be '/'"),
          words("a:b:c:d", "invalid volume specification: 'a:b:c:d'"),
          words(":/x", "invalid volume specification: ':/x'"),
          words("/x:ro", "invalid volume specification: '/x:ro'"),
          words(
              "v1:/x:rshared",
              "invalid volume specification: 'v1:/x:rshared': invalid mount config for type"
                  + " \"volume\": field BindOptions must not be specified"),
          words(
              "/w/b:/x:nocopy",
              "invalid volume specification: '/w/b:/x:nocopy': invalid mount config for type"
                  + " \"bind\": field VolumeOptions must not be specified"),
          words("v1:/x:idmap", "idmap is for binds"),
          words("/a:/x:idmap=uids=1-2", "invalid mode: idmap=uids=1-2; want one of idmap, "),
          words("/a\0b:/x", "NUL"));

  private static String[] words(String... words) {
    return words;
  }

  @Test
  void bindStringsAreRefusedInDockersWords() {
    for (String[] each : REFUSED_BINDS) {
      if (each[1].equals("[ok]")) {
        MountParser.bind(each[0], "");
        continue;
      }
      assertThatThrownBy(() -> MountParser.bind(each[0], ""))
          .as(each[0])
          .isInstanceOf(InvalidArgument.class)
          .hasMessageContaining(each[1]);
    }
  }

  @Test
  void aBindStringNamesAHostPathOrAVolume() {
    assertThat(MountParser.bind("/srv/../b//c:/x/./y/", ""))
        .isEqualTo(Mount.Bind.of("/b/c", "/x/y", false));
    var volume = (Mount.Volume) MountParser.bind("named:/x:nocopy,ro", "");
    assertThat(volume.name()).isEqualTo("named");
    assertThat(volume.noCopy()).isTrue();
    assertThat(volume.readOnly()).isTrue();
    assertThat(volume.anonymous()).isFalse();
    assertThat(volume.mode()).isEqualTo("nocopy,ro");
    assertThat(((Mount.Volume) MountParser.bind("named:/x", "ebs")).driver()).isEqualTo("ebs");
    assertThat(((Mount.Volume) MountParser.bind("/x", "")).anonymous()).isTrue();
  }

  @Test
  void modesOfABind() {
    var bind = (Mount.Bind) MountParser.bind("/a:/b:ro,rslave,Z,cached,idmap=auto", "");
    assertThat(bind.readOnly()).isTrue();
    assertThat(bind.propagation()).isEqualTo(Mount.Propagation.RSLAVE);
    assertThat(bind.idMap()).contains(new IdMap.Auto());
    assertThat(bind.mode()).isEqualTo("ro,rslave,Z,cached,idmap=auto");
    assertThat(((Mount.Bind) MountParser.bind("/a:/b:idmap", "")).idMap()).isPresent();
    var explicit = IdMap.parse("idmap=uids=1000-0-1#0-1000-1;gids=5-6-7");
    assertThat(explicit)
        .isEqualTo(
            new IdMap.Explicit(
                List.of(new IdMap.Range(1000, 0, 1), new IdMap.Range(0, 1000, 1)),
                List.of(new IdMap.Range(5, 6, 7))));
    assertThat(IdMap.parse(explicit.word())).isEqualTo(explicit);
    assertThat(IdMap.parse("idmap=gids=1-2-3").word()).isEqualTo("idmap=gids=1-2-3");
    for (String wrong : List.of("idmap=", "idmap=uids=", "idmap=uids=0-0-0",
        "idmap=uids=4294967290-0-100", "idmap=uids=1-1-1;uids=1-1-1", "idmapx")) {
      assertThatThrownBy(() -> MountParser.bind("/a:/b:" + wrong, ""))
          .as(wrong)
          .isInstanceOf(InvalidArgument.class);
    }
  }

  @Test
  void mountObjectsAreRefusedInDockersWords() {
    refused("{'Type':'bad','Target':'/x'}",
        "invalid mount config for type \"bad\": mount type unknown");
    refused("{'Type':'cluster','Source':'x','Target':'/x'}", "mount type unknown");
    refused("{'Type':'bind','Source':'rel','Target':'/x'}",
        "invalid mount config for type \"bind\": invalid mount path: 'rel' mount path must be"
            + " absolute");
    refused("{'Type':'bind','Target':'/x'}", "field Source must not be empty");
    refused("{'Type':'volume','Source':'v1','Target':'rel'}",
        "invalid mount path: 'rel' mount path must be absolute");
    refused("{'Type':'tmpfs','Source':'a','Target':'/x'}", "field Source must not be specified");
    refused("{'Type':'bind','Source':'/a','Target':'/x','BindOptions':{'Propagation':'bad'}}",
        "invalid propagation mode: bad");
    refused("{'Type':'volume','Source':'v','Target':'/x','VolumeOptions':{'Subpath':'../e'}}",
        "invalid mount config for type \"volume\": subpath must be a relative path within the"
            + " volume");
    refused("{'Type':'volume','Target':'/x','VolumeOptions':{'Subpath':'e'}}",
        "must not set Subpath when using anonymous volumes");
    refused("{'Type':'bind','Source':'/a','Target':'/x','VolumeOptions':{}}",
        "field VolumeOptions must not be specified");
    refused("{'Type':'image','Source':'a','Target':'/x','ImageOptions':{'Subpath':'/e'}}",
        "subpath must be a relative path within the image");
    refused("{'Type':'bind','Source':'/a','Target':'/x','BindOptions':{'Foo':true}}",
        "unknown field BindOptions.Foo; want one of Propagation, NonRecursive,");
    refused("{'Type':'bind','Source':'/a','Target':'/x','Shiny':1}", "unknown field Shiny");
    refused("{'Type':'bind','Source':'/a','Target':'/x','Consistency':'much'}",
        "invalid consistency: much; want one of default,");
    refused("{'Type':'bind','Source':'/a','Target':'/x','ReadOnly':'yes'}", "true or false");
    refused(
        "{'Type':'bind','Source':'/a','Target':'/x','BindOptions':{'ReadOnlyForceRecursive':true}}",
        "without ReadOnly");
    refused(
        "{'Type':'tmpfs','Target':'/x','TmpfsOptions':{'Options':[['size']]}}",
        "invalid tmpfs option [\"size\"]");
  }

  private static void refused(String json, String message) {
    assertThatThrownBy(() -> mount(json))
        .as(json)
        .isInstanceOf(InvalidArgument.class)
        .hasMessageContaining(message);
  }

  private static Mount mount(String json) {
    return MountParser.mount(Json.object(json.replace('\'', '"').getBytes(UTF_8), ""));
  }

  @Test
  void mountObjectsAsTheStockClientSendsThem() {
    assertThat(
            mount(
                "{'Type':'bind','Source':'/srv/w/b','Target':'/x','ReadOnly':true,"
                    + "'Consistency':'cached','BindOptions':{'Propagation':'rprivate',"
                    + "'ReadOnlyForceRecursive':true}}"))
        .isEqualTo(
            new Mount.Bind(
                "/srv/w/b",
                "/x",
                true,
                Mount.ReadOnlyDepth.FORCED,
                Mount.Propagation.RPRIVATE,
                true,
                false,
                Optional.empty(),
                ""));
    var idMapped =
        (Mount.Bind) mount("{'Type':'bind','Source':'/a','Target':'/x','Consistency':'idmap=auto'}");
    assertThat(idMapped.idMap()).contains(new IdMap.Auto());
    var volume =
        (Mount.Volume)
            mount(
                "{'Type':'volume','Source':'mv','Target':'/x','VolumeOptions':{'NoCopy':true,"
                    + "'Labels':{'a':'b'},'Subpath':'s/t','DriverConfig':{'Name':'local',"
                    + "'Options':{'device':'tmpfs','o':'size=1m','type':'tmpfs'}}}}");
    assertThat(volume.options()).containsEntry("o", "size=1m").hasSize(3);
    assertThat(volume.labels()).containsEntry("a", "b");
    assertThat(volume.subpath()).isEqualTo("s/t");
    var tmpfs =
        (Mount.Tmpfs)
            mount("{'Type':'tmpfs','Target':'/x','TmpfsOptions':{'SizeBytes':1048576,'Mode':1016}}");
    assertThat(tmpfs.sizeBytes()).hasValue(1048576);
    assertThat(tmpfs.permissions()).hasValue(01770);
    assertThat(mount("{'Type':'image','Source':'bb:1','Target':'/img','ImageOptions':null}"))
        .isEqualTo(new Mount.Image("bb:1", "/img", ""));
  }

  @Test
  void tmpfsOptions() {
    var tmpfs = MountParser.tmpfs("/t", "size=1m,mode=1770,exec,uid=1,ro");
    assertThat(tmpfs.flags()).containsExactlyInAnyOrder("nosuid", "nodev");
    assertThat(tmpfs.permissions()).hasValue(01770);
    assertThat(tmpfs.data()).isEqualTo(Map.of("size", "1m", "uid", "1"));
    assertThat(tmpfs.readOnly()).isTrue();
    assertThat(MountParser.tmpfs("/t", "").flags())
        .containsExactlyInAnyOrder("noexec", "nosuid", "nodev");
    assertThatThrownBy(() -> MountParser.tmpfs("/x", "badopt=1"))
        .hasMessageStartingWith("invalid tmpfs option [\"badopt\" \"1\"]");
    assertThatThrownBy(() -> MountParser.tmpfs("/x", "size=much"))
        .hasMessageStartingWith("invalid tmpfs option [\"size\" \"much\"]");
  }

  @Test
  void volumesFrom() {
    assertThat(MountParser.volumesFrom("c1")).isEqualTo(new MountParser.From("c1", false));
    assertThat(MountParser.volumesFrom("c1:ro")).isEqualTo(new MountParser.From("c1", true));
    for (String wrong : List.of("", "c1:nocopy", "c1:rshared", "c1:bad", "c1:idmap")) {
      assertThatThrownBy(() -> MountParser.volumesFrom(wrong))
          .as(wrong)
          .isInstanceOf(InvalidArgument.class);
    }
  }

  @Test
  void pathsAreCleanedAsGoDoes() {
    assertThat(Paths.clean("/a/b/../c/./d//")).isEqualTo("/a/c/d");
    assertThat(Paths.clean("/../..")).isEqualTo("/");
    assertThat(Paths.clean("../a/../..")).isEqualTo("../..");
    assertThat(Paths.clean("")).isEqualTo(".");
    assertThat(Paths.isLocal("a/../b")).isTrue();
    assertThat(Paths.isLocal("a/../../b")).isFalse();
    assertThat(Paths.isLocal("/a")).isFalse();
    assertThat(Paths.isLocal("")).isFalse();
  }
}
