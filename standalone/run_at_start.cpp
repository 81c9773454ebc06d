#include "standalone/run_at_start.hpp"

#include <filesystem>
#include <iostream>
#include <optional>
#include <string>

#include "poll/poll_run.hpp"
#include "store/sqlite_polls.hpp"

namespace pollux::standalone {
namespace {

poll::RunWish wish_of(const Options& options) {
  if (options.new_run) return poll::RunWish::next;
  return options.keep_run ? poll::RunWish::keep : poll::RunWish::newest;
}

std::string reset_command(const Options& options) {
  return "`pollux reset --database " + options.database.string() + " --yes`";
}

// `stray`: an option with votes that is not offered; no flag can resolve that.
Error with_ways_out(const Error& error, const Options& options, const std::optional<std::string>& stray) {
  const std::string same_question =
      stray
          ? "with that option too (--option-" + *stray + ") to go on"
          : "with --keep-run if it is the same question in other words: more changed than one letter of one "
            "word";
  return invalid(error.message +
                 " Nothing was changed. Start with --new-run to count from zero and keep those votes, or " +
                 same_question + "; or use another --database than " + options.database.string() +
                 ", or delete the votes by " + reset_command(options) + ".");
}

void report(const poll::RunDecision& decision, const poll::Poll& poll, telemetry::Log& log) {
  if (decision.adopted) {
    log.warning(decision.remark + " If they were for another question, stop and start with --new-run.",
                {{"poll", poll.id().text()}});
  } else if (!decision.remark.empty()) {
    log.info(decision.remark, {{"poll", poll.id().text()}});
  }
}

// The recorded votes, before they are deleted.
Result<store::SqlitePolls::Recorded> delete_if_asked(const Options& options) {
  if (!std::filesystem::exists(options.database)) {
    return invalid("There is no database " + options.database.string() + ".");
  }
  const auto store = store::SqliteVoteStore::open(options.database, {});
  if (!store) return store.error();
  auto polls = store::SqlitePolls::open(**store);
  if (!polls) return polls.error();
  auto recorded = polls->recorded(config::default_poll());
  if (!recorded || recorded->votes == 0 || !options.yes) return recorded;
  if (auto done = polls->reset(config::default_poll()); !done) return done.error();
  return recorded;
}

}  // namespace

Result<poll::Poll> poll_of_run(const Options& options, store::SqliteVoteStore& store, telemetry::Log& log) {
  const auto wanted = options.poll.make_poll();
  if (!wanted) return wanted.error();
  auto polls = store::SqlitePolls::open(store);
  if (!polls) return polls.error();
  const auto newest = polls->newest_run(config::default_poll());
  if (!newest) return newest.error();
  const auto decision = poll::decide_run(*newest, *wanted, wish_of(options));
  if (!decision) {
    return with_ways_out(decision.error(), options, poll::stray_selection((*newest)->counts, *wanted));
  }
  auto poll = options.poll.make_poll(decision->run);
  if (!poll) return poll.error();
  report(*decision, *poll, log);
  if (!decision->define) return poll;
  if (auto done = polls->define(poll->id(), poll::definition_of(*poll)); !done) return done.error();
  return poll;
}

int reset(const Options& options) {
  const auto recorded = delete_if_asked(options);
  if (!recorded) {
    std::cerr << recorded.error().message << '\n';
    return 1;
  }
  const std::string what = std::to_string(recorded->votes) +
                           (recorded->votes == 1 ? " vote of " : " votes of ") +
                           std::to_string(recorded->runs) + (recorded->runs == 1 ? " run in " : " runs in ") +
                           options.database.string();
  if (recorded->votes == 0) {
    std::cout << "There is nothing to delete in " << options.database.string() << ".\n";
    return 0;
  }
  if (!options.yes) {
    std::cerr << "This would delete " << what
              << ", for good. Nothing was deleted; do it with: " << reset_command(options) << "\n";
    return 1;
  }
  std::cout << "Deleted " << what << ". The key of the voters' cookies stays.\n";
  return 0;
}

}  // namespace pollux::standalone
