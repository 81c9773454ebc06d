#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "admin/csv.hpp"
#include "admin/export_stream.hpp"
#include "admin/poll_access.hpp"
#include "admin/routes.hpp"
#include "admin/services.hpp"
#include "admin/utc_time.hpp"
#include "base/json_object.hpp"

namespace pollux::admin {
namespace {

using accounts::Scope;

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

template <class Id>
std::string text_or_empty(const std::optional<Id>& id) {
  return id ? id->text() : "";
}

std::string csv_of(const accounts::AuditRecord& record) {
  const accounts::AuditEvent& event = record.event;
  return csv_line(std::array{std::to_string(record.sequence), utc_text(event.at),
                             text_or_empty(event.account), event.actor, text_or_empty(event.key),
                             event.action, text_or_empty(event.poll), event.detail});
}

// Owners see all events; others those of a poll of theirs.
ApiResult<accounts::AuditQuery> permitted_query(const Call& call) {
  if (auto checked = check_access(call, Scope::audit_read); !checked) return checked.error();
  accounts::AuditQuery query;
  const auto named = call.request.query_text("poll");
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

ApiResult<accounts::AuditQuery> read_query(const Call& call) {
  const ApiRequest& request = call.request;
  if (auto checked = request.expect_query({"poll", "cursor", "limit"}); !checked) return checked.error();
  auto query = permitted_query(call);
  if (!query) return query.error();
  const auto limit = request.query_number("limit", query->limit, 1, accounts::AuditQuery::max_limit);
  if (!limit) return limit.error();
  query->limit = *limit;
  if (request.query_text("cursor")) {
    constexpr std::uint64_t most = 999'999'999'999'999'999;
    const auto cursor = request.query_number("cursor", 0, 1, most);
    if (!cursor) return cursor.error();
    query->before = *cursor;
  }
  return query;
}

ApiResponse list_audit_events(const Call& call) {
  const auto query = read_query(call);
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

// Pages of an export, the latest events first.
class AuditPages {
 public:
  AuditPages(accounts::AuditQuery query, ExportFormat format, std::string begin)
      : query_(std::move(query)), format_(format), begin_(std::move(begin)) {
    query_.limit = accounts::AuditQuery::max_limit;
  }

  ApiResult<ExportPage> operator()(Services& services) {
    const auto page = services.stores.audit->list(query_);
    if (!page) return problem_of(page.error());
    ExportPage made{.text = std::exchange(begin_, {}), .last = !page->next};
    for (const accounts::AuditRecord& record : page->records) {
      made.text += format_ == ExportFormat::csv ? csv_of(record) : json_of(record) + "\n";
    }
    query_.before = page->next;
    return made;
  }

 private:
  accounts::AuditQuery query_;
  ExportFormat format_;
  std::string begin_;  // of the first page
};

ApiResponse export_audit(const Call& call, ExportFormat format) {
  const bool is_csv = format == ExportFormat::csv;
  const auto expected =
      is_csv ? call.request.expect_query({"poll", "bom"}) : call.request.expect_query({"poll"});
  if (!expected) return expected.error();
  auto query = permitted_query(call);
  if (!query) return query.error();
  std::string begin;
  if (is_csv) {
    const auto has_mark = call.request.query_flag("bom");
    if (!has_mark) return has_mark.error();
    begin = (*has_mark ? std::string(byte_order_mark) : "") +
            "sequence,at,account,actor,key,action,poll,detail\r\n";
  }
  auto stream = call.services.shared.exports->begin(AuditPages(*std::move(query), format, std::move(begin)));
  if (!stream) return stream.error();
  http::Response response =
      attachment(is_csv ? csv_type : json_lines_type, is_csv ? "pollux-audit.csv" : "pollux-audit.jsonl");
  response.stream = *std::move(stream);
  return response;
}

}  // namespace

void add_audit_routes(RouteTable& table) {
  using enum http::Method;
  const auto as_csv = [](const Call& call) { return export_audit(call, ExportFormat::csv); };
  const auto as_json_lines = [](const Call& call) { return export_audit(call, ExportFormat::json_lines); };
  table.add({get, "/audit", Caller::known, Work::store, false, &list_audit_events});
  table.add({get, "/audit.csv", Caller::known, Work::store, false, as_csv});
  table.add({get, "/audit.jsonl", Caller::known, Work::store, false, as_json_lines});
}

}  // namespace pollux::admin
