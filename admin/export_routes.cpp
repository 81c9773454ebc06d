#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "admin/csv.hpp"
#include "admin/export_stream.hpp"
#include "admin/poll_access.hpp"
#include "admin/routes.hpp"
#include "admin/run_results.hpp"
#include "admin/services.hpp"
#include "admin/utc_time.hpp"
#include "admin/vote_lines.hpp"
#include "poll/poll_run.hpp"

namespace pollux::admin {
namespace {

using accounts::Scope;

// About 400 kB of text, and 10 ms on the thread of the stores.
constexpr std::size_t votes_of_a_page = 4'000;

Problem votes_are_deleted(const poll::PollRun& run) {
  return {409, "not_allowed",
          "The votes of run " + std::to_string(run.run) + " were deleted at " +
              utc_text(*run.votes_deleted_at) + ", as the poll demands. Its results are kept."};
}

// The votes of a run. Within a page they are sorted by pseudonym: ids of voters sort by the time at which
// they were made, and in their order the export would show who came first.
class VotePages {
 public:
  VotePages(poll::PollId poll, const poll::PollRun& run, ExportFormat format)
      : poll_(std::move(poll)),
        number_(run.run),
        run_(poll::id_of_run(poll_, run.run)),
        question_(run.question),
        format_(format) {}
  VotePages(const VotePages&) = delete;
  VotePages& operator=(const VotePages&) = delete;

  // Reads the key of the poll; `mark`: a byte order mark.
  ApiResult<void> prepare(Services& services, bool mark) {
    const auto key = services.stores.votes->export_key(poll_);
    if (!key) return problem_of(poll::poll_error(key.error()));
    lines_ = VoteLines::create(question_, format_, *key);
    if (!lines_) return Problem{500, "internal", "The export key of poll " + poll_.text() + " is damaged."};
    begin_ = (mark ? std::string(byte_order_mark) : "") + lines_->header();
    return {};
  }

  ApiResult<ExportPage> next(Services& services) {
    // The votes of a deleted poll are deleted in steps: what is left is no export.
    // And those whose time has passed.
    const auto runs = services.stores.polls->runs(poll_);
    if (!runs) return problem_of(runs.error());
    const auto run = std::ranges::find(*runs, number_, &poll::PollRun::run);
    if (run != runs->end() && run->votes_deleted_at) return votes_are_deleted(*run);
    const auto votes = services.stores.votes->votes(run_, after_, votes_of_a_page);
    if (!votes) return problem_of(poll::poll_error(votes.error()));
    std::vector<std::string> lines;
    lines.reserve(votes->size());
    for (const poll::RecordedVote& vote : *votes) {
      if (auto line = lines_->line(vote)) lines.push_back(*std::move(line));
    }
    std::ranges::sort(lines);
    ExportPage page{.text = std::exchange(begin_, {}), .last = votes->size() < votes_of_a_page};
    for (const std::string& line : lines) page.text += line;
    if (!votes->empty()) after_ = votes->back().voter;
    return page;
  }

 private:
  const poll::PollId poll_;
  const std::uint32_t number_;
  const poll::PollId run_;
  const poll::Question question_;
  const ExportFormat format_;
  std::optional<VoteLines> lines_;
  std::optional<poll::VoterId> after_;
  std::string begin_;  // of the first page
};

// Recorded before anything is sent: no export without an event.
ApiResult<void> record_export(const Call& call, const poll::ManagedPoll& poll, const std::string& file) {
  if (call.request.is_head) return {};
  const auto recorded = call.services.stores.audit->append(
      event_of(call.principal(), accounts::action::poll_exported, poll.id, file, call.now));
  if (!recorded) return problem_of(recorded.error());
  return {};
}

ApiResponse export_votes(const Call& call, ExportFormat format) {
  const bool is_csv = format == ExportFormat::csv;
  const auto expected =
      is_csv ? call.request.expect_query({"run", "bom"}) : call.request.expect_query({"run"});
  if (!expected) return expected.error();
  const auto poll = find_poll(call, Scope::export_read);
  if (!poll) return poll.error();
  const auto has_mark = call.request.query_flag("bom");
  if (!has_mark) return has_mark.error();
  const auto run = wanted_run(call, *poll);
  if (!run) return run.error();
  if (run->votes_deleted_at) return votes_are_deleted(*run);
  const auto pages = std::make_shared<VotePages>(poll->id, *run, format);
  if (auto prepared = pages->prepare(call.services, *has_mark); !prepared) return prepared.error();
  auto stream =
      call.services.shared.exports->begin([pages](Services& services) { return pages->next(services); });
  if (!stream) return stream.error();
  const std::string file = file_name(*poll, run->run, is_csv ? "-votes.csv" : "-votes.jsonl");
  if (auto recorded = record_export(call, *poll, file); !recorded) return recorded.error();
  http::Response response = attachment(is_csv ? csv_type : json_lines_type, file);
  response.stream = *std::move(stream);
  return response;
}

// A line for each run, the oldest first. A ranking may take a few tenths of a second.
ApiResponse export_results(const Call& call) {
  if (auto checked = call.request.expect_query({}); !checked) return checked.error();
  const auto poll = find_poll(call, Scope::results_read);
  if (!poll) return poll.error();
  auto runs = call.services.stores.polls->runs(poll->id);
  if (!runs) return problem_of(runs.error());
  auto stream = call.services.shared.exports->begin(
      [poll = *poll, left = *std::move(runs)](Services& services) mutable -> ApiResult<ExportPage> {
        const auto counted = count_run(*services.stores.tallies, poll, left.back());
        if (!counted) return counted.error();
        left.pop_back();
        return ExportPage{.text = json_of(poll, *counted) + "\n", .last = left.empty()};
      });
  if (!stream) return stream.error();
  http::Response response = attachment(json_lines_type, "pollux-" + poll->code.text() + "-results.jsonl");
  response.stream = *std::move(stream);
  return response;
}

}  // namespace

void add_export_routes(RouteTable& table) {
  using enum http::Method;
  const auto as_csv = [](const Call& call) { return export_votes(call, ExportFormat::csv); };
  const auto as_json_lines = [](const Call& call) { return export_votes(call, ExportFormat::json_lines); };
  table.add({get, "/polls/{poll}/votes.csv", Caller::known, Work::store, false, as_csv});
  table.add({get, "/polls/{poll}/votes.jsonl", Caller::known, Work::store, false, as_json_lines});
  table.add({get, "/polls/{poll}/results.jsonl", Caller::known, Work::store, false, &export_results});
}

}  // namespace pollux::admin
