package stowage.docker;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stowage.base.Digest;
import stowage.base.StowageException;
import stowage.base.StowageException.Unsupported;
import stowage.http.Router;
import stowage.image.LoadSink;
import stowage.image.PushSink;
import stowage.oci.Reference;

/** Images that come and go: pull, import, load, save, push. */
final class ImageStreamsApi {
  private final Engine engine;

  ImageStreamsApi(Engine engine) {
    this.engine = engine;
  }

  void addTo(Router<Endpoint> router) {
    router
        .add("POST", "/images/create", this::create)
        .add("POST", "/images/load", this::load)
        .add("GET", "/images/get", call -> save(call, call.query().all("names")))
        .add("GET", "/images/(?<name>.+)/get", call -> save(call, List.of(call.path("name"))))
        .add("POST", "/images/(?<name>.+)/push", this::push);
  }

  private void create(Call call) throws IOException {
    if (call.query("fromImage").isEmpty()) {
      importTar(call);
    } else {
      pull(call);
    }
  }

  private void pull(Call call) {
    String name = call.query("fromImage");
    String tag = call.query("tag");
    Optional<String> platform = call.query().first("platform").filter(p -> !p.isEmpty());
    var lines = new ProgressLines(call, engine.time());
    try {
      var auth = RegistryAuths.of(call);
      var reference = Reference.parse(name);
      if (tag.isEmpty() && reference.tag().isEmpty() && reference.digest().isEmpty()) {
        engine.images().pullAll(name, platform, auth, lines);
      } else {
        engine.images().pull(ImagesApi.reference(name, tag), platform, auth, lines);
      }
    } catch (StowageException e) {
      lines.failed(e);
    }
  }

  private void importTar(Call call) throws IOException {
    String source = call.query("fromSrc");
    if (!source.equals("-")) {
      throw new Unsupported("importing from a URL is not supported; fetch it and import the file");
    }
    String repository = call.query("repo");
    var reference =
        repository.isEmpty()
            ? Optional.<String>empty()
            : Optional.of(ImagesApi.reference(repository, call.query("tag")));
    var image =
        engine
            .images()
            .importTar(
                call.request().body(),
                reference,
                call.query().all("changes"),
                call.query().first("message").filter(m -> !m.isEmpty()).orElse("Imported from -"),
                call.query().first("platform").filter(p -> !p.isEmpty()));
    new ProgressLines(call, engine.time()).line(Map.of("status", image.id().toString()));
  }

  private void load(Call call) throws IOException {
    var lines = new ProgressLines(call, engine.time());
    boolean quiet = call.flag("quiet");
    lines.begin();
    try {
      engine
          .images()
          .load(
              call.request().body(),
              new LoadSink() {
                @Override
                public void loaded(String line) {
                  lines.line(Map.of("stream", line + "\n"));
                }

                @Override
                public void tell(String id, String status, long current, long total) {
                  if (!quiet) {
                    lines.tell(id, status, current, total);
                  }
                }
              });
    } catch (StowageException e) {
      lines.failed(e);
    }
  }

  private void save(Call call, List<String> names) throws IOException {
    engine.images().save(names, call.stream("application/x-tar"));
  }

  private void push(Call call) {
    String repository = call.path("name");
    Optional<String> tag = call.query().first("tag").filter(t -> !t.isEmpty());
    var lines = new ProgressLines(call, engine.time());
    var auth = RegistryAuths.of(call);
    try {
      lines.begin();
      engine.images().push(repository, tag, auth, sink(lines));
    } catch (StowageException e) {
      lines.failed(e);
    } catch (IOException gone) {
      throw new java.io.UncheckedIOException(gone);
    }
  }

  private static PushSink sink(ProgressLines lines) {
    return new PushSink() {
      @Override
      public void pushed(String tag, Digest digest, long sizeBytes) {
        var aux = new LinkedHashMap<String, Object>();
        aux.put("Tag", tag);
        aux.put("Digest", digest.toString());
        aux.put("Size", sizeBytes);
        var line = new LinkedHashMap<String, Object>();
        line.put("progressDetail", Map.of());
        line.put("aux", aux);
        lines.line(line);
      }

      @Override
      public void tell(String id, String status, long current, long total) {
        lines.tell(id, status, current, total);
      }
    };
  }
}
