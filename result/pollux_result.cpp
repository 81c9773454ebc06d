#include "result/pollux_result.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "base/io_threads.hpp"
#include "base/threads.hpp"
#include "directory/store_poll_directory.hpp"
#include "feed/postgres_tally_feed.hpp"
#include "http/router.hpp"
#include "lifecycle/agreement.hpp"
#include "poll/poll.hpp"
#include "postgres/session.hpp"
#include "result/poll_result_page.hpp"
#include "result/result_page.hpp"
#include "result/result_service.hpp"
#include "store/postgres_polls.hpp"
#include "store/postgres_sql_database.hpp"
#include "store/postgres_tally_reader.hpp"
#include "telemetry/server_telemetry.hpp"
#include "web/accent_style.hpp"
#include "web/assets.hpp"
#include "web/error_pages.hpp"

namespace pollux::result {
namespace {

using namespace std::chrono_literals;

// A tally has a few rows: a database that needs longer counts as unavailable.
constexpr std::chrono::milliseconds reading_limit = 2s;

http::ServerOptions page_server_options(const Options& options, telemetry::Log& log) {
  http::ServerOptions server = server_options(options.network, options.addresses, log);
  server.error_page = web::error_pages(web::Site::result, options.addresses.result);
  return server;
}

// On its own connection, because it is read on its own thread.
std::function<Result<poll::PollDefinitions>()> read_polls(const Options& options,
                                                          const Interrupt* interrupt) {
  return [polls = std::make_shared<store::PostgresPolls>(
              options.database,
              postgres::SessionOptions{.call_timeout = reading_limit, .interrupt = interrupt})] {
    return polls->runs(config::default_poll());
  };
}

// A role without access to the definitions can still show the results: the Agreement keeps checking, and
// logs the missing privileges.
Result<void> agrees(const Options& options, const poll::Poll& poll, lifecycle::Startup& startup) {
  store::PostgresPolls polls(options.database, {.call_timeout = reading_limit});
  const auto others = startup.await<poll::PollDefinitions>([&] {
    auto runs = polls.runs(config::default_poll(), {startup.deadline(), startup.stop_descriptor()});
    return polls.access_is_missing() ? poll::PollDefinitions() : runs;
  });
  if (!others) return others.error();
  return lifecycle::agrees_with(*others, poll);
}

// Members are in the order of their dependencies. They are destroyed in reverse: listeners, then the threads
// of the feed and of the connections, then what the threads use.
class PolluxResult : public lifecycle::Service {
 public:
  PolluxResult(const Options& options, poll::Poll poll, telemetry::Log& log)
      : Service(options.service, log),
        options_(options),
        polls_({std::move(poll)}),
        reader_(options.database, {.call_timeout = reading_limit, .interrupt = &stopping_}),
        unreadable_(metrics_.gauge("pollux_unreadable_tallies",
                                   "Polls whose tally can't be read although the database answers.")),
        feed_(
            options.database, reader_, {.tracer = tracer()},
            [this](const Result<void>& live) { show_state(live); },
            [this](const poll::PollId& id, const Result<void>& readable) { show_poll(id, readable); }),
        directory_(store::open_postgres_poll_store(options.database,
                                                   {.call_timeout = reading_limit, .interrupt = &stopping_}),
                   {}, directory_events()),
        threads_(options.network.thread_count()),
        service_(
            threads_, polls_, front_poll().id(), directory_, feed_,
            with_passes(with_tracer(options.page.service(options.network, options.addresses, log), tracer()),
                        options.pass_secret.reveal()),
            metrics_),
        server_(threads_, page_server_options(options, log), std::ref(router_)) {}

  // Interrupts a read in progress.
  ~PolluxResult() override { stopping_.raise(); }

  Result<void> start(const poll::Tally& known) {
    feed_.make_known(known);
    on_poll_ = add_poll_agreement_check(front_poll(), read_polls(options_, &stopping_));
    readiness_.add("feed", [this] { return feed_.state(); });
    liveness_.watch("io thread", threads_);
    telemetry::observe_server(metrics_, "result", server_.statistics());
    observe_feed();
    service_.add_routes(router_);
    page_.add_routes(router_);
    poll_page_.add_routes(router_);
    web::add_accent_styles(router_);
    router_.files(files_);
    // A role without access to them can still show the results of the poll of the settings.
    if (const auto read = directory_.read(); !read) warn_of_polls(read.error());
    running_.emplace(threads_);
    following_.emplace(feed_);
    following_polls_.emplace(directory_);
    const auto page = server_.listen(options_.page.listen);
    if (!page) return page.error();
    const auto management = management_.listen();
    if (!management) return management.error();
    options_.network.warn_of_few_descriptors(log_);
    log_.info("Serving.", {{"result", page->text()},
                           {"management", management->text()},
                           {"database", options_.database.text()}});
    return {};
  }

