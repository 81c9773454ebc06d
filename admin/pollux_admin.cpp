#include "admin/pollux_admin.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "accounts/recovery.hpp"
#include "admin/admin_service.hpp"
#include "admin/managed_polls.hpp"
#include "admin/recovery.hpp"
#include "base/io_threads.hpp"
#include "base/threads.hpp"
#include "directory/redis_poll_publisher.hpp"
#include "http/server.hpp"
#include "http/static_files.hpp"
#include "postgres/session.hpp"
#include "queue/redis_vote_gates.hpp"
#include "redis/server_check.hpp"
#include "store/postgres_schema.hpp"
#include "store/postgres_sql_database.hpp"
#include "store/postgres_tally_reader.hpp"
#include "telemetry/management.hpp"
#include "telemetry/server_telemetry.hpp"
#include "web/accent_style.hpp"
#include "web/assets.hpp"

namespace pollux::admin {
namespace {

using namespace std::chrono_literals;

// For each call of a request. It can make several, and is answered within the time for a handler.
constexpr std::chrono::milliseconds call_limit = 5s;
// A frozen Redis delays a request and an orderly stop by a few seconds at most.
constexpr redis::SyncClient::Options redis_limits{.connect_limit = 1s, .command_limit = 1s};

// Where links lead unless the addresses of the pages are set: the ports of Docker Compose.
constexpr std::uint16_t vote_port = 8080;
constexpr std::uint16_t result_port = 8081;

Stores open_stores(const postgres::Url& database, const postgres::SessionOptions& session) {
  auto stores = store::open_postgres_account_stores(database, session);
  return {.polls = store::open_postgres_poll_store(database, session),
          .tallies = std::make_unique<store::PostgresTallyReader>(database, session),
          .votes = store::open_postgres_vote_reader(database, session),
          .accounts = std::move(stores.account_store),
          .credentials = std::move(stores.credential_store),
          .audit = std::move(stores.audit_log)};
}

AdminService::Options service_options(const ProgramOptions& options) {
  return {.public_url = options.admin.public_url,
          .pages = options.addresses,
          .requests_per_second = static_cast<double>(options.admin.requests_per_second)};
}

directory::RedisPollPublisher::ImagesFailed images_failed(telemetry::Metrics& metrics, telemetry::Log& log) {
  return [&log, failures = metrics.counter("pollux_managed_polls_image_failures_total",
                                           "Failed attempts to pass on images of logos through Redis.")](
             const Error& reason) mutable {
    failures.add();
    log.repeated_warning("Images of logos can't be published. Their polls are, without them.",
                         {{"reason", reason.message}});
  };
}

// Members are in the order of their dependencies. They are destroyed in reverse: the listeners, so that no
// request arrives; the threads of requests and of the polls; the io threads, which send the responses; what
// all of them used.
class PolluxAdmin : public lifecycle::Service {
 public:
  PolluxAdmin(const ProgramOptions& options, telemetry::Log& log)
      : Service(options.service, log),
        options_(options),
        gates_(options.redis, redis_limits),
        publisher_(options.redis, redis_limits, images_failed(metrics_, log)),
        threads_(options.network.thread_count()),
        managed_polls_(store::open_postgres_poll_store(options.database, session()), gates_, publisher_,
                       {.on_scheduled = schedule_log(
                            store::open_postgres_account_stores(options.database, session()).audit_log, log)},
                       metrics_, log),
        service_(service_options(options),
                 {.requests = open_stores(options.database, session()),
                  .passwords = open_stores(options.database, session()),
                  .announcer = managed_polls_.announcer(),
                  .files = files_},
                 metrics_, log),
        server_(threads_, options.network.server("admin", log),
                [this](const auto& request, const auto& reply) { service_.answer(request, reply); }) {}

  // Interrupts calls of the database in progress.
  ~PolluxAdmin() override { stopping_.raise(); }

