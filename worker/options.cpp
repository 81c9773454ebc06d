#include "worker/options.hpp"

#include "config/connection_settings.hpp"

namespace pollux::worker {
namespace {

using namespace std::chrono_literals;

void declare_queue(config::Settings& settings, WorkerProgramOptions& options) {
  config::declare_redis(settings, options.redis);
  settings.add(
      "reclaim-after", config::setting::duration(&options.reclaim_after, 100ms, 1h),
      "How long another worker may hold votes without acknowledging them before this one takes them over. "
      "Longer than it takes to record a batch.");
  settings.add(
      "import-legacy-list", config::setting::boolean(&options.import_legacy_list),
      "Also take the votes that the vote service of Docker's example-voting-app puts into its list in "
      "Redis.");
  settings.add("drain-list", config::setting::boolean(&options.drain_list),
               "Former name of import-legacy-list, which takes precedence.");
}

void declare_store(config::Settings& settings, WorkerProgramOptions& options) {
  config::declare_database(settings, options.database);
  settings.add("max-batch", config::setting::integer(&options.max_batch, 1, 100'000),
               "Maximum number of votes per transaction.");
  settings.add("repair", config::setting::boolean(&options.repair),
               "Let `recount` also repair wrong tallies.");
  settings.add("dry-run", config::setting::boolean(&options.dry_run),
               "Let `replay-dead-letters` only print what it would do.");
}

}  // namespace

void declare(config::Settings& settings, WorkerProgramOptions& options) {
  settings.command(
      "migrate",
      "Migrate the database to the schema of this version, as a start does, and exit. Does not need Redis.");
  settings.command("recount",
                   "Compare all tallies with the recorded votes and print the differences: exit status 0 if "
                   "there are none or they were repaired, 1 otherwise. Workers may be running.");
  settings.command("replay-dead-letters",
                   "Record the dead letters that this version can read, in their original order, and remove "
                   "them from Redis: exit status 0 if none is left, 3 if some remain, 1 after a failure. May "
                   "be repeated; workers may be running.");
  declare_queue(settings, options);
  declare_store(settings, options);
  declare(settings, options.service, {.has_dependencies = true});
}

}  // namespace pollux::worker
