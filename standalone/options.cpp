#include "standalone/options.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace pollux::standalone {
namespace {

void declare_runs(config::Settings& settings, Options& options) {
  const auto add = [&](const std::string& name, bool* target, std::string doc) {
    config::setting::Value value = config::setting::boolean(target);
    value.flag_only = true;
    settings.add(name, std::move(value), std::move(doc));
  };
  settings.command(
      "reset",
      "Delete all votes of the poll from the database, of all its runs; with --yes, or it only says what it "
      "would delete. The program must not run meanwhile.");
  add("new-run", &options.new_run,
      "Begin a new run of the poll if the newest has votes: they stay in the database and no longer count. "
      "For one "
      "start: do not leave it in what restarts the program by itself.");
  config::declare_keep_run(settings, options.keep_run);
  add("yes", &options.yes, "Let `reset` delete.");
  settings.check([&options]() -> std::optional<std::string> {
    if (!options.new_run || !options.keep_run) return std::nullopt;
    return "--new-run and --keep-run exclude each other. Give one of them.";
  });
}

// Files that stand beside a database and are named after it.
struct Companion {
  std::string_view ending;
  std::string_view what;
};
constexpr Companion companions[] = {{".key", "the file for the key of the voters' cookies"},
                                    {".lock", "the file that keeps a second program off a database"},
                                    {"-wal", "a part of another database (SQLite's write-ahead log)"},
                                    {"-shm", "a part of another database (SQLite's shared memory)"},
                                    {"-journal", "a part of another database (SQLite's journal)"}};

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
  settings.add(
      "database", config::setting::path(&options.database),
      "The file that holds the votes. It is made where there is none, with the key of the voters' cookies "
      "beside it (the same name, ending in .key). One program at a time uses it.");
  settings.add("queue-capacity", config::setting::integer(&options.queue_capacity, 1, 10'000'000),
               "Votes that may wait to be recorded; beyond it voters are asked to try again (503).");
  settings.add("max-batch", config::setting::integer(&options.max_batch, 1, 100'000),
               "The most votes that one transaction records.");
  settings.check([&options] { return check_database_name(options.database); });
}

}  // namespace

std::filesystem::path key_beside(const std::filesystem::path& database) {
  std::filesystem::path key = database;
  return key.replace_extension(".key");
}

void declare(config::Settings& settings, Options& options) {
  declare(settings, options.poll);
  declare_runs(settings, options);
  settings.group("Vote page");
  settings.add("vote-listen", config::setting::endpoint(&options.vote_listen),
               "Where the vote page is served.");
  declare(settings, options.result, "result-listen");
  declare(settings, options.addresses);
  config::declare_former(settings, options.addresses);
  declare_storage(settings, options);
  declare(settings, options.network);
  declare(settings, options.service, {.has_visitors = true});
}

}  // namespace pollux::standalone