  void add_own_steps(lifecycle::Drain& drain) override {
    drain.step("viewers", [this](auto) { service_.drain(); });
    drain.step("result page", [this](auto deadline) { server_.drain(deadline); });
  }

 private:
  const poll::Poll& front_poll() const { return polls_.front(); }

  void show_state(const Result<void>& live) {
    if (live) {
      log_.info("The results are live.");
    } else {
      log_.warning("The results are not live.", {{"reason", live.error().message}});
      // After a failover the tallies must be read from the new server too.
      reader_.reconnect();
    }
    service_.show_feed(live ? FeedState::live : FeedState::reconnecting);
  }

  void warn_of_polls(const Error& reason) {
    log_.warning(
        "The polls that people made can't be read. Their results are not shown, or not as they are now.",
        {{"reason", reason.message}});
  }

  directory::StorePollDirectory::Events directory_events() {
    return {.state_changed =
                [this](const Result<void>& current) {
                  if (!current) return warn_of_polls(current.error());
                  log_.info("The polls that people made can be read again.");
                },
            .unreadable =
                [this](const poll::PollId& id, const poll::PollError& reason) {
                  log_.error(
                      "A poll can't be read. Its results are not shown until this service starts again.",
                      {{"poll", id.text()}, {"reason", reason.message}});
                }};
  }

  void observe_feed() {
    metrics_.observed_gauge("pollux_feed_live", "1 if what viewers see is as new as the database, else 0.",
                            {}, [this] { return feed_.state() ? 1.0 : 0.0; });
    telemetry::observe_connections(
        metrics_, "pollux_postgres_connections",
        "Connections to PostgreSQL, by state. One that is not needed is not counted.", [this] {
          telemetry::ConnectionCounts counts;
          counts.add(feed_.connected());
          counts.add(reader_.connected());
          return counts;
        });
  }

  // Other polls are not affected.
  void show_poll(const poll::PollId& id, const Result<void>& readable) {
    unreadable_.add(readable ? -1 : 1);
    if (readable) {
      log_.info("The tally of a poll can be read again.", {{"poll", id.text()}});
    } else {
      log_.error("The tally of a poll can't be read: its results stay as they were.",
                 {{"poll", id.text()}, {"reason", readable.error().message}});
    }
    service_.show_feed(id, readable ? FeedState::live : FeedState::reconnecting);
  }

  const Options& options_;
  const std::vector<poll::Poll> polls_;
  Interrupt stopping_;
  store::PostgresTallyReader reader_;
  telemetry::Gauge unreadable_;
  // Before the threads: their pending handlers may own the last viewers, who follow polls.
  feed::PostgresTallyFeed feed_;
  directory::StorePollDirectory directory_;
  IoThreads threads_;
  const http::StaticFiles files_{web::result_files()};
  ResultService service_;
  ResultPage page_{{.page_template = web::result_page_template(), .addresses = options_.addresses},
                   [this] { return service_.latest(); }};
  PollResultPage poll_page_{
      {.page_template = web::poll_result_page_template(), .addresses = options_.addresses},
      service_.managed()};
  std::optional<Running<IoThreads>> running_;
  std::optional<Running<feed::PostgresTallyFeed>> following_;
  std::optional<Running<directory::StorePollDirectory>> following_polls_;
  http::Router router_;
  http::Server server_;
  std::unique_ptr<lifecycle::Agreement> on_poll_;
  Management management_{*this};
};

// Read before serving, so that a wrong address or password fails the start, and the first page has the
// current results.
Result<poll::Tally> await_tally(const Options& options, const poll::PollId& poll,
                                lifecycle::Startup& startup) {
  store::PostgresTallyReader reader(options.database, {.call_timeout = reading_limit});
  return startup.await<poll::Tally>([&]() -> Result<poll::Tally> {
    const WaitLimit limit{startup.deadline(), startup.stop_descriptor()};
    if (auto checked = postgres::open_session(options.database, limit); !checked) return checked.error();
    return reader.tally(poll, limit);
  });
}

}  // namespace

Result<std::unique_ptr<lifecycle::Service>> start(const Options& options, lifecycle::Startup& startup) {
  options.addresses.warn(startup.log());
  Result<poll::Poll> poll = options.poll.make_poll(options.run);
  if (!poll) return poll.error();
  const auto known = await_tally(options, poll->id(), startup);
  if (!known) return known.error();
  if (const auto agreed = agrees(options, *poll, startup); !agreed) return agreed.error();
  if (const auto stray = poll::stray_selection(known->counts, *poll)) {
    startup.log().warning("There are votes for an option that this poll does not have. They are not shown.",
                          {{"option", *stray}, {"poll", poll->id().text()}});
  }
  auto service = std::make_unique<PolluxResult>(options, *std::move(poll), startup.log());
  if (auto started = service->start(*known); !started) return started.error();
  return service;
}

}  // namespace pollux::result
