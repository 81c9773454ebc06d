#include "standalone/standalone.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include <unistd.h>

#include "admin/admin_service.hpp"
#include "admin/managed_polls.hpp"
#include "base/io_threads.hpp"
#include "base/threads.hpp"
#include "config/secret.hpp"
#include "directory/in_process_poll_directory.hpp"
#include "feed/in_process_tally_feed.hpp"
#include "http/router.hpp"
#include "poll/poll.hpp"
#include "queue/in_process_vote_queue.hpp"
#include "result/poll_result_page.hpp"
#include "result/result_page.hpp"
#include "result/result_service.hpp"
#include "standalone/accounts.hpp"
#include "standalone/run_at_start.hpp"
#include "store/sqlite_sql_database.hpp"
#include "store/sqlite_vote_store.hpp"
#include "telemetry/management.hpp"
#include "telemetry/server_telemetry.hpp"
#include "vote/poll_votes.hpp"
#include "vote/vote_service.hpp"
#include "web/accent_style.hpp"
#include "web/assets.hpp"
#include "web/error_pages.hpp"
#include "worker/worker.hpp"
#include "worker/worker_monitor.hpp"

namespace pollux::standalone {
namespace {

vote::VoterTokens::Key key_of(const config::Secret& secret) {
  vote::VoterTokens::Key key;
  std::ranges::copy(secret.reveal(), key.begin());
  return key;
}

Result<vote::VoterTokens::Keys> read_voter_keys(const std::filesystem::path& database) {
  constexpr std::size_t size = vote::VoterTokens::key_bytes;
  const auto previous = config::read_secret_if_present(previous_key_beside(database), size);
  if (!previous) return previous.error();
  const auto signing = config::read_or_create_secret(key_beside(database), size);
  if (!signing) return signing.error();
  vote::VoterTokens::Keys keys{.signing = key_of(*signing)};
  if (*previous) keys.accepted = key_of(**previous);
  return keys;
}

// The addresses of the listeners, with their actual ports.
struct Endpoints {
  http::Endpoint vote;
  http::Endpoint result;
  http::Endpoint admin;
  http::Endpoint management;
};

http::ServerOptions vote_server_options(const Options& options, telemetry::Log& log) {
  http::ServerOptions server = options.addresses.applied_to(options.network.server("vote", log));
  server.error_page = web::error_pages(web::Site::vote, options.addresses.vote);
  return server;
}

http::ServerOptions result_server_options(const Options& options, telemetry::Log& log) {
  http::ServerOptions server = result::server_options(options.network, options.addresses, log);
  server.error_page = web::error_pages(web::Site::result, options.addresses.result);
  return server;
}

// The stores, which have connections to one file.
struct Stores {
  std::unique_ptr<store::SqliteVoteStore> votes;
  std::unique_ptr<poll::PollStore> polls;
  admin::ManagedPolls::OnScheduled schedule_log;
  admin::Stores admin_requests;
  admin::Stores admin_passwords;
};

admin::AdminService::Options admin_service_options(const Options& options) {
  return {.public_url = options.admin.public_url,
          .pages = options.addresses,
          .requests_per_second = static_cast<double>(options.admin.requests_per_second)};
}

// Members are declared in the order of their dependencies and destroyed in reverse: the listeners, so that no
// request arrives; the worker and the thread of the polls; the queue, which rejects waiting votes through the
// vote services; the io threads, which send the responses; what all of them used.
class Standalone : public lifecycle::Service {
 public:
  Standalone(const Options& options, poll::Poll poll, const vote::VoterTokens::Keys& voter_keys,
             Stores stores, poll::Version last, telemetry::Log& log)
      : Service(options.service, log),
        options_(options),
        voter_keys_(voter_keys),
        polls_({std::move(poll)}),
        store_(std::move(stores.votes)),
        monitor_(metrics_, log),
        threads_(options.network.thread_count()),
        result_service_(threads_, polls_, front_poll().id(), directory_, feed_,
                        result::with_passes(
                            result::with_tracer(
                                options.result.service(options.network, options.addresses, log), tracer()),
                            voter_keys_.signing),
                        metrics_),
        queue_({.capacity = options.queue_capacity}, last),
        managed_polls_(std::move(stores.polls), queue_, directory_,
                       {.on_scheduled = std::move(stores.schedule_log)}, metrics_, log),
        admin_service_(admin_service_options(options),
                       {.requests = std::move(stores.admin_requests),
                        .passwords = std::move(stores.admin_passwords),
                        .announcer = managed_polls_.announcer(),
                        .files = admin_files_},
                       metrics_, log),
        result_server_(threads_, result_server_options(options, log), std::ref(result_router_)),
        vote_server_(threads_, vote_server_options(options, log), std::ref(vote_router_)),
        admin_server_(
            threads_, options.network.server("admin", log),
            [this](const auto& request, const auto& reply) { admin_service_.answer(request, reply); }) {}

