#include "standalone/options.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "admin/recovery.hpp"

namespace pollux::standalone {
namespace {

void declare_runs(config::Settings& settings, Options& options) {
  const auto add = [&](const std::string& name, bool* target, std::string doc) {
    config::setting::Value value = config::setting::boolean(target);
    value.flag_only = true;
    settings.add(name, std::move(value), std::move(doc));
  };
  settings.command("reset",
                   "Delete all votes of the poll, of all runs, from the database. Without --yes, only print "
                   "what would be deleted. The program must not be running.");
  add("new-run", &options.new_run,
      "Begin a new run of the poll if the latest has votes: they stay in the database but no longer count. "
      "For a single start: do not put it into a service definition.");
  config::declare_keep_run(settings, options.keep_run);
  add("yes", &options.yes, "Allow `reset` to delete.");
  admin::declare_recovery(settings, options.account, "The program must not be running.");
  settings.command(
      "poll", "Make, open, close and export polls of a running program: `pollux poll --help`. Comes first.");
  settings.check([&options]() -> std::optional<std::string> {
    if (!options.new_run || !options.keep_run) return std::nullopt;
    return "--new-run and --keep-run are mutually exclusive.";
  });
}

// Files next to a database, with names derived from its name.
struct Companion {
  std::string_view ending;
  std::string_view what;
};
constexpr Companion companions[] = {
    {".key", "the file with the key of the voters' cookies"},
    {".previous-key", "the file with the previous key of the voters' cookies"},
    {".lock", "the lock file of a database"},
    {"-wal", "a file of another database (SQLite's write-ahead log)"},
    {"-shm", "a file of another database (SQLite's shared memory)"},
    {"-journal", "a file of another database (SQLite's journal)"}};

std::optional<std::string> check_database_name(const std::filesystem::path& database) {
  std::error_code ignored;
  for (const auto& path : {database, std::filesystem::weakly_canonical(database, ignored)}) {
    const std::string text = path.string();
    for (const Companion& companion : companions) {
      if (!text.ends_with(companion.ending)) continue;
      std::filesystem::path better = text.substr(0, text.size() - companion.ending.size());
      if (better.extension() != ".db") better += ".db";
      return "--database is " + text + ", which is the name of " + std::string(companion.what) +
             ". Use another name, such as " + better.string() + ".";
    }
  }
  return std::nullopt;
}

void declare_storage(config::Settings& settings, Options& options) {
  settings.group("Storage");
  settings.add("database", config::setting::path(&options.database),
               "File with the votes. It is created if missing, together with the key of the voters' cookies "
               "(same name with the extension .key). Only one program at a time can use it.");
  settings.add("queue-capacity", config::setting::integer(&options.queue_capacity, 1, 10'000'000),
               "Maximum number of votes waiting to be recorded. Beyond it voters get a 503 and retry.");
  settings.add("max-batch", config::setting::integer(&options.max_batch, 1, 100'000),
               "Maximum number of votes per transaction.");
  settings.check([&options] { return check_database_name(options.database); });
}

}  // namespace

std::filesystem::path key_beside(const std::filesystem::path& database) {
  std::filesystem::path key = database;
  return key.replace_extension(".key");
}

std::filesystem::path previous_key_beside(const std::filesystem::path& database) {
  std::filesystem::path key = database;
  return key.replace_extension(".previous-key");
}

void declare(config::Settings& settings, Options& options) {
  declare(settings, options.poll);
  declare_runs(settings, options);
  settings.group("Vote page");
  settings.add("vote-listen", config::setting::endpoint(&options.vote_listen), "Address of the vote page.");
  declare(settings, options.vote_page);
  declare(settings, options.vote_limits);
  settings.add("results-after-vote", config::setting::boolean(&options.results_after_vote),
               "Show voters the results in the options of the vote page, once their vote is in.");
  declare(settings, options.result, "result-listen");
  declare(settings, options.admin, "admin-listen");
  declare(settings, options.addresses);
  config::declare_former(settings, options.addresses);
  declare_storage(settings, options);
  declare(settings, options.network);
  declare(settings, options.service, {.has_visitors = true});
}

}  // namespace pollux::standalone
