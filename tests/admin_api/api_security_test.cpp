// What others than the rightful people try.
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "admin_api/admin_api.hpp"

namespace pollux::admin {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr std::string_view some_id = "019aa0f2c1d2e3f405162738";

// A path of the route, with something in place of each parameter.
std::string example_of(std::string path, std::string_view poll = some_id) {
  for (const std::string_view name : {"{poll}", "{account}", "{key}", "{session}"}) {
    if (const auto at = path.find(name); at != std::string::npos) {
      path.replace(at, name.size(), name == "{poll}" ? poll : some_id);
    }
  }
  return path;
}

bool is_unsafe(const Route& route) {
  return route.method != http::Method::get;
}

class AdminApiSecurity : public AdminApi {
 protected:
  ApiAnswer try_route(ApiClient& by, const Route& route, std::string_view poll = some_id,
                      ApiClient::Fields fields = {}) {
    fields.emplace_back("If-Match: \"1\"");
    return by.send(name_of(route.method), example_of(route.path, poll), route.has_body ? "{}" : "", fields);
  }

  const std::vector<Route> routes_ = api_routes().routes();
};

TEST_F(AdminApiSecurity, AnswersNoOneWithoutAnAccount) {
  make_owner();
  for (const Route& route : routes_) {
    if (route.caller == Caller::anyone) continue;
    SCOPED_TRACE(std::string(name_of(route.method)) + " " + route.path);
    ApiClient anyone = client();
    EXPECT_EQ(try_route(anyone, route).code(), "unauthenticated");
    anyone.session = std::string(32, '0');
    EXPECT_EQ(try_route(anyone, route).code(), "unauthenticated");
    anyone.key = "plx_0123456789abcdef0123456789abcdef01234567";
    const ApiAnswer wrong_key = try_route(anyone, route);
    EXPECT_EQ(wrong_key.code(), "unauthenticated");
    EXPECT_EQ(wrong_key.field("WWW-Authenticate"), "Bearer");
  }
}

TEST_F(AdminApiSecurity, RejectsWhatPagesOfOtherSitesSend) {
  ApiClient owner = make_owner();
  for (const Route& route : routes_) {
    if (!is_unsafe(route)) continue;
    SCOPED_TRACE(std::string(name_of(route.method)) + " " + route.path);
    for (const char* field : {"Origin: https://evil.example", "Origin: null", "Origin: http://localhost:8080",
                              "Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site"}) {
      EXPECT_EQ(try_route(owner, route, some_id, {field}).code(), "cross_site") << field;
    }
    ApiClient form = owner;
    form.is_our_page = false;
    EXPECT_EQ(try_route(form, route).code(), "cross_site") << "a form can't send X-Requested-With";
  }
  EXPECT_EQ(owner.get("/session").status, 200U) << "nothing has happened";
  EXPECT_EQ(owner.post("/polls", tea_or_coffee, {"Origin: http://localhost:8082"}).status, 201U);
  EXPECT_EQ(owner.post("/polls", tea_or_coffee, {"Sec-Fetch-Site: same-origin"}).status, 201U);
}

TEST_F(AdminApiSecurity, HidesPollsOfOthersFromEditors) {
  ApiClient owner = make_owner();
  ApiClient ann = make_editor(owner, "Ann E.");
  ApiClient bob = make_editor(owner, "Bob");
  const std::string path = poll(ann);
  const std::string id = path.substr(7);
  for (const Route& route : routes_) {
    if (route.path.find("{poll}") == std::string::npos) continue;
    SCOPED_TRACE(std::string(name_of(route.method)) + " " + route.path);
    const ApiAnswer hidden = try_route(bob, route, id);
    EXPECT_EQ(hidden.code(), "not_found");
    EXPECT_EQ(hidden.text, try_route(bob, route, some_id).text) << "as if it did not exist";
  }
  EXPECT_TRUE(bob.get("/polls").at("items").as_array().empty());
  EXPECT_EQ(bob.get("/audit?poll=" + id).code(), "not_found");
  EXPECT_EQ(bob.get("/audit").code(), "forbidden");
  EXPECT_EQ(bob.post("/polls", R"({"id":")" + id + "\"," + tea_or_coffee.substr(1)).code(), "conflict");
  EXPECT_EQ(ann.get(path).field("ETag"), "\"1\"") << "nothing has happened";
  EXPECT_EQ(ann.get("/audit?poll=" + id).status, 200U);
  EXPECT_EQ(owner.get("/polls").at("items").as_array().size(), 1U) << "owners see all";
  EXPECT_EQ(owner.post(path + "/open").status, 200U);
}

