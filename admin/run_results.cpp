#include "admin/run_results.hpp"

#include <algorithm>
#include <utility>

#include "admin/poll_json.hpp"
#include "base/json_object.hpp"
#include "poll/poll_run.hpp"
#include "poll/question_json.hpp"
#include "poll/results_json.hpp"

namespace pollux::admin {
namespace {

// A ranking needs all keys for its run-off, unless there are too many.
Result<poll::Tally> read_tally(poll::TallyReader& reader, const poll::PollId& run,
                               const poll::Question& question) {
  if (question.kind() != poll::Ranking::kind) return reader.tally(run);
  auto full = reader.full_tally(run);
  if (full || full.error().code != ErrorCode::full) return full;
  return reader.tally(run);
}

}  // namespace

ApiResult<poll::PollRun> wanted_run(const Call& call, const poll::ManagedPoll& poll) {
  const auto wanted = call.request.query_number("run", poll.run, 1, poll::max_run);
  if (!wanted) return wanted.error();
  auto runs = call.services.stores.polls->runs(poll.id);
  if (!runs) return problem_of(runs.error());
  const auto run = std::ranges::find(*runs, *wanted, &poll::PollRun::run);
  if (run == runs->end()) return not_found("The poll has no such run.");
  return std::move(*run);
}

ApiResult<RunResults> count_run(poll::TallyReader& tallies, const poll::ManagedPoll& poll,
                                const poll::PollRun& run) {
  const auto tally = read_tally(tallies, poll::id_of_run(poll.id, run.run), run.question);
  if (!tally) return problem_of(poll::poll_error(tally.error()));
  return RunResults{.run = run, .version = tally->version, .results = run.question.results(tally->counts)};
}

std::string json_of(const poll::ManagedPoll& poll, const RunResults& counted) {
  return JsonObject()
      .text("poll", poll.id.text())
      .text("code", poll.code.text())
      .text("title", poll.content.title)
      .number("run", std::uint64_t{counted.run.run})
      .number("version", counted.version)
      .json("opened_at", json_time(counted.run.opened_at))
      .json("closed_at", json_time(counted.run.closed_at))
      .json("votes_deleted_at", json_time(counted.run.votes_deleted_at))
      .json("question", poll::to_json(counted.run.question))
      .json("results", poll::results_json(counted.run.question, counted.results))
      .take();
}

std::string file_name(const poll::ManagedPoll& poll, std::uint32_t run, const std::string& rest) {
  return "pollux-" + poll.code.text() + "-run-" + std::to_string(run) + rest;
}

}  // namespace pollux::admin