  Result<void> start() {
    readiness_.add("polls", [this] { return managed_polls_.state(); });
    liveness_.watch("io thread", threads_);
    liveness_.watch("polls", managed_polls_.heartbeat());
    service_.watch(liveness_);
    service_.set_page_ports(vote_port, result_port);
    web::add_accent_styles(service_.pages());
    telemetry::observe_server(metrics_, "admin", server_.statistics());
    observe_connections();
    running_.emplace(threads_);
    managed_polls_.start();
    const auto page = server_.listen(options_.admin.listen);
    if (!page) return page.error();
    const auto management = management_.listen();
    if (!management) return management.error();
    if (auto offered = offer_setup(*page); !offered) return offered;
    options_.network.warn_of_few_descriptors(log_);
    log_.info("Serving.", {{"admin", page->text()},
                           {"management", management->text()},
                           {"redis", options_.redis.text()},
                           {"database", options_.database.text()}});
    return {};
  }

  void add_own_steps(lifecycle::Drain& drain) override {
    drain.step("admin pages", [this](auto deadline) { stop_pages(deadline); });
    drain.step("polls", [this](auto deadline) { stop_polls(deadline); });
  }

 private:
  postgres::SessionOptions session() {
    return {.call_timeout = call_limit, .interrupt = &stopping_, .counts = &sessions_};
  }

  void observe_connections() {
    telemetry::observe_connections(
        metrics_, "pollux_redis_connections",
        "Connections to Redis that votes or announcements of polls go through, by state.", [this] {
          telemetry::ConnectionCounts counts;
          counts.add(gates_.connected());
          counts.add(publisher_.connected());
          return counts;
        });
    telemetry::observe_connections(
        metrics_, "pollux_postgres_connections",
        "Connections to PostgreSQL, by state. One that is not needed is not counted.",
        [this]() -> telemetry::ConnectionCounts {
          return {sessions_.connected(), sessions_.disconnected()};
        });
  }

  // Once nothing else can fail, so that the log has no address of a start that failed.
  Result<void> offer_setup(const http::Endpoint& page) {
    const std::string here = "http://" + telemetry::on_this_machine(page).text() + "/";
    const auto offered =
        service_.offer_setup(options_.admin.first_account, options_.admin.password.reveal(), here);
    if (!offered) return offered.error();
    return {};
  }

  // A database that does not answer is interrupted before the deadline, so that its requests get a response
  // before their connections are closed.
  void stop_pages(std::chrono::milliseconds deadline) {
    const Timer timeout(deadline * 3 / 4, [this] { stopping_.raise(); });
    service_.end_streams();
    server_.drain(deadline);
  }

  void stop_polls(std::chrono::milliseconds deadline) {
    const Timer timeout(deadline, [this] { stopping_.raise(); });
    managed_polls_.stop();
  }

  const ProgramOptions& options_;
  Interrupt stopping_;
  postgres::SessionCounts sessions_;
  queue::RedisVoteGates gates_;
  directory::RedisPollPublisher publisher_;
  IoThreads threads_;
  const http::StaticFiles files_{web::admin_files()};
  std::optional<Running<IoThreads>> running_;
  ManagedPolls managed_polls_;
  AdminService service_;
  http::Server server_;
  Management management_{*this};
};

Result<void> await_redis(const ProgramOptions& options, lifecycle::Startup& startup) {
  const auto warning = startup.await<std::string>([&] { return redis::check_server(options.redis); });
  if (!warning) return warning.error();
  if (!warning->empty()) startup.log().warning(*warning);
  return {};
}

Result<void> await_database(const ProgramOptions& options, lifecycle::Startup& startup) {
  return startup.await<void>([&]() -> Result<void> {
    const WaitLimit limit{startup.deadline(), startup.stop_descriptor()};
    auto connection = postgres::open_session(options.database, limit);
    if (!connection) return connection.error();
    return store::check_postgres_schema(*connection, limit);
  });
}

}  // namespace

Result<std::unique_ptr<lifecycle::Service>> start(const ProgramOptions& options,
                                                  lifecycle::Startup& startup) {
  if (auto redis = await_redis(options, startup); !redis) return redis.error();
  if (auto database = await_database(options, startup); !database) return database.error();
  auto service = std::make_unique<PolluxAdmin>(options, startup.log());
  if (auto started = service->start(); !started) return started.error();
  return service;
}

int reset_password(const ProgramOptions& options) {
  return run_recovery("pollux-admin", options.account,
                      [&options](accounts::PasswordHasher& hasher, accounts::AccountTime now) {
                        const auto stores = store::open_postgres_account_stores(options.database,
                                                                                {.call_timeout = call_limit});
                        return accounts::reset_password(*stores.account_store, hasher, options.account, now);
                      });
}

}  // namespace pollux::admin
