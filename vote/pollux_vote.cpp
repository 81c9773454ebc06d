#include "vote/pollux_vote.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/io_threads.hpp"
#include "base/random.hpp"
#include "base/threads.hpp"
#include "compat/redis_list.hpp"
#include "directory/redis_poll_directory.hpp"
#include "http/router.hpp"
#include "lifecycle/agreement.hpp"
#include "poll/poll.hpp"
#include "queue/redis_agreement.hpp"
#include "queue/redis_confirmations.hpp"
#include "queue/redis_stream_vote_queue.hpp"
#include "redis/server_check.hpp"
#include "telemetry/server_telemetry.hpp"
#include "vote/poll_votes.hpp"
#include "vote/vote_service.hpp"
#include "web/accent_style.hpp"
#include "web/assets.hpp"
#include "web/error_pages.hpp"

namespace pollux::vote {
namespace {

using namespace std::chrono_literals;

Result<VoterTokens::Key> voter_key(const Options& options, lifecycle::Startup& startup) {
  static_assert(queue::voter_key_bytes == VoterTokens::key_bytes);
  const auto warning = startup.await<std::string>([&] { return redis::check_server(options.redis); });
  if (!warning) return warning.error();
  if (!warning->empty()) startup.log().warning(*warning);
  if (options.voter_key) return *options.voter_key;
  return startup.await<VoterTokens::Key>([&, candidate = random_bytes<queue::voter_key_bytes>()] {
    return queue::share_voter_key(options.redis, candidate);
  });
}

Result<void> check_ack(const Options& options, lifecycle::Startup& startup) {
  const auto warning =
      startup.await<std::string>([&] { return queue::check_confirmations(options.redis, options.ack); });
  if (!warning) return warning.error();
  if (!warning->empty()) startup.log().warning(*warning);
  return {};
}

// Where the link to the results leads unless their address is set: pollux-result's own default.
constexpr std::uint16_t result_port = 8081;

// So that two vote services never ask different things in one run.
Result<void> register_at_start(const Options& options, const poll::Poll& poll, lifecycle::Startup& startup) {
  redis::SyncClient client(options.redis, {});
  const auto registered = startup.await<poll::PollDefinition>(
      [&] { return queue::register_poll(client, poll, options.keep_run); });
  if (!registered) return registered.error();
  if (*registered != poll::definition_of(poll)) {
    startup.log().info(
        "The wording of the question has changed. The run keeps its votes.",
        {{"before", poll::in_words(*registered)}, {"now", poll::in_words(poll::definition_of(poll))}});
  }
  return {};
}

// Registers the poll again where Redis has lost it: in the wording that was last there, which a service that
// started later may have corrected.
std::function<Result<poll::PollDefinitions>()> reader_of(const redis::Url& url, const poll::Poll& poll) {
  return [client = std::make_shared<redis::SyncClient>(url, redis::SyncClient::Options{1s, 1s}),
          run = poll.id(), known = poll::definition_of(poll)]() mutable -> Result<poll::PollDefinitions> {
    auto there = queue::keep_poll_registered(*client, run, known);
    if (!there) return there.error();
    known = *std::move(there);
    return queue::registered_polls(*client);
  };
}

// Puts the key back where Redis has lost it. Another key there is a disagreement: a browser that reaches
// services with different keys is a new voter to each.
std::function<Result<bool>()> keeper_of(const redis::Url& url, const VoterTokens::Key& key) {
  return [client = std::make_shared<redis::SyncClient>(url, redis::SyncClient::Options{1s, 1s}), key] {
    return queue::keep_voter_key(*client, key);
  };
}

// The queue, and the part of it that knows how it is doing.
struct Queue {
  std::unique_ptr<poll::VoteQueue> votes;
  const queue::RedisVoteProducer& producer;
};

template <class RedisQueue>
Queue make_queue(IoThreads& threads, const queue::RedisQueueOptions& options) {
  auto queue = std::make_unique<RedisQueue>(threads, options);
  const queue::RedisVoteProducer& producer = queue->producer();
  return {std::move(queue), producer};
}

Queue make_queue(IoThreads& threads, const Options& options, tracing::Tracer tracer) {
  const queue::RedisQueueOptions queue{.url = options.redis,
                                       .stream_shards = options.stream_shards,
                                       .max_in_flight = options.max_in_flight,
                                       .ack = options.ack,
                                       .tracer = std::move(tracer),
                                       .gates = options.managed_polls};
  return options.queue == QueueKind::list ? make_queue<compat::RedisListVoteQueue>(threads, queue)
                                          : make_queue<queue::RedisStreamVoteQueue>(threads, queue);
}

// The producer outlives the last Metrics::text().
void observe_producer(telemetry::Metrics& metrics, const queue::RedisVoteProducer& producer) {
  metrics.observed_gauge("pollux_queue_in_flight_votes", "Votes sent to Redis that wait for its reply.", {},
                         [&producer] { return static_cast<double>(producer.statistics().in_flight); });
  metrics.observed_counter("pollux_votes_unconfirmed_total",
                           "Votes that Redis appended and did not confirm in time as --ack asks: answered "
                           "with 503, and possibly counted.",
                           {},
                           [&producer] { return static_cast<double>(producer.statistics().unconfirmed); });
  metrics.observed_counter("pollux_redis_reconnects_total",
                           "Connections to Redis that were made again after they were lost.", {},
                           [&producer] { return static_cast<double>(producer.reconnects()); });
  telemetry::observe_connections(
      metrics, "pollux_redis_connections",
      "Connections to Redis that votes or announcements of polls go through, by state.",
      [&producer]() -> telemetry::ConnectionCounts {
        const std::size_t connected = producer.connected();
        return {connected, producer.connections() - connected};
      });
}

http::ServerOptions server_options(const Options& options, telemetry::Log& log) {
  http::ServerOptions server = options.addresses.applied_to(options.network.server("vote", log));
  server.error_page = web::error_pages(web::Site::vote, options.addresses.vote);
  return server;
}

// A poll that can't be read is not served; the others are.
directory::RedisPollDirectory::Events directory_events(telemetry::Metrics& metrics, telemetry::Log& log) {
  return {.unreadable =
              [&log, unreadable = metrics.counter(
                         "pollux_managed_polls_unreadable_total",
                         "Polls that could not be read from Redis, each time that they changed.")](
                  const std::string& id, const Error& reason) mutable {
                unreadable.add();
                log.repeated_warning(
                    "A poll that someone made can't be read. A newer version may have published it.",
                    {{"poll", id}, {"reason", reason.message}});
              },
          .images_failed =
              [&log, failures = metrics.counter("pollux_managed_polls_image_failures_total",
                                                "Failed attempts to pass on images of logos through Redis.")](
                  const Error& reason) mutable {
                failures.add();
                log.repeated_warning("Images of logos can't be read. Their polls are shown without them.",
                                     {{"reason", reason.message}});
              }};
}

// The parts in the order in which each needs those before it. Destroyed the other way round: the listeners,
// so that no request comes any more; the queue, which rejects what waits through the service; the io threads.
class PolluxVote : public lifecycle::Service {
 public:
  PolluxVote(const Options& options, poll::Poll poll, const VoterTokens::Key& key, telemetry::Log& log)
      : Service(options.service, log),
        options_(options),
        poll_(std::move(poll)),
        key_(key),
        threads_(options.network.thread_count()),
        service_(poll_, {.page_template = web::vote_page_template(), .host_name = options.page.host_name()},
                 {.voter_keys = {key_, options.accepted_voter_key},
                  .links = {.addresses = options.addresses, .result_port = result_port},
                  .tracer = tracer(),
                  .limits = options.limits},
                 metrics_, log),
        directory_(options.redis, {}, directory_events(metrics_, log)),
        poll_votes_(directory_,
                    {.poll_template = web::poll_page_template(), .join_template = web::join_page_template()},
                    {.addresses = options.addresses, .result_port = result_port}, service_.intake(),
                    options.pass_secret.reveal()),
        queue_(make_queue(threads_, options, tracer())),
        server_(threads_, server_options(options, log), std::ref(router_)) {}