  Result<void> start() {
    const poll::ChangedPoll known{.poll = front_poll().id()};
    if (auto shown = feed_.publish(std::span(&known, 1)); !shown) return shown;
    observe();
    start_worker();
    managed_polls_.start();
    running_.emplace(threads_);
    if (auto listening = serve_results(); !listening) return listening;
    if (auto listening = serve_vote_page(); !listening) return listening;
    if (auto listening = serve_admin_pages(); !listening) return listening;
    if (auto listening = serve_management(); !listening) return listening;
    if (auto offered = offer_setup(); !offered) return offered;
    options_.network.warn_of_few_descriptors(log_);
    log_.info("Serving.", {{"vote", endpoints_.vote.text()},
                           {"result", endpoints_.result.text()},
                           {"admin", endpoints_.admin.text()},
                           {"management", endpoints_.management.text()},
                           {"database", options_.database.string()}});
    if (::isatty(STDOUT_FILENO) != 0) greet();
    return {};
  }

  // On a terminal, prints the URLs for a browser on this machine.
  void greet() const {
    const auto address = [](const std::optional<http::PublicUrl>& stated, const http::Endpoint& endpoint) {
      return stated ? stated->text() : "http://" + telemetry::on_this_machine(endpoint).text() + "/";
    };
    std::cout << "Vote at " << address(options_.addresses.vote, endpoints_.vote) << ", results at "
              << address(options_.addresses.result, endpoints_.result) << ", make polls at "
              << setup_address_.value_or(address(options_.admin.public_url, endpoints_.admin))
              << ", stop with Ctrl-C." << std::endl;
  }

  void add_own_steps(lifecycle::Drain& drain) override {
    drain.step("admin pages", [this](auto deadline) { stop_admin_pages(deadline); });
    drain.step("vote page", [this](auto deadline) { stop_vote_page(deadline); });
    drain.step("worker", [this](auto deadline) { stop_worker(deadline); });
    drain.step("viewers", [this](auto) { result_service_.drain(); });
    drain.step("result page", [this](auto deadline) { result_server_.drain(deadline); });
  }

 private:
  const poll::Poll& front_poll() const { return polls_.front(); }

  void observe() {
    liveness_.watch("io thread", threads_);
    readiness_.add("store", [this] { return monitor_.check(); });
    metrics_.observed_gauge("pollux_queue_depth_votes", "Votes that wait to be recorded.", {},
                            [this] { return static_cast<double>(queue_.depth()); });
    worker::observe_oldest_age(metrics_,
                               [this] { return queue_.oldest_age(std::chrono::system_clock::now()); });
    metrics_.observed_gauge("pollux_feed_live", "1 if what viewers see is as new as the database, else 0.",
                            {}, [this] { return feed_.live() ? 1.0 : 0.0; });
    telemetry::observe_server(metrics_, "vote", vote_server_.statistics());
    telemetry::observe_server(metrics_, "result", result_server_.statistics());
    telemetry::observe_server(metrics_, "admin", admin_server_.statistics());
    liveness_.watch("polls", managed_polls_.heartbeat());
    admin_service_.watch(liveness_);
  }

  void start_worker() {
    worker_.emplace(queue_, *store_, feed_,
                    worker::Worker::Options{.max_batch = options_.max_batch,
                                            .tracer = tracer(),
                                            .trace_names = {.database_system = "sqlite"}},
                    monitor_.events());
    liveness_.watch("worker", worker_->heartbeat());
  }

  void stop_admin_pages(std::chrono::milliseconds deadline) {
    admin_service_.end_streams();
    admin_server_.drain(deadline);
  }

  // If another program has locked the file, interrupts the store before the deadline, so that voters whose
  // votes cannot be recorded get a response before their connections are closed.
  void stop_vote_page(std::chrono::milliseconds deadline) {
    const Timer timeout(deadline * 3 / 4, [this] { store_->interrupt(); });
    vote_server_.drain(deadline);
  }

  // The same for votes still in the queue: none of them was accepted.
  void stop_worker(std::chrono::milliseconds deadline) {
    const Timer timeout(deadline, [this] { store_->interrupt(); });
    queue_.close();
    worker_->stop(deadline);
  }

  Result<void> serve_results() {
    result_service_.add_routes(result_router_);
    result_page_.add_routes(result_router_);
    poll_result_page_.add_routes(result_router_);
    web::add_accent_styles(result_router_);
    result_router_.files(result_files_);
    return listen(result_server_, options_.result.listen, endpoints_.result);
  }

