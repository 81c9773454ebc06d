#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "admin/json_members.hpp"
#include "admin/poll_access.hpp"
#include "admin/poll_changes.hpp"
#include "admin/poll_json.hpp"
#include "admin/routes.hpp"
#include "admin/services.hpp"
#include "base/bounded_text.hpp"
#include "base/encoding.hpp"
#include "base/json_object.hpp"

namespace pollux::admin {
namespace {

using accounts::Scope;
using poll::ManagedPoll;
using poll::PollAction;

ApiResponse list_polls(const Call& call) {
  if (auto checked = check_access(call, Scope::polls_read); !checked) return checked.error();
  const ApiRequest& request = call.request;
  if (auto checked = request.expect_query({"search", "archived", "cursor", "limit"}); !checked)
    return checked.error();
  poll::PollQuery query{.search = std::string(request.query_text("search").value_or(""))};
  if (!is_plain_text(query.search)) return bad_request("The parameter search is not plain text.");
  const auto archived = request.query_flag("archived");
  if (!archived) return archived.error();
  query.archived = *archived;
  const auto limit = request.query_number("limit", query.limit, 1, poll::PollQuery::max_limit);
  if (!limit) return limit.error();
  query.limit = *limit;
  if (const auto cursor = request.query_text("cursor")) {
    if (!is_id(*cursor)) return bad_request("The parameter cursor is not the next of a page.");
    query.after = poll::PollId::parse(*cursor).value();
  }
  if (call.principal().role != accounts::Role::owner) query.maker = maker_of(call.principal());
  const auto page = call.services.stores.polls->list(query);
  if (!page) return problem_of(page.error());
  const std::string items =
      json_array(page->polls, [&](const ManagedPoll& poll) { return poll_item(call, poll); });
  return http::json(200, JsonObject()
                             .json("items", items)
                             .json("next", page->next ? json_string(page->next->text()) : "null")
                             .take());
}

// The key under which the store creates one poll; keys of different accounts do not meet.
std::string creation_key(const Call& call) {
  if (call.request.idempotency_key.empty()) return "";
  return accounts::SecretHash::of(call.principal().account.text() + " " + call.request.idempotency_key)
      .text();
}

Problem used_already(std::string detail) {
  return {409, "conflict", std::move(detail)};
}

ApiResponse create(const Call& call, const poll::NewPoll& wanted) {
  const auto known = call.services.stores.polls->find(wanted.id);
  auto created = call.services.stores.polls->create(wanted, call.now);
  if (!created) {
    if (created.error().code != poll::PollErrorCode::conflict) return problem_of(created.error());
    return used_already(created.error().message);
  }
  if (created->maker != wanted.maker) return used_already("There is a poll with this id.");
  const bool is_new = !known && created->id == wanted.id;
  if (!is_new && created->revision == 1 && created->content != wanted.content) {
    return used_already("An earlier request with this key or id has made another poll.");
  }
  if (is_new) record_event(call, accounts::action::poll_created, *created, created->content.title);
  const auto shown = announce(call, *created);
  if (!shown) return unannounced(call, shown.error());
  http::Response response = poll_response(is_new ? 201 : 200, call, *shown);
  response.set("Location", "/api/v1/polls/" + created->id.text());
  return response;
}

// Whether the time in an id, its first 12 digits, is more than a day ahead: clocks differ, but the poll would
// be the first of all lists until then.
bool is_in_future(std::string_view id, accounts::AccountTime now) {
  constexpr std::size_t time_digits = 12;
  std::array<std::uint8_t, time_digits / 2> bytes;
  from_hex(id.substr(0, time_digits), bytes);
  std::uint64_t milliseconds = 0;
  for (const std::uint8_t byte : bytes) milliseconds = milliseconds << 8U | byte;
  const auto latest = now + std::chrono::days(1);
  const auto limit = std::chrono::duration_cast<std::chrono::milliseconds>(latest.time_since_epoch());
  return milliseconds > static_cast<std::uint64_t>(limit.count());
}

ApiResponse create_poll(const Call& call) {
  if (auto checked = check_access(call, Scope::polls_write); !checked) return checked.error();
  const auto object = parse_object(call.request.body);
  if (!object) return object.error();
  JsonMembers members(*object);
  std::string id;
  const bool has_id = members.text("id", id);
  if (has_id && !is_id(id)) members.fail("id", "is not 24 hexadecimal digits in lower case");
  if (has_id && is_id(id) && is_in_future(id, call.now)) members.fail("id", "has a time in the future");
  auto content = read_content(members, nullptr);
  if (auto finished = members.finish(); !finished) return finished.error();
  return create(call, {.id = has_id ? poll::PollId::parse(id).value() : poll::make_poll_id(call.precise_now),
                       .content = *std::move(content),
                       .maker = maker_of(call.principal()),
                       .key = creation_key(call)});
}

ApiResponse duplicate_poll(const Call& call) {
  const auto source = find_poll(call, Scope::polls_write);
  if (!source) return source.error();
  return create(call, {.id = poll::make_poll_id(call.precise_now),
                       .content = content_of_copy(*source),
                       .maker = maker_of(call.principal()),
                       .key = creation_key(call)});
}

ApiResponse get_poll(const Call& call) {
  if (auto checked = call.request.expect_query({}); !checked) return checked.error();
  const auto found = find_poll(call, Scope::polls_read);
  if (!found) return found.error();
  return poll_response(200, call, *found);
}

// PUT (`keeps_rest` is false) and PATCH.
ApiResponse edit(const Call& call, bool keeps_rest) {
  const auto before = find_poll(call, Scope::polls_write);
  if (!before) return before.error();
  const auto revision = call.request.required_revision();
  if (!revision) return revision.error();
  const auto object = parse_object(call.request.body);
  if (!object) return object.error();
  if (keeps_rest && object->empty()) return invalid_values("There is no member to change.");
  JsonMembers members(*object);
  auto content = read_content(members, keeps_rest ? &before->content : nullptr);
  if (auto finished = members.finish(); !finished) return finished.error();
  content->theme.logo = before->content.theme.logo;  // which has a route of its own
  if (auto checked = check(*content); !checked) return problem_of(checked.error());
  // What is kept must be that of the revision.
  if (auto checked = check_revision(*before, *revision); !checked) return problem_of(checked.error());
  const auto after = call.services.stores.polls->edit(before->id, *revision, *content, call.now);
  if (!after) return problem_of(after.error());
  return changed_poll(call, *before, *after, accounts::action::poll_edited);
}

ApiResponse change(const Call& call, PollAction action, std::string_view event) {
  const auto before = find_poll(call, Scope::polls_write);
  if (!before) return before.error();
  auto revision = call.request.revision();
  if (!revision) return revision.error();
  if (action == PollAction::reset) {
    const auto required = call.request.required_revision();
    if (!required) return required.error();
  }
  const auto after = call.services.stores.polls->change(before->id, action, *revision, call.now);
  if (!after) return problem_of(after.error());
  return changed_poll(call, *before, *after, event);
}

ApiResponse delete_poll(const Call& call) {
  const auto found = find_poll(call, Scope::polls_delete);
  if (!found) return found.error();
  const auto revision = call.request.required_revision();
  if (!revision) return revision.error();
  const auto removed = call.services.stores.polls->remove(found->id, *revision, call.now);
  if (!removed) return problem_of(removed.error());
  record_event(call, accounts::action::poll_removed, *found, found->code.text() + " " + found->content.title);
  const auto withdrawn = call.services.shared.announcer.announce_removal(found->id);
  if (!withdrawn) return unannounced(call, withdrawn.error());
  return http::Response{.status = 204};
}

Route action_route(std::string_view name, PollAction action, std::string_view event) {
  return {http::Method::post,
          "/polls/{poll}/" + std::string(name),
          Caller::known,
          Work::store,
          false,
          [action, event](const Call& call) { return change(call, action, event); }};
}

}  // namespace

void add_poll_routes(RouteTable& table) {
  using enum http::Method;
  const auto replace = [](const Call& call) { return edit(call, false); };
  const auto patch_poll = [](const Call& call) { return edit(call, true); };
  table.add({get, "/polls", Caller::known, Work::store, false, &list_polls});
  table.add({post, "/polls", Caller::known, Work::store, true, &create_poll});
  table.add({get, "/polls/{poll}", Caller::known, Work::store, false, &get_poll});
  table.add({put, "/polls/{poll}", Caller::known, Work::store, true, replace});
  table.add({patch, "/polls/{poll}", Caller::known, Work::store, true, patch_poll});
  table.add({delete_, "/polls/{poll}", Caller::known, Work::store, false, &delete_poll});
  table.add(action_route("open", PollAction::open, accounts::action::poll_opened));
  table.add(action_route("close", PollAction::close, accounts::action::poll_closed));
  table.add(action_route("reset", PollAction::reset, accounts::action::poll_reset));
  table.add(action_route("archive", PollAction::archive, accounts::action::poll_archived));
  table.add({post, "/polls/{poll}/duplicate", Caller::known, Work::store, false, &duplicate_poll});
}

}  // namespace pollux::admin