TEST_F(AdminApiSecurity, KeepsKeysOfAccountsApart) {
  ApiClient owner = make_owner();
  ApiClient bob = make_editor(owner, "Bob");
  const std::string owner_id = owner.get("/session").text_at("account.id");
  const std::string key = owner.post("/keys", R"({"label":"x","scopes":["polls:read"]})").text_at("key.id");
  EXPECT_EQ(bob.get("/keys?account=" + owner_id).code(), "forbidden");
  EXPECT_EQ(bob.get("/sessions?account=" + owner_id).code(), "forbidden");
  EXPECT_EQ(bob.send("DELETE", "/keys/" + key).code(), "not_found");
  EXPECT_EQ(bob.send("DELETE", "/keys/" + key + "?account=" + owner_id).code(), "forbidden");
  const std::string session = std::string(owner.get("/sessions").at("items").at(0).at("id").as_string());
  EXPECT_EQ(bob.send("DELETE", "/sessions/" + session).code(), "forbidden");
  EXPECT_EQ(owner.get("/session").status, 200U);
  // The same Idempotency-Key of another account makes another poll.
  const ApiClient::Fields once{"Idempotency-Key: once"};
  EXPECT_EQ(owner.post("/polls", tea_or_coffee, once).status, 201U);
  EXPECT_EQ(bob.post("/polls", tea_or_coffee, once).status, 201U);
}

TEST_F(AdminApiSecurity, LimitsKeysToTheirScopes) {
  ApiClient owner = make_owner();
  const std::string path = poll(owner);
  ApiClient program = client();
  program.key = owner.post("/keys", R"({"label":"x","scopes":["votes:write"]})").text_at("secret");
  for (const Route& route : routes_) {
    if (route.caller == Caller::anyone || route.path == "/session") continue;
    SCOPED_TRACE(std::string(name_of(route.method)) + " " + route.path);
    EXPECT_EQ(try_route(program, route, path.substr(7)).code(), "forbidden");
  }
}

TEST_F(AdminApiSecurity, DoesNotTakeThePasswordForAProxyForAKey) {
  ApiClient owner = make_owner();
  const ApiClient::Fields basic{"Authorization: basic YW5uOnNlY3JldA=="};
  EXPECT_EQ(owner.get("/session", basic).status, 200U);
  EXPECT_EQ(client().get("/session", basic).status, 401U);
  EXPECT_EQ(owner.get("/session", {"Authorization: Bearer x"}).status, 401U);
  EXPECT_EQ(owner.get("/session", {"Authorization:"}).status, 401U);
  owner.is_our_page = false;
  EXPECT_EQ(owner.post("/polls", tea_or_coffee, basic).code(), "cross_site")
      << "it does not replace the field";
}

TEST_F(AdminApiSecurity, IsInNoFrameAndInNoCache) {
  ApiClient owner = make_owner();
  for (const ApiAnswer& answer : {owner.get("/polls"), client().get("/polls"), owner.get("/nothing")}) {
    EXPECT_THAT(answer.field("Content-Security-Policy"), HasSubstr("frame-ancestors 'none'"));
    EXPECT_EQ(answer.field("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(answer.field("Cache-Control"), "no-store");
  }
  http::WireClient connection(server_->port());
  connection.send(http::plain_get);
  const http::WireAnswer page = connection.read_answer();
  EXPECT_EQ(page.body, "<title>Admin</title>");
  EXPECT_THAT(page.field("Content-Security-Policy"), HasSubstr("frame-ancestors 'none'"));
}

TEST_F(AdminApiSecurity, LimitsTheRateOfANetwork) {
  make_owner();
  start({.requests_per_second = 1});
  ApiClient anyone = client();
  unsigned answered = 0;
  ApiAnswer last = anyone.get("/setup");
  for (; last.status == 200 && answered < 100; ++answered) last = anyone.get("/setup");
  EXPECT_EQ(last.code(), "too_many");
  EXPECT_FALSE(last.field("Retry-After").empty());
  EXPECT_GE(answered, 5U);
}

}  // namespace
}  // namespace pollux::admin
