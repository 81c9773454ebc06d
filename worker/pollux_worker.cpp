#include "worker/pollux_worker.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include <unistd.h>

#include "base/encoding.hpp"
#include "base/random.hpp"
#include "base/threads.hpp"
#include "compat/example_vote.hpp"
#include "compat/redis_list.hpp"
#include "feed/postgres_tally_publisher.hpp"
#include "queue/redis_agreement.hpp"
#include "queue/redis_stream_commands.hpp"
#include "queue/redis_stream_vote_consumer.hpp"
#include "redis/server_check.hpp"
#include "store/postgres_polls.hpp"
#include "store/postgres_vote_recorder.hpp"
#include "telemetry/process.hpp"
#include "worker/stream_telemetry.hpp"
#include "worker/worker.hpp"
#include "worker/worker_monitor.hpp"

namespace pollux::worker {
namespace {

using namespace std::chrono_literals;

// A frozen Redis delays the worker and an orderly stop by a few seconds at most.
constexpr std::chrono::milliseconds redis_limit{1000};

// A call of a slow database does not count as a hanging thread.
static_assert(2 * postgres::SessionOptions{}.call_timeout <= telemetry::min_hang_limit);

TraceNames trace_names(const postgres::Url& database) {
  return {.messaging_system = "redis",
          .destination = "pollux:votes",
          .consumer_group = std::string(queue::consumer_group),
          .database_system = "postgresql",
          .database = database.parameter("dbname")};
}

// Readable in Redis's own tools, and unique to this start.
std::string consumer_name() {
  return telemetry::host_name() + "-" + std::to_string(getpid()) + "-" + to_hex(random_bytes<4>());
}

queue::RedisStreamConsumerOptions consumer_options(const WorkerProgramOptions& options, telemetry::Log& log) {
  return {
      .url = options.redis,
      .consumer_name = consumer_name(),
      .reclaim_after = options.reclaim_after,
      .recorded = {.keep = options.keep_recorded},
      .decode_imported = compat::decode_example_vote,
      .import = options.imports_legacy_list() ? std::optional(compat::legacy_list_import()) : std::nullopt,
      .limits = {.connect_limit = redis_limit, .command_limit = redis_limit},
      .warn = log_warnings(log)};
}

// Copies the poll definitions from Redis, where vote services register them, to the database, where result
// services compare them. On a thread of its own, with connections of its own; each waits for a second at
// most. A failure is logged, counted, and tried again.
class PollCopier {
 public:
  // Raising `interrupt` ends a wait for the database. All that is referred to must outlive this.
  PollCopier(const WorkerProgramOptions& options, const Interrupt& interrupt, telemetry::Metrics& metrics,
             telemetry::Log& log)
      : redis_(options.redis, {.connect_limit = 1s, .command_limit = 1s}),
        database_(options.database, {.call_timeout = 1s, .interrupt = &interrupt}),
        failures_(metrics.counter("pollux_poll_copy_failures_total",
                                  "Failures to copy the poll definitions to the database.")),
        log_(log),
        periodic_(period, [this] { copy(); }) {}

  std::optional<bool> connected() const { return database_.connected(); }  // to the database; any thread

 private:
  static constexpr std::chrono::milliseconds period{2000};

  void copy() {
    const auto registered = queue::registered_polls(redis_);
    if (!registered) return failed("The poll definitions could not be read.", registered.error());
    const auto done = database_.write(*registered);
    if (!done) failed("The poll definitions could not be copied to the database.", done.error());
  }

  void failed(const std::string& message, const Error& reason) {
    failures_.add();
    log_.repeated_warning(message, {{"reason", reason.message}});
  }

  redis::SyncClient redis_;
  store::PostgresPolls database_;
  telemetry::Counter failures_;
  telemetry::Log& log_;
  Periodic periodic_;  // last: it uses what is above
};

// The members are in the order of use.
class PolluxWorker : public lifecycle::Service {
 public:
  PolluxWorker(const WorkerProgramOptions& options, telemetry::Log& log)
      : Service(options.service, log),
        options_(options),
        queue_(consumer_options(options, log)),
        publisher_(options.database, {.call_timeout = feed::publish_limit, .interrupt = &interrupt_},
                   tracer()),
        monitor_(metrics_, log) {}

  // Does not wait for a database that does not answer.
  ~PolluxWorker() override { interrupt_.raise(); }

  Result<void> start(lifecycle::Startup& startup) {
    if (options_.drain_list) {
      log_.warning("The setting drain-list is a former name, which the next version does not read.",
                   {{"remedy", "Use --import-legacy-list (POLLUX_IMPORT_LEGACY_LIST)."}});
    }
    const auto warning = startup.await<std::string>([&] { return redis::check_server(options_.redis); });
    if (!warning) return warning.error();
    if (!warning->empty()) log_.warning(*warning);
    const store::PostgresVoteRecorder::Options recorder{.session = {.interrupt = &interrupt_}};
    auto opened = startup.await<std::unique_ptr<store::PostgresVoteRecorder>>([&] {
      return store::PostgresVoteRecorder::open(options_.database, recorder,
                                               {startup.deadline(), startup.stop_descriptor()});
    });
    if (!opened) return opened.error();
    recorder_ = *std::move(opened);
    poll_copier_.emplace(options_, interrupt_, metrics_, log_);
    observe_consumer(metrics_, queue_);
    observe_database();
    readiness_.add("queue", [this] { return queue_.state(); });
    readiness_.add("redis memory", [this] { return queue_.keeps_votes_when_full(); });
    readiness_.add("store", [this] { return monitor_.check(); });
    worker_.emplace(queue_, *recorder_, publisher_,
                    Worker::Options{.max_batch = options_.max_batch,
                                    .tracer = tracer(),
                                    .trace_names = trace_names(options_.database)},
                    monitor_.events());
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
  // An idle worker notices an outage by the connection of the poll copier, which is used every two seconds.
  void observe_database() {
    telemetry::observe_connections(
        metrics_, "pollux_postgres_connections",
        "Connections to PostgreSQL, by state. One that is not needed is not counted.", [this] {
          telemetry::ConnectionCounts counts;
          counts.add(recorder_->connected());
          counts.add(publisher_.connected());
          counts.add(poll_copier_->connected());
          return counts;
        });
  }

  // Does not wait for a database that does not answer: unacknowledged votes remain in Redis.
  void stop_worker(std::chrono::milliseconds deadline) {
    const Timer timeout(deadline, [this] { interrupt_.raise(); });
    queue_.close();
    worker_->stop(deadline);
  }

  const WorkerProgramOptions& options_;
  Interrupt interrupt_;
  queue::RedisStreamVoteConsumer queue_;
  std::unique_ptr<store::PostgresVoteRecorder> recorder_;
  feed::PostgresTallyPublisher publisher_;
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
