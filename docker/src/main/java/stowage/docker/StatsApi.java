package stowage.docker;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import stowage.base.Json;
import stowage.container.Container;
import stowage.container.Stats;
import stowage.http.Router;

/** What containers use, once or every second until the client goes. */
final class StatsApi {
  private static final long PAUSE_MILLIS = 1000;

  private final Engine engine;

  StatsApi(Engine engine) {
    this.engine = engine;
  }

  void addTo(Router<Endpoint> router) {
    router.add("GET", "/containers/(?<id>[^/]+)/stats", this::stats);
  }

  private void stats(Call call) throws IOException {
    Container container = engine.containers().require(call.path("id"));
    boolean endless = call.query().first("stream").isEmpty() || call.flag("stream");
    if (!endless) {
      Optional<Stats> before =
          call.flag("one-shot") ? Optional.empty() : Optional.of(read(container));
      if (before.isPresent()) {
        pause(new CountDownLatch(1)); // a share of the CPU needs two moments
      }
      call.json(200, render(container, before, read(container)));
      return;
    }
    var gone = new CountDownLatch(1);
    var out = call.stream("application/json");
    out.flush();
    call.request().onClientGone(gone::countDown);
    Optional<Stats> before = Optional.empty();
    do {
      var now = read(container);
      out.write(Json.bytes(render(container, before, now)));
      out.write('\n');
      out.flush();
      before = Optional.of(now);
    } while (!pause(gone) && engine.containers().find(container.id()).isPresent());
  }

  private Stats read(Container container) {
    return engine.containers().stats(container.id());
  }

  /** Waits; whether the client went meanwhile. */
  private static boolean pause(CountDownLatch gone) throws IOException {
    try {
      return gone.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("server stops", e);
    }
  }

  private static Map<String, Object> render(
      Container container, Optional<Stats> before, Stats now) {
    var json = new LinkedHashMap<String, Object>();
    json.put("name", "/" + container.name());
    json.put("id", container.id());
    json.put("read", Times.rfc3339(now.at()));
    json.put("preread", before.map(b -> Times.rfc3339(b.at())).orElse(Times.NEVER));
    var pids = new LinkedHashMap<String, Object>();
    if (now.pids() > 0) {
      pids.put("current", now.pids());
    }
    if (now.pidsLimit() > 0) {
      pids.put("limit", now.pidsLimit());
    }
    json.put("pids_stats", pids);
    json.put("blkio_stats", blkio(now));
    json.put("num_procs", 0);
    json.put("storage_stats", Map.of());
    json.put("cpu_stats", cpu(now));
    json.put("precpu_stats", before.map(StatsApi::cpu).orElse(Map.of()));
    json.put("memory_stats", memory(now));
    if (!now.networks().isEmpty()) {
      json.put("networks", networks(now));
    }
    return json;
  }

  private static Map<String, Object> blkio(Stats stats) {
    var json = new LinkedHashMap<String, Object>();
    json.put("io_service_bytes_recursive", io(stats, Stats.Io::bytes));
    json.put("io_serviced_recursive", io(stats, Stats.Io::count));
    for (String name :
        List.of("queue", "service_time", "wait_time", "merged", "time")) {
      json.put("io_" + name + "_recursive", List.of());
    }
    json.put("sectors_recursive", List.of());
    return json;
  }

  private static List<Object> io(Stats stats, ToLongFunction<Stats.Io> amount) {
    var list = new ArrayList<>();
    for (var io : stats.io()) {
      var json = new LinkedHashMap<String, Object>();
      json.put("major", io.major());
      json.put("minor", io.minor());
      json.put("op", io.operation());
      json.put("value", amount.applyAsLong(io));
      list.add(json);
    }
    return list;
  }

  private static Map<String, Object> cpu(Stats stats) {
    var usage = new LinkedHashMap<String, Object>();
    usage.put("total_usage", stats.cpuNanos());
    if (!stats.perCpuNanos().isEmpty()) {
      usage.put("percpu_usage", stats.perCpuNanos());
    }
    usage.put("usage_in_kernelmode", stats.cpuSystemNanos());
    usage.put("usage_in_usermode", stats.cpuUserNanos());
    var throttling = new LinkedHashMap<String, Object>();
    throttling.put("periods", stats.throttle().periods());
    throttling.put("throttled_periods", stats.throttle().throttledPeriods());
    throttling.put("throttled_time", stats.throttle().throttledNanos());
    var json = new LinkedHashMap<String, Object>();
    json.put("cpu_usage", usage);
    json.put("system_cpu_usage", stats.systemCpuNanos());
    json.put("online_cpus", stats.onlineCpus());
    json.put("throttling_data", throttling);
    return json;
  }

  private static Map<String, Object> memory(Stats stats) {
    var json = new LinkedHashMap<String, Object>();
    if (stats.memoryBytes() == 0) {
      return json;
    }
    json.put("usage", stats.memoryBytes());
    if (stats.memoryMaxBytes() > 0) {
      json.put("max_usage", stats.memoryMaxBytes());
    }
    json.put("stats", stats.memory());
    if (stats.memoryFailures() > 0) {
      json.put("failcnt", stats.memoryFailures());
    }
    json.put("limit", stats.memoryLimitBytes());
    return json;
  }

  private static Map<String, Object> networks(Stats stats) {
    var networks = new LinkedHashMap<String, Object>();
    stats
        .networks()
        .forEach(
            (name, link) -> {
              var json = new LinkedHashMap<String, Object>();
              json.put("rx_bytes", link.rxBytes());
              json.put("rx_packets", link.rxPackets());
              json.put("rx_errors", link.rxErrors());
              json.put("rx_dropped", link.rxDropped());
              json.put("tx_bytes", link.txBytes());
              json.put("tx_packets", link.txPackets());
              json.put("tx_errors", link.txErrors());
              json.put("tx_dropped", link.txDropped());
              networks.put(name, json);
            });
    return networks;
  }
}
