#include "worker/options.hpp"

#include <charconv>
#include <string_view>
#include <system_error>

#include "config/connection_settings.hpp"

namespace pollux::worker {
namespace {

using namespace std::chrono_literals;

std::optional<int> number_at(std::string_view text, std::size_t at, std::size_t digits) {
  int number = 0;
  const char* const end = text.data() + at + digits;
  const auto [read_to, error] = std::from_chars(text.data() + at, end, number);
  if (error != std::errc() || read_to != end || text[at] == '-') return std::nullopt;
  return number;
}

Result<std::optional<std::chrono::sys_seconds>> parse_since(std::string_view text) {
  constexpr const char* not_a_time = "not a time";
  if (text.size() != 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' ||
      text[16] != ':' || text[19] != 'Z')
    return invalid(not_a_time);
  const auto year = number_at(text, 0, 4);
  const auto month = number_at(text, 5, 2);
  const auto day = number_at(text, 8, 2);
  const auto hours = number_at(text, 11, 2);
  const auto minutes = number_at(text, 14, 2);
  const auto seconds = number_at(text, 17, 2);
  if (!year || !month || !day || !hours || !minutes || !seconds) return invalid(not_a_time);
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok() || *year < 1970 || *hours > 23 || *minutes > 59 || *seconds > 59) return invalid(not_a_time);
  return std::optional(std::chrono::sys_seconds(std::chrono::sys_days(date)) + std::chrono::hours(*hours) +
                       std::chrono::minutes(*minutes) + std::chrono::seconds(*seconds));
}

void declare_queue(config::Settings& settings, WorkerProgramOptions& options) {
  config::declare_redis(settings, options.redis);
  settings.add(
      "reclaim-after", config::setting::duration(&options.reclaim_after, 100ms, 1h),
      "How long another worker may hold votes without acknowledging them before this one takes them over. "
      "Longer than it takes to record a batch.");
  settings.add(
      "keep-recorded", config::setting::duration(&options.keep_recorded, 0ms, 24h),
      "How long recorded votes stay in Redis, so that `replay` can record them again in a database "
      "that has lost its newest commits. Shorter if Redis uses more than a fifth of its maxmemory, or "
      "if there are more than two million in a stream. Needs Redis 7.");
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
               "Let `replay` and `replay-dead-letters` only print what they would do.");
  settings.add("since",
               config::setting::parsed<std::optional<std::chrono::sys_seconds>>(
                   &options.since, parse_since, "TIME", "a time in UTC such as 2030-05-01T18:30:00Z", ""),
               "Let `replay` skip votes that were cast before.");
}

}  // namespace

void declare(config::Settings& settings, WorkerProgramOptions& options) {
  settings.command(
      "migrate",
      "Migrate the database to the schema of this version, as a start does, and exit. Does not need Redis.");
  settings.command("recount",
                   "Compare all tallies with the recorded votes and print the differences: exit status 0 if "
                   "there are none or they were repaired, 1 otherwise. Workers may be running.");
  settings.command(
      "replay",
      "Record again the votes that are still in Redis, for a database that has lost its newest "
      "commits: exit status 0 if all are recorded, 3 if some cannot be, 1 after a failure. Votes "
      "that are recorded already change nothing. May be repeated; workers may be running.");
  settings.command("replay-dead-letters",
                   "Record the dead letters that this version can read, in their original order, and remove "
                   "them from Redis: exit status 0 if none is left, 3 if some remain, 1 after a failure. May "
                   "be repeated; workers may be running.");
  declare_queue(settings, options);
  declare_store(settings, options);
  declare(settings, options.service, {.has_dependencies = true});
}

}  // namespace pollux::worker
