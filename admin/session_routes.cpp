#include <chrono>
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

using accounts::AccountErrorCode;
using accounts::Principal;
using accounts::Scope;
using accounts::SignIn;

constexpr std::size_t max_password_bytes = 4096;  // of an attempt; none has more

http::Response set_cookie(http::Response response, const Call& call, std::string token) {
  const accounts::SessionCookie cookie = call.services.shared.cookie();
  const bool ends = token.empty();
  const http::Cookie to_set{.name = std::string(cookie.name),
                            .value = std::move(token),
                            .path = std::string(cookie.path),
                            .max_age = ends ? std::chrono::seconds(0) : cookie.max_age,
                            .secure = cookie.secure,
                            .same_site = std::string(cookie.same_site)};
  response.set("Set-Cookie", to_set.header_value());
  return response;
}

std::string json_of(const Principal& principal) {
  std::vector<std::string> scopes;
  for (const Scope scope : accounts::all_scopes) {
    if (principal.scopes.has(scope)) scopes.push_back(json_string(name_of(scope)));
  }
  std::optional<accounts::AccountTime> authenticated_at;
  std::optional<accounts::AccountTime> again_after;
  if (!principal.key) {
    authenticated_at = principal.authenticated_at;
    again_after = principal.authenticated_at + accounts::recent_sign_in;
  }
  return JsonObject()
      .json("account", JsonObject()
                           .text("id", principal.account.text())
                           .text("name", principal.name)
                           .text("role", name_of(principal.role))
                           .take())
      .json("scopes", json_array(scopes))
      .json("key", principal.key ? json_string(principal.key->text()) : "null")
      .json("authenticated_at", json_time(authenticated_at))
      .json("sign_in_again_after", json_time(again_after))
      .take();
}

http::Response signed_in(unsigned status, const Call& call, const SignIn::SignedIn& begun) {
  return set_cookie(http::json(status, json_of(begun.principal)), call, begun.token);
}

// Counts an attempt to enter a password.
Problem rejected(const Call& call, const accounts::AccountError& error) {
  AdminMetrics& metrics = call.services.shared.metrics;
  if (error.code == AccountErrorCode::too_many) metrics.delayed.add();
  if (error.code == AccountErrorCode::unauthenticated) {
    metrics.wrong_password.add();
    call.services.shared.log.repeated_warning("Someone entered a wrong name or password.",
                                              {{"network", call.request.network}});
  }
  return problem_of(error);
}

struct Credentials {
  std::string name;
  std::string password;
};

// A name and a password, or a password alone.
ApiResult<Credentials> read_credentials(const Call& call, bool with_name) {
  const auto object = parse_object(call.request.body);
  if (!object) return object.error();
  JsonMembers members(*object);
  Credentials read;
  if (with_name) members.require(members.text("name", read.name), "name");
  members.require(members.text("password", read.password), "password");
  if (read.password.size() > max_password_bytes) members.fail("password", "is too long");
  if (auto finished = members.finish(); !finished) return finished.error();
  return read;
}

ApiResponse get_setup(const Call& call) {
  if (auto checked = call.request.expect_query({}); !checked) return checked.error();
  const auto has_accounts = call.services.stores.accounts->has_accounts();
  if (!has_accounts) return problem_of(has_accounts.error());
  return http::json(200, JsonObject().boolean("required", !*has_accounts).take());
}

ApiResponse complete_setup(const Call& call) {
  const auto object = parse_object(call.request.body);
  if (!object) return object.error();
  JsonMembers members(*object);
  std::string token;
  Credentials wanted;
  members.require(members.text("token", token), "token");
  members.require(members.text("name", wanted.name), "name");
  members.require(members.text("password", wanted.password), "password");
  if (auto finished = members.finish(); !finished) return finished.error();
  const auto owner = call.services.first_run.complete(token, wanted.name, wanted.password, call.now);
  if (!owner) {
    if (owner.error().code != AccountErrorCode::not_allowed) return problem_of(owner.error());
    return Problem{409, "not_allowed", owner.error().message};
  }
  call.services.shared.log.info("The first account was made.", {{"account", owner->id.text()}});
  const auto begun = call.services.sign_in.sign_in({wanted.name, wanted.password, call.request.network},
                                                   call.request.session, call.now);
  if (!begun) return rejected(call, begun.error());
  call.services.shared.metrics.signed_in.add();
  return signed_in(201, call, *begun);
}

