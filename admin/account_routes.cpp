#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "admin/json_members.hpp"
#include "admin/poll_json.hpp"
#include "admin/routes.hpp"
#include "admin/services.hpp"
#include "admin/utc_time.hpp"
#include "base/json_object.hpp"

namespace pollux::admin {
namespace {

using accounts::Account;
using accounts::AccountId;
using accounts::AccountManagement;
using accounts::ApiKey;

std::string json_of(const Account& account) {
  return JsonObject()
      .text("id", account.id.text())
      .text("name", account.name)
      .text("role", name_of(account.role))
      .number("revision", account.revision)
      .text("created_at", utc_text(account.created_at))
      .text("changed_at", utc_text(account.changed_at))
      .take();
}

http::Response account_response(unsigned status, const Account& account) {
  http::Response response = http::json(status, json_of(account));
  response.set("ETag", tag_of(account.revision));
  return response;
}

std::string json_of(const ApiKey& key) {
  std::vector<std::string> scopes;
  for (const accounts::Scope scope : accounts::all_scopes) {
    if (key.scopes.has(scope)) scopes.push_back(json_string(name_of(scope)));
  }
  return JsonObject()
      .text("id", key.id.text())
      .text("label", key.label)
      .text("hint", key.hint)
      .json("scopes", json_array(scopes))
      .text("created_at", utc_text(key.created_at))
      .json("expires_at", json_time(key.expires_at))
      .json("used_at", json_time(key.used_at))
      .take();
}

ApiResponse list_accounts(const Call& call) {
  if (auto checked = call.request.expect_query({}); !checked) return checked.error();
  const auto listed = call.services.management.list(call.principal());
  if (!listed) return problem_of(listed.error());
  const std::string items = json_array(*listed, [](const Account& account) { return json_of(account); });
  return http::json(200, JsonObject().json("items", items).take());
}

void read_role(JsonMembers& members, accounts::Role& role) {
  members.require(members.choice("role", role, accounts::parse_role, "owner and editor"), "role");
}

ApiResponse create_account(const Call& call) {
  const auto object = parse_object(call.request.body);
  if (!object) return object.error();
  JsonMembers members(*object);
  AccountManagement::NewAccount wanted;
  std::string password;
  members.require(members.text("name", wanted.name), "name");
  read_role(members, wanted.role);
  members.require(members.text("password", password), "password");
  if (auto finished = members.finish(); !finished) return finished.error();
  wanted.password = password;
  const auto created = call.services.management.create(call.principal(), wanted, call.now);
  if (!created) {
    if (created.error().code != accounts::AccountErrorCode::conflict) return problem_of(created.error());
    return Problem{409, "conflict", created.error().message};
  }
  http::Response response = account_response(201, *created);
  response.set("Location", "/api/v1/accounts/" + created->id.text());
  return response;
}

// What a change of an account needs.
struct Target {
  AccountId account;
  std::uint64_t revision;
};
ApiResult<Target> read_target(const Call& call) {
  if (auto checked = call.request.expect_query({}); !checked) return checked.error();
  auto account = call.request.account();
  if (!account) return account.error();
  const auto revision = call.request.required_revision();
  if (!revision) return revision.error();
  return Target{*std::move(account), *revision};
}

ApiResponse change_role(const Call& call) {
  const auto target = read_target(call);
  if (!target) return target.error();
  const auto object = parse_object(call.request.body);
  if (!object) return object.error();
  JsonMembers members(*object);
  accounts::Role role = accounts::Role::editor;
  read_role(members, role);
  if (auto finished = members.finish(); !finished) return finished.error();
  const auto changed = call.services.management.change_role(call.principal(), target->account,
                                                            target->revision, role, call.now);
  if (!changed) return problem_of(changed.error());
  return account_response(200, *changed);
}

ApiResponse reset_password(const Call& call) {
  const auto target = read_target(call);
  if (!target) return target.error();
  const auto object = parse_object(call.request.body);
  if (!object) return object.error();
  JsonMembers members(*object);
  std::string password;
  members.require(members.text("password", password), "password");
  if (auto finished = members.finish(); !finished) return finished.error();
  const auto changed = call.services.management.reset_password(call.principal(), target->account,
                                                               target->revision, password, call.now);
  if (!changed) return problem_of(changed.error());
  return account_response(200, *changed);
}

ApiResponse delete_account(const Call& call) {
  const auto target = read_target(call);
  if (!target) return target.error();
  const auto removed =
      call.services.management.remove(call.principal(), target->account, target->revision, call.now);
  if (!removed) return problem_of(removed.error());
  return http::Response{.status = 204};
}

ApiResponse list_keys(const Call& call) {
  const auto account = call.request.query_account(call.principal().account);
  if (!account) return account.error();
  const auto keys = call.services.management.list_keys(call.principal(), *account);
  if (!keys) return problem_of(keys.error());
  const std::string items = json_array(*keys, [](const ApiKey& key) { return json_of(key); });
  return http::json(200, JsonObject().json("items", items).take());
}

ApiResult<AccountManagement::NewKey> read_new_key(const Call& call) {
  const auto object = parse_object(call.request.body);
  if (!object) return object.error();
  JsonMembers members(*object);
  AccountManagement::NewKey wanted;
  std::vector<std::string> scopes;
  std::optional<std::uint32_t> days = static_cast<std::uint32_t>(wanted.lifetime->count());
  members.require(members.text("label", wanted.label), "label");
  members.require(members.texts("scopes", scopes), "scopes");
  members.integer_or_null("lifetime_days", days);
  for (const std::string& name : scopes) {
    if (const auto scope = accounts::parse_scope(name)) {
      if (wanted.scopes.has(*scope)) members.fail("scopes", "has a scope twice");
      wanted.scopes.add(*scope);
    } else {
      members.fail("scopes", "has an unknown scope");
    }
  }
  if (auto finished = members.finish(); !finished) return finished.error();
  wanted.lifetime.reset();
  if (days) wanted.lifetime = std::chrono::days(*days);
  return wanted;
}

ApiResponse create_key(const Call& call) {
  const auto wanted = read_new_key(call);
  if (!wanted) return wanted.error();
  const auto created = call.services.management.create_key(call.principal(), *wanted, call.now);
  if (!created) {
    if (created.error().code != accounts::AccountErrorCode::full) return problem_of(created.error());
    return Problem{409, "full", created.error().message};
  }
  return http::json(201,
                    JsonObject().json("key", json_of(created->key)).text("secret", created->secret).take());
}

ApiResponse revoke_key(const Call& call) {
  const auto account = call.request.query_account(call.principal().account);
  if (!account) return account.error();
  const std::string& text = call.request.parameter("key");
  if (!is_id(text)) return not_found("There is no such API key.");
  const auto revoked = call.services.management.revoke_key(call.principal(), *account,
                                                           accounts::KeyId::parse(text).value(), call.now);
  if (!revoked) return problem_of(revoked.error());
  return http::Response{.status = 204};
}

}  // namespace

void add_account_routes(RouteTable& table) {
  using enum http::Method;
  table.add({get, "/accounts", Caller::signed_in, Work::store, false, &list_accounts});
  table.add({post, "/accounts", Caller::signed_in, Work::password, true, &create_account});
  table.add({delete_, "/accounts/{account}", Caller::signed_in, Work::store, false, &delete_account});
  table.add({put, "/accounts/{account}/role", Caller::signed_in, Work::store, true, &change_role});
  table.add({put, "/accounts/{account}/password", Caller::signed_in, Work::password, true, &reset_password});
  table.add({get, "/keys", Caller::signed_in, Work::store, false, &list_keys});
  table.add({post, "/keys", Caller::signed_in, Work::store, true, &create_key});
  table.add({delete_, "/keys/{key}", Caller::signed_in, Work::store, false, &revoke_key});
}

}  // namespace pollux::admin
