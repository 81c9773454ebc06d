#include "worker/maintenance.hpp"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <string>

#include "lifecycle/startup.hpp"
#include "store/postgres_recount.hpp"
#include "store/postgres_schema.hpp"
#include "worker/patience.hpp"

namespace pollux::worker {
namespace {

int fail(const Error& error) {
  std::cerr << error.message << '\n';
  return 1;
}

// The server answers a start within --start-wait, and a command too.
WaitLimit connecting_limit(const WorkerProgramOptions& options) {
  return WaitLimit::in(std::max(options.service.start_wait, lifecycle::Startup::min_attempt));
}

void print(const store::TallyDifference& difference) {
  std::cout << "poll " << difference.poll << ", selection " << difference.selection << ": the tally says "
            << difference.tally << ", recorded are " << difference.recorded << '\n';
}

}  // namespace

int migrate_database(const WorkerProgramOptions& options) {
  Patience patience;
  const auto migrated = store::migrate_postgres(
      options.database, {.waiting = connecting_limit(options), .progress = patience.progress()});
  if (!migrated) return fail(migrated.error());
  for (const std::string& name : migrated->applied) std::cout << "Applied " << name << ".\n";
  if (migrated->applied.empty()) std::cout << "The database has the schema of this version.\n";
  for (const std::string& remark : migrated->remarks) std::cout << remark << '\n';
  return 0;
}

int recount_votes(const WorkerProgramOptions& options) {
  Patience patience;
  const store::PostgresRecount how{.connecting = connecting_limit(options), .progress = patience.progress()};
  const auto differences = options.repair ? store::repair_postgres(options.database, how)
                                          : store::recount_postgres(options.database, how);
  if (!differences) return fail(differences.error());
  for (const store::TallyDifference& difference : *differences) print(difference);
  if (differences->empty()) {
    std::cout << "Every tally is what counting the recorded votes gives.\n";
    return 0;
  }
  std::cout << (options.repair ? "The tallies were set right.\n"
                               : "`pollux-worker recount --repair` sets them right.\n");
  return options.repair ? 0 : 1;
}

}  // namespace pollux::worker