  Result<void> serve_vote_page() {
    const vote::PageLinks links{.addresses = options_.addresses, .result_port = endpoints_.result.port};
    vote_service_.emplace(
        front_poll(),
        vote::PageContext{.page_template = web::vote_page_template(),
                          .host_name = options_.vote_page.host_name(),
                          .tally_url = options_.results_after_vote ? "api/tally" : ""},
        vote::VoteService::Options{
            .voter_keys = voter_keys_, .links = links, .tracer = tracer(), .limits = options_.vote_limits},
        metrics_, log_);
    vote_service_->add_routes(vote_router_, queue_);
    poll_votes_.emplace(directory_,
                        vote::PollPageContext{.poll_template = web::poll_page_template(),
                                              .join_template = web::join_page_template(),
                                              .has_results = options_.results_after_vote},
                        links, vote_service_->intake());
    poll_votes_->add_routes(vote_router_, queue_);
    web::add_accent_styles(vote_router_);
    // Of the same origin, as the content security policy of the page requires.
    if (options_.results_after_vote) result_service_.add_numbers_routes(vote_router_);
    vote_router_.files(vote_files_);
    auto listening = listen(vote_server_, options_.vote_listen, endpoints_.vote);
    if (listening) {
      result_page_.set_vote_port(endpoints_.vote.port);
      poll_result_page_.set_vote_port(endpoints_.vote.port);
    }
    return listening;
  }

  // The API needs the ports of the other pages, so it listens after them.
  Result<void> serve_admin_pages() {
    admin_service_.set_page_ports(endpoints_.vote.port, endpoints_.result.port);
    web::add_accent_styles(admin_service_.pages());
    return listen(admin_server_, options_.admin.listen, endpoints_.admin);
  }

  // Once nothing else can fail, so that the log has no address of a start that failed.
  Result<void> offer_setup() {
    const std::string here = "http://" + telemetry::on_this_machine(endpoints_.admin).text() + "/";
    auto address =
        admin_service_.offer_setup(options_.admin.first_account, options_.admin.password.reveal(), here);
    if (!address) return address.error();
    setup_address_ = *std::move(address);
    return {};
  }

  Result<void> serve_management() {
    const Result<http::Endpoint> endpoint = management_.listen();
    if (!endpoint) return endpoint.error();
    endpoints_.management = *endpoint;
    return {};
  }

  static Result<void> listen(http::Server& listener, const http::Endpoint& wanted, http::Endpoint& taken) {
    const Result<http::Endpoint> endpoint = listener.listen(wanted);
    if (!endpoint) return endpoint.error();
    taken = *endpoint;
    return {};
  }

  const Options& options_;
  const vote::VoterTokens::Keys voter_keys_;
  const std::vector<poll::Poll> polls_;
  const std::unique_ptr<store::SqliteVoteStore> store_;
  feed::InProcessTallyFeed feed_{*store_};
  directory::InProcessPollDirectory directory_;
  worker::WorkerMonitor monitor_;
  IoThreads threads_;
  const http::StaticFiles vote_files_{web::vote_files()};
  const http::StaticFiles result_files_{web::result_files()};
  const http::StaticFiles admin_files_{web::admin_files()};
  result::ResultService result_service_;
  result::ResultPage result_page_{
      {.page_template = web::result_page_template(), .addresses = options_.addresses},
      [this] { return result_service_.latest(); }};
  result::PollResultPage poll_result_page_{
      {.page_template = web::poll_result_page_template(), .addresses = options_.addresses},
      result_service_.managed()};
  std::optional<vote::VoteService> vote_service_;
  std::optional<vote::PollVotes> poll_votes_;
  std::optional<Running<IoThreads>> running_;
  queue::InProcessVoteQueue queue_;
  admin::ManagedPolls managed_polls_;
  std::optional<worker::Worker> worker_;
  admin::AdminService admin_service_;
  std::optional<std::string> setup_address_;  // while there is no account
  http::Router result_router_;
  http::Router vote_router_;
  http::Server result_server_;
  http::Server vote_server_;
  http::Server admin_server_;
  Management management_{*this};
  Endpoints endpoints_;
};

}  // namespace

Result<std::unique_ptr<lifecycle::Service>> start(const Options& options, lifecycle::Startup& startup) {
  options.addresses.warn(startup.log());
  auto store = store::SqliteVoteStore::open(options.database, {});
  if (!store) return store.error();
  Result<poll::Poll> poll = poll_of_run(options, **store, startup.log());
  if (!poll) return poll.error();
  const Result<poll::Version> last = (*store)->latest_version();
  if (!last) return last.error();
  const auto voter_keys = read_voter_keys(options.database);
  if (!voter_keys) return voter_keys.error();
  auto polls = store::open_sqlite_poll_store(**store);
  if (!polls) return polls.error();
  auto schedule_log = open_schedule_log(**store, startup.log());
  if (!schedule_log) return schedule_log.error();
  auto admin_requests = open_admin_stores(**store);
  if (!admin_requests) return admin_requests.error();
  auto admin_passwords = open_admin_stores(**store);
  if (!admin_passwords) return admin_passwords.error();

  auto standalone =
      std::make_unique<Standalone>(options, *std::move(poll), *voter_keys,
                                   Stores{*std::move(store), *std::move(polls), *std::move(schedule_log),
                                          *std::move(admin_requests), *std::move(admin_passwords)},
                                   *last, startup.log());
  if (auto started = standalone->start(); !started) return started.error();
  return standalone;
}

}  // namespace pollux::standalone