ApiResponse get_session(const Call& call) {
  if (auto checked = call.request.expect_query({}); !checked) return checked.error();
  return http::json(200, json_of(call.principal()));
}

ApiResponse sign_in(const Call& call) {
  const auto entered = read_credentials(call, true);
  if (!entered) return entered.error();
  const auto begun = call.services.sign_in.sign_in({entered->name, entered->password, call.request.network},
                                                   call.request.session, call.now);
  if (!begun) return rejected(call, begun.error());
  call.services.shared.metrics.signed_in.add();
  return signed_in(200, call, *begun);
}

ApiResponse sign_in_again(const Call& call) {
  const auto entered = read_credentials(call, false);
  if (!entered) return entered.error();
  const auto begun = call.services.sign_in.sign_in_again(call.request.session, entered->password,
                                                         call.request.network, call.now);
  if (!begun) return rejected(call, begun.error());
  call.services.shared.metrics.signed_in.add();
  return signed_in(200, call, *begun);
}

ApiResponse sign_out(const Call& call) {
  if (auto checked = call.request.expect_query({}); !checked) return checked.error();
  const auto ended = call.services.sign_in.sign_out(call.request.session, call.now);
  if (!ended) return problem_of(ended.error());
  return set_cookie(http::Response{.status = 204}, call, "");
}

ApiResponse change_password(const Call& call) {
  const auto object = parse_object(call.request.body);
  if (!object) return object.error();
  JsonMembers members(*object);
  std::string current;
  std::string wanted;
  members.require(members.text("current", current), "current");
  members.require(members.text("wanted", wanted), "wanted");
  if (current.size() > max_password_bytes) members.fail("current", "is too long");
  if (auto finished = members.finish(); !finished) return finished.error();
  const auto changed = call.services.management.change_password(call.principal(),
                                                                {.session = call.request.session,
                                                                 .current = current,
                                                                 .wanted = wanted,
                                                                 .network = call.request.network},
                                                                call.now);
  if (!changed) return rejected(call, changed.error());
  return http::Response{.status = 204};
}

ApiResponse list_sessions(const Call& call) {
  const auto account = call.request.query_account(call.principal().account);
  if (!account) return account.error();
  const auto sessions = call.services.management.list_sessions(call.principal(), *account);
  if (!sessions) return problem_of(sessions.error());
  const accounts::SecretHash current = accounts::SecretHash::of(call.request.session);
  const std::string items = json_array(*sessions, [&](const accounts::Session& session) {
    return JsonObject()
        .text("id", session.token.text())
        .boolean("current", session.token == current)
        .text("created_at", utc_text(session.created_at))
        .text("seen_at", utc_text(session.seen_at))
        .text("authenticated_at", utc_text(session.authenticated_at))
        .take();
  });
  return http::json(200, JsonObject().json("items", items).take());
}

ApiResponse end_session(const Call& call) {
  if (auto checked = call.request.expect_query({}); !checked) return checked.error();
  const auto session = accounts::SecretHash::parse(call.request.parameter("session"));
  if (!session) return not_found("There is no such session.");
  const auto ended = call.services.management.end_session(call.principal(), *session, call.now);
  if (!ended) return problem_of(ended.error());
  return http::Response{.status = 204};
}

}  // namespace

void add_session_routes(RouteTable& table) {
  using enum http::Method;
  table.add({get, "/setup", Caller::anyone, Work::store, false, &get_setup});
  table.add({post, "/setup", Caller::anyone, Work::password, true, &complete_setup});
  table.add({get, "/session", Caller::known, Work::store, false, &get_session});
  table.add({post, "/session", Caller::anyone, Work::password, true, &sign_in});
  table.add({delete_, "/session", Caller::signed_in, Work::store, false, &sign_out});
  table.add({post, "/session/confirm", Caller::signed_in, Work::password, true, &sign_in_again});
  table.add({put, "/session/password", Caller::signed_in, Work::password, true, &change_password});
  table.add({get, "/sessions", Caller::signed_in, Work::store, false, &list_sessions});
  table.add({delete_, "/sessions/{session}", Caller::signed_in, Work::store, false, &end_session});
}

}  // namespace pollux::admin