  Result<void> start(lifecycle::Startup& startup) {
    if (!options_.voter_key) on_key_ = add_voter_key_agreement_check(keeper_of(options_.redis, key_));
    on_poll_ = add_poll_agreement_check(poll_, reader_of(options_.redis, poll_));
    readiness_.add("queue", [this] { return queue_.producer.state(); });
    readiness_.add("redis memory", [this] { return queue_.producer.keeps_votes_when_full(); });
    liveness_.watch("io thread", threads_);
    observe_producer(metrics_, queue_.producer);
    telemetry::observe_server(metrics_, "vote", server_.statistics());
    service_.add_routes(router_, *queue_.votes);
    if (options_.managed_polls) serve_managed_polls();
    router_.files(files_);
    running_.emplace(threads_);
    const auto management = management_.listen();
    if (!management) return management.error();
    if (auto waited = await_queue(startup); !waited) return waited;
    if (auto waited = await_polls(startup); !waited) return waited;
    const auto page = server_.listen(options_.listen);
    if (!page) return page.error();
    options_.network.warn_of_few_descriptors(log_);
    log_.info("Serving.",
              {{"vote", page->text()}, {"management", management->text()}, {"redis", options_.redis.text()}});
    return {};
  }

  void add_own_steps(lifecycle::Drain& drain) override {
    drain.step("vote page", [this](auto deadline) { server_.drain(deadline); });
  }

