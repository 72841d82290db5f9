package stowage.container;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import stowage.base.Json;
import stowage.base.JsonObject;
import stowage.base.Resource;
import stowage.base.StowageException.InvalidArgument;
import stowage.base.StowageException.NotFound;

final class MountPlanTest {
  private static MountRequest binds(String... binds) {
    return new MountRequest(List.of(binds), List.of(), Map.of(), Set.of(), List.of(), "");
  }

  private static List<Mount> nobody(String container) {
    throw new NotFound(Resource.CONTAINER, container, "No such container: " + container);
  }

  @Test
  void aTargetComesBeforeWhatLiesBelowIt() {
    var plan = MountPlan.of(binds("/1:/a/b/c", "/2:/a", "/3:/a/b", "/4:/A"), MountPlanTest::nobody);
    assertThat(plan.mounts()).map(Mount::target).containsExactly("/A", "/a", "/a/b", "/a/b/c");
  }

  @Test
  void theSameTargetTwiceIsRefused() {
    assertThatThrownBy(() -> MountPlan.of(binds("e1:/x", "e2:/x/y/.."), MountPlanTest::nobody))
        .isInstanceOf(InvalidArgument.class)
        .hasMessage("Duplicate mount point: /x");
    var mixed =
        new MountRequest(
            List.of("e1:/x"), List.of(), Map.of("/x", ""), Set.of(), List.of(), "");
    assertThatThrownBy(() -> MountPlan.of(mixed, MountPlanTest::nobody))
        .hasMessage("Duplicate mount point: /x");
  }

  @Test
  void whatIsAskedForGoesBeforeOtherContainersAndThoseBeforeTheImage() {
    var others =
        List.of(
            MountParser.bind("v1:/asked", ""),
            MountParser.bind("v2:/shared", ""),
            MountParser.tmpfs("/tmp", ""));
    var request =
        new MountRequest(
            List.of("/src:/asked"),
            List.of(),
            Map.of(),
            new LinkedHashSet<>(List.of("/asked", "/shared", "/own")),
            List.of("other:ro"),
            "");
    var plan = MountPlan.of(request, name -> name.equals("other") ? others : nobody(name));
    assertThat(plan.mounts()).map(Mount::target).containsExactly("/asked", "/own", "/shared");
    assertThat(plan.mounts().get(0)).isInstanceOf(Mount.Bind.class);
    assertThat(((Mount.Volume) plan.mounts().get(1)).anonymous()).isTrue();
    var shared = (Mount.Volume) plan.mounts().get(2);
    assertThat(shared.name()).isEqualTo("v2");
    assertThat(shared.readOnly()).isTrue();
    assertThat(shared.noCopy()).isTrue();
  }

  @Test
  void anUnknownContainerIsToldAsTheLookupTellsIt() {
    var request =
        new MountRequest(List.of(), List.of(), Map.of(), Set.of(), List.of("nosuch"), "");
    assertThatThrownBy(() -> MountPlan.of(request, MountPlanTest::nobody))
        .hasMessage("No such container: nosuch");
  }

  @Test
  void mountsWrittenDownAreReadBackEqual() {
    var mounts =
        List.of(
            MountParser.bind("/a:/b:ro,rslave,idmap=uids=1-2-3", ""),
            MountParser.bind("v:/c:nocopy", "local").withReadOnly(true),
            MountParser.tmpfs("/d", "size=1m,mode=700,exec,uid=7"),
            new Mount.Image("sha256:abc", "/e", "sub/path"),
            Mount.Volume.anonymous("/f", "local"));
    var json = Json.bytes(Map.of("mounts", MountJson.write(mounts)));
    JsonObject back = Json.object(new String(json, UTF_8).getBytes(UTF_8), "record");
    assertThat(MountJson.readAll(back, "mounts")).isEqualTo(mounts);
  }
}
