#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "admin/poll_access.hpp"
#include "admin/poll_json.hpp"
#include "admin/results_csv.hpp"
#include "admin/routes.hpp"
#include "admin/services.hpp"
#include "admin/utc_time.hpp"
#include "base/json_object.hpp"
#include "poll/poll_run.hpp"
#include "poll/question_json.hpp"
#include "poll/results_json.hpp"

namespace pollux::admin {
namespace {

using accounts::Scope;

ApiResponse list_runs(const Call& call) {
  if (auto checked = call.request.expect_query({}); !checked) return checked.error();
  const auto poll = find_poll(call, Scope::polls_read);
  if (!poll) return poll.error();
  const auto runs = call.services.stores.polls->runs(poll->id);
  if (!runs) return problem_of(runs.error());
  const std::string items = json_array(*runs, [&](const poll::PollRun& run) {
    return JsonObject()
        .number("run", std::uint64_t{run.run})
        .json("question", poll::to_json(run.question))
        .json("opened_at", json_time(run.opened_at))
        .json("closed_at", json_time(run.closed_at))
        .number("voters", voters_of(call, poll::id_of_run(poll->id, run.run), run.question))
        .take();
  });
  return http::json(200, JsonObject().json("items", items).take());
}

struct CountedRun {
  poll::ManagedPoll poll;
  poll::PollRun run;
  std::uint64_t version = 0;
  poll::QuestionResults results;
};

// A ranking needs all keys for its run-off, unless there are too many.
Result<poll::Tally> read_tally(poll::TallyReader& reader, const poll::PollId& run,
                               const poll::Question& question) {
  if (question.kind() != poll::Ranking::kind) return reader.tally(run);
  auto full = reader.full_tally(run);
  if (full || full.error().code != ErrorCode::full) return full;
  return reader.tally(run);
}

// The run that the query names, or else the current one.
ApiResult<CountedRun> count_run(const Call& call) {
  if (auto checked = call.request.expect_query({"run"}); !checked) return checked.error();
  const auto wanted = call.request.query_number("run", 0, 1, poll::max_run);
  if (!wanted) return wanted.error();
  auto poll = find_poll(call, Scope::results_read);
  if (!poll) return poll.error();
  const auto runs = call.services.stores.polls->runs(poll->id);
  if (!runs) return problem_of(runs.error());
  const std::uint64_t number = *wanted == 0 ? poll->run : *wanted;
  const auto run = std::ranges::find(*runs, number, &poll::PollRun::run);
  if (run == runs->end()) return not_found("The poll has no such run.");
  const auto tally =
      read_tally(*call.services.stores.tallies, poll::id_of_run(poll->id, run->run), run->question);
  if (!tally) return problem_of(poll::poll_error(tally.error()));
  return CountedRun{.poll = *std::move(poll),
                    .run = *run,
                    .version = tally->version,
                    .results = run->question.results(tally->counts)};
}

ApiResponse get_results(const Call& call) {
  const auto counted = count_run(call);
  if (!counted) return counted.error();
  return http::json(200, JsonObject()
                             .text("poll", counted->poll.id.text())
                             .text("code", counted->poll.code.text())
                             .text("title", counted->poll.content.title)
                             .number("run", std::uint64_t{counted->run.run})
                             .number("version", counted->version)
                             .json("opened_at", json_time(counted->run.opened_at))
                             .json("closed_at", json_time(counted->run.closed_at))
                             .json("question", poll::to_json(counted->run.question))
                             .json("results", poll::results_json(counted->run.question, counted->results))
                             .take());
}

ApiResponse get_results_as_csv(const Call& call) {
  const auto counted = count_run(call);
  if (!counted) return counted.error();
  const std::string file =
      "pollux-" + counted->poll.code.text() + "-run-" + std::to_string(counted->run.run) + ".csv";
  http::Response response;
  response.set("Content-Type", "text/csv; charset=utf-8; header=present");
  response.set("Content-Disposition", "attachment; filename=\"" + file + "\"");
  response.body = results_csv(counted->run.question, counted->results);
  return response;
}

std::string json_of(const accounts::AuditRecord& record) {
  const accounts::AuditEvent& event = record.event;
  return JsonObject()
      .number("sequence", record.sequence)
      .text("at", utc_text(event.at))
      .json("account", event.account ? json_string(event.account->text()) : "null")
      .text("actor", event.actor)
      .json("key", event.key ? json_string(event.key->text()) : "null")
      .text("action", event.action)
      .json("poll", event.poll ? json_string(event.poll->text()) : "null")
      .text("detail", event.detail)
      .take();
}

// Owners see all events; others those of a poll of theirs.
ApiResult<accounts::AuditQuery> read_audit_query(const Call& call) {
  const ApiRequest& request = call.request;
  if (auto checked = request.expect_query({"poll", "cursor", "limit"}); !checked) return checked.error();
  if (auto checked = check_access(call, Scope::audit_read); !checked) return checked.error();
  accounts::AuditQuery query;
  const auto limit = request.query_number("limit", query.limit, 1, accounts::AuditQuery::max_limit);
  if (!limit) return limit.error();
  query.limit = *limit;
  if (request.query_text("cursor")) {
    constexpr std::uint64_t most = 999'999'999'999'999'999;
    const auto cursor = request.query_number("cursor", 0, 1, most);
    if (!cursor) return cursor.error();
    query.before = *cursor;
  }
  const auto named = request.query_text("poll");
  const bool is_owner = call.principal().role == accounts::Role::owner;
  if (!named && !is_owner) return forbidden("Name a poll of yours: only owners see all events.");
  if (!named) return query;
  if (!is_id(*named)) return bad_request("The parameter poll is no id.");
  query.poll = poll::PollId::parse(*named).value();
  if (is_owner) return query;  // also of polls that were deleted
  const auto found = call.services.stores.polls->find(*query.poll);
  if (!found) return problem_of(found.error());
  if (auto checked = check_access(call, Scope::audit_read, *found); !checked) return checked.error();
  return query;
}

ApiResponse list_audit_events(const Call& call) {
  const auto query = read_audit_query(call);
  if (!query) return query.error();
  const auto page = call.services.stores.audit->list(*query);
  if (!page) return problem_of(page.error());
  const std::string items =
      json_array(page->records, [](const accounts::AuditRecord& record) { return json_of(record); });
  return http::json(200, JsonObject()
                             .json("items", items)
                             .json("next", page->next ? json_string(std::to_string(*page->next)) : "null")
                             .take());
}

}  // namespace

void add_result_routes(RouteTable& table) {
  using enum http::Method;
  table.add({get, "/polls/{poll}/runs", Caller::known, Work::store, false, &list_runs});
  table.add({get, "/polls/{poll}/results", Caller::known, Work::store, false, &get_results});
  table.add({get, "/polls/{poll}/results.csv", Caller::known, Work::store, false, &get_results_as_csv});
  table.add({get, "/audit", Caller::known, Work::store, false, &list_audit_events});
}

}  // namespace pollux::admin
