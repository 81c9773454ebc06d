#include "worker/pollux_worker.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include <unistd.h>

#include "base/hex.hpp"
#include "base/random.hpp"
#include "base/threads.hpp"
#include "compat/example_vote.hpp"
#include "compat/redis_list.hpp"
#include "queue/redis_stream_vote_consumer.hpp"
#include "redis/server_check.hpp"
#include "store/postgres_vote_store.hpp"
#include "telemetry/process.hpp"
#include "worker/poll_copier.hpp"
#include "worker/stream_metrics.hpp"
#include "worker/worker.hpp"
#include "worker/worker_monitor.hpp"

namespace pollux::worker {
namespace {

// So that a frozen Redis holds the worker, and an ordered stop, for some seconds at most.
constexpr std::chrono::milliseconds redis_limit{1000};

// A call of a slow database is not taken for a thread that hangs.
static_assert(2 * store::PostgresOptions{}.call_timeout <= telemetry::min_hang_limit);

// Readable in Redis's own tools, and no other start has it.
std::string consumer_name() {
  return telemetry::host_name() + "-" + std::to_string(getpid()) + "-" + to_hex(random_bytes<4>());
}

queue::RedisStreamConsumerOptions consumer_options(const WorkerProgramOptions& options, telemetry::Log& log) {
  return {
      .url = options.redis,
      .consumer_name = consumer_name(),
      .reclaim_after = options.reclaim_after,
      .decode_imported = compat::decode_example_vote,
      .import = options.imports_legacy_list() ? std::optional(compat::legacy_list_import()) : std::nullopt,
      .limits = {.connect_limit = redis_limit, .command_limit = redis_limit},
      .warn = [&log](const std::string& message) {
        log.repeated_warning("The queue needs attention.", {{"reason", message}});
      }};
}

// The parts in the order in which each needs those before it.
class PolluxWorker : public lifecycle::Service {
 public:
  PolluxWorker(const WorkerProgramOptions& options, telemetry::Log& log)
      : Service(options.service, log),
        options_(options),
        queue_(consumer_options(options, log)),
        monitor_(metrics_, log) {}

  // A database that does not answer is not waited for.
  ~PolluxWorker() override { interrupt_.raise(); }

  Result<void> start(lifecycle::Startup& startup) {
    if (options_.drain_list) {
      log_.warning("The setting drain-list is a former name, which the next version does not read.",
                   {{"remedy", "Use --import-legacy-list (POLLUX_IMPORT_LEGACY_LIST)."}});
    }
    const auto warning = startup.await<std::string>([&] { return redis::check_server(options_.redis); });
    if (!warning) return warning.error();
    if (!warning->empty()) log_.warning(*warning);
    store::PostgresVoteStore::Options store;
    store.interrupt = &interrupt_;
    auto opened = startup.await<std::unique_ptr<store::PostgresVoteStore>>([&] {
      return store::PostgresVoteStore::open(options_.database, store,
                                            {startup.deadline(), startup.stop_descriptor()});
    });
    if (!opened) return opened.error();
    store_ = *std::move(opened);
    observe_consumer(metrics_, queue_);
    readiness_.add("queue", [this] { return queue_.state(); });
    readiness_.add("redis memory", [this] { return queue_.eviction(); });
    readiness_.add("store", [this] { return monitor_.check(); });
    poll_copier_.emplace(options_.redis, options_.database, interrupt_, metrics_, log_);
    worker_.emplace(queue_, *store_, Worker::Options{.max_batch = options_.max_batch}, monitor_.events({}));
    liveness_.watch("worker", worker_->heartbeat());
    const auto management = management_.listen();
    if (!management) return management.error();
    log_.info("Working.", {{"management", management->text()},
                           {"redis", options_.redis.text()},
                           {"database", options_.database.text()}});
    return {};
  }

  void add_own_steps(lifecycle::Drain& drain) override {
    drain.step("worker", [this](auto deadline) { stop_worker(deadline); });
  }

 private:
  // A database that does not answer is not waited for: what was not acknowledged stays in Redis.
  void stop_worker(std::chrono::milliseconds deadline) {
    const Timer timeout(deadline, [this] { interrupt_.raise(); });
    queue_.close();
    worker_->stop(deadline);
  }

  const WorkerProgramOptions& options_;
  Interrupt interrupt_;
  queue::RedisStreamVoteConsumer queue_;
  std::unique_ptr<store::PostgresVoteStore> store_;
  WorkerMonitor monitor_;
  std::optional<Worker> worker_;
  std::optional<PollCopier> poll_copier_;
  Management management_{*this};
};

}  // namespace

Result<std::unique_ptr<lifecycle::Service>> start(const WorkerProgramOptions& options,
                                                  lifecycle::Startup& startup) {
  auto service = std::make_unique<PolluxWorker>(options, startup.log());
  if (auto started = service->start(startup); !started) return started.error();
  return service;
}

}  // namespace pollux::worker
