#include <cstdint>
#include <string>

#include "admin/csv.hpp"
#include "admin/export_stream.hpp"
#include "admin/poll_access.hpp"
#include "admin/poll_json.hpp"
#include "admin/result_streams.hpp"
#include "admin/results_csv.hpp"
#include "admin/routes.hpp"
#include "admin/run_results.hpp"
#include "admin/services.hpp"
#include "base/json_object.hpp"
#include "poll/poll_run.hpp"
#include "poll/question_json.hpp"

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
        .json("votes_deleted_at", json_time(run.votes_deleted_at))
        .number("voters", voters_of(call, poll::id_of_run(poll->id, run.run), run.question))
        .take();
  });
  return http::json(200, JsonObject().json("items", items).take());
}

ApiResult<RunResults> count_wanted_run(const Call& call, const poll::ManagedPoll& poll) {
  const auto run = wanted_run(call, poll);
  if (!run) return run.error();
  return count_run(*call.services.stores.tallies, poll, *run);
}

ApiResponse get_results(const Call& call) {
  if (auto checked = call.request.expect_query({"run"}); !checked) return checked.error();
  const auto poll = find_poll(call, Scope::results_read);
  if (!poll) return poll.error();
  const auto counted = count_wanted_run(call, *poll);
  if (!counted) return counted.error();
  return http::json(200, json_of(*poll, *counted));
}

ApiResponse get_results_as_csv(const Call& call) {
  if (auto checked = call.request.expect_query({"run", "bom"}); !checked) return checked.error();
  const auto poll = find_poll(call, Scope::results_read);
  if (!poll) return poll.error();
  const auto has_mark = call.request.query_flag("bom");
  if (!has_mark) return has_mark.error();
  const auto counted = count_wanted_run(call, *poll);
  if (!counted) return counted.error();
  http::Response response = attachment(csv_type, file_name(*poll, counted->run.run, ".csv"));
  response.body =
      (*has_mark ? std::string(byte_order_mark) : "") + results_csv(counted->run.question, counted->results);
  return response;
}

// Those who may read the poll see its results in any case, also if voters do not.
ApiResponse follow_results(const Call& call) {
  if (auto checked = call.request.expect_query({}); !checked) return checked.error();
  const auto poll = find_poll(call, Scope::results_read);
  if (!poll) return poll.error();
  auto stream = call.services.shared.streams->begin(poll->id, call.request.last_event_id, call.now);
  if (!stream) return stream.error();
  http::Response response;
  response.set("Content-Type", std::string(event_stream_type));
  response.set("X-Accel-Buffering", "no");  // for nginx, which would keep small events
  response.stream = *std::move(stream);
  return response;
}

}  // namespace

void add_result_routes(RouteTable& table) {
  using enum http::Method;
  table.add({get, "/polls/{poll}/runs", Caller::known, Work::store, false, &list_runs});
  table.add({get, "/polls/{poll}/results", Caller::known, Work::store, false, &get_results});
  table.add({get, "/polls/{poll}/results/stream", Caller::known, Work::store, false, &follow_results});
  table.add({get, "/polls/{poll}/results.csv", Caller::known, Work::store, false, &get_results_as_csv});
}

}  // namespace pollux::admin
