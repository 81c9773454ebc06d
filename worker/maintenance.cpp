#include "worker/maintenance.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <iostream>
#include <mutex>
#include <string>
#include <thread>

#include "service/startup.hpp"
#include "store/postgres_recount.hpp"
#include "store/postgres_schema.hpp"

namespace pollux {
namespace {

int fail(const Error& error) {
  std::cerr << error.message << '\n';
  return 1;
}

// The server answers a start within --start-wait, and a command too.
WaitLimit connecting_limit(const WorkerProgramOptions& options) {
  return WaitLimit::in(std::max(options.service.start_wait, Startup::least_attempt));
}

// Says on standard error what a command waits for, once that takes a while, and again from time to time.
class Patience {
 public:
  PostgresProgress progress() {
    return [this](const std::string& what) {
      const std::lock_guard lock(mutex_);
      what_ = what;
      since_ = Clock::now();
      changed_.notify_one();
    };
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::seconds first{1};
  static constexpr std::chrono::seconds further{10};

  void run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
      const auto since = since_;
      for (auto next = since + first;; next += further) {
        changed_.wait_until(lock, stop, next, [&] { return since_ != since; });
        if (stop.stop_requested() || since_ != since) break;
        if (!what_.empty()) std::cerr << "Waiting " << what_ << ".\n";
      }
    }
  }

  std::mutex mutex_;  // guards what follows
  std::condition_variable_any changed_;
  std::string what_;
  Clock::time_point since_ = Clock::now();
  std::jthread thread_{[this](const std::stop_token& stop) { run(stop); }};  // last: it uses what is above
};

void print(const TallyDifference& difference) {
  std::cout << "poll " << difference.poll << ", selection " << difference.selection << ": the tally says "
            << difference.tally << ", recorded are " << difference.recorded << '\n';
}

}  // namespace

int migrate_database(const WorkerProgramOptions& options) {
  Patience patience;
  const auto migrated = migrate_postgres(
      options.database, {.waiting = connecting_limit(options), .progress = patience.progress()});
  if (!migrated) return fail(migrated.error());
  for (const std::string& name : migrated->applied) std::cout << "Applied " << name << ".\n";
  if (migrated->applied.empty()) std::cout << "The database has the schema of this version.\n";
  for (const std::string& remark : migrated->remarks) std::cout << remark << '\n';
  return 0;
}

int recount_votes(const WorkerProgramOptions& options) {
  Patience patience;
  const PostgresRecount how{.connecting = connecting_limit(options), .progress = patience.progress()};
  const auto differences =
      options.repair ? repair_postgres(options.database, how) : recount_postgres(options.database, how);
  if (!differences) return fail(differences.error());
  for (const TallyDifference& difference : *differences) print(difference);
  if (differences->empty()) {
    std::cout << "Every tally is what counting the recorded votes gives.\n";
    return 0;
  }
  std::cout << (options.repair ? "The tallies were set right.\n"
                               : "`pollux-worker recount --repair` sets them right.\n");
  return options.repair ? 0 : 1;
}

}  // namespace pollux