 private:
  void serve_managed_polls() {
    readiness_.add("polls", [this] { return directory_.state(); });
    poll_votes_.add_routes(router_, *queue_.votes);
    web::add_accent_styles(router_);
    directory_.start();
  }

  // Likewise for the pages of polls that are not known yet: they would be answered with 404.
  Result<void> await_polls(lifecycle::Startup& startup) {
    if (!options_.managed_polls) return {};
    Result<void> known = startup.await_ready([this] { return directory_.state(); });
    if (known || startup.stopped()) return known;
    log_.warning("The vote page is served although the polls that people made are not known yet.",
                 {{"reason", known.error().message}});
    return {};
  }

  // Every vote that arrives before the connections of the io threads are made would be answered with 503, and
  // a client, or a proxy that does not ask for readiness, may be faster than they are. A queue that does not
  // work by the end of the wait is the same as one that fails later: the service is not ready, and says why.
  Result<void> await_queue(lifecycle::Startup& startup) {
    Result<void> connected = startup.await_ready([this] { return queue_.producer.state(); });
    if (connected) return {};
    if (startup.stopped()) return connected;
    log_.warning("The vote page is served although votes cannot be queued yet.",
                 {{"reason", connected.error().message}});
    return {};
  }

  const Options& options_;
  const poll::Poll poll_;
  const VoterTokens::Key key_;
  IoThreads threads_;
  const http::StaticFiles files_{web::vote_files()};
  VoteService service_;
  directory::RedisPollDirectory directory_;  // these two are used with --managed-polls
  PollVotes poll_votes_;
  std::optional<Running<IoThreads>> running_;
  const Queue queue_;
  http::Router router_;
  http::Server server_;
  std::unique_ptr<lifecycle::Agreement> on_poll_;
  std::unique_ptr<lifecycle::Agreement> on_key_;  // if the key came from Redis
  Management management_{*this};
};

}  // namespace

Result<std::unique_ptr<lifecycle::Service>> start(const Options& options, lifecycle::Startup& startup) {
  options.addresses.warn(startup.log());
  Result<poll::Poll> poll = options.poll.make_poll(options.run);
  if (!poll) return poll.error();
  const auto key = voter_key(options, startup);
  if (!key) return key.error();
  if (const auto checked = check_ack(options, startup); !checked) return checked.error();
  if (const auto agreed = register_at_start(options, *poll, startup); !agreed) return agreed.error();
  auto service = std::make_unique<PolluxVote>(options, *std::move(poll), *key, startup.log());
  if (auto started = service->start(startup); !started) return started.error();
  return service;
}

}  // namespace pollux::vote
