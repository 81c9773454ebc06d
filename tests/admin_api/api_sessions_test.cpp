// The first run, signing in, accounts and API keys.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "admin_api/admin_api.hpp"
#include "base/json_object.hpp"
#include "store/testing/locked_database.hpp"

namespace pollux::admin {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

std::string setup_request(const std::string& token, const std::string& name,
                          std::string_view password = good_password) {
  return JsonObject().text("token", token).text("name", name).text("password", password).take();
}

class AdminApiSessions : public AdminApi {
 protected:
  double metric(const std::string& name) { return metrics_->counter(name, "").value(); }
  double sign_ins(const std::string& outcome) {
    return metrics_->counter("pollux_admin_sign_ins_total", "", {{"outcome", outcome}}).value();
  }
};

TEST_F(AdminApiSessions, BeginWithTheFirstAccount) {
  ApiClient browser = client();
  EXPECT_TRUE(browser.get("/setup").at("required").as_bool());
  EXPECT_EQ(browser.sign_in("Ann").code(), "unauthenticated");
  const std::string token = setup_token();
  EXPECT_EQ(browser.post("/setup", setup_request(std::string(32, '0'), "Ann")).code(), "unauthenticated");
  EXPECT_EQ(browser.post("/setup", setup_request(token, "Ann", "password")).code(), "invalid");
  const ApiAnswer made = browser.post("/setup", setup_request(token, "Ann"));
  EXPECT_EQ(made.status, 201U) << made.text;
  EXPECT_EQ(made.text_at("account.role"), "owner");
  EXPECT_EQ(browser.get("/session").text_at("account.name"), "Ann") << "it is signed in";
  EXPECT_FALSE(browser.get("/setup").at("required").as_bool());
  EXPECT_EQ(browser.post("/setup", setup_request(token, "Eve")).code(), "not_allowed");
}

TEST_F(AdminApiSessions, DoNotBeginWithATokenThatHasExpired) {
  const std::string token = setup_token();
  pass(30min);
  EXPECT_EQ(client().post("/setup", setup_request(token, "Ann")).code(), "unauthenticated");
}

TEST_F(AdminApiSessions, MakeOneFirstAccountOfFiftyAttemptsAtOnce) {
  constexpr int attempts = 50;
  const std::string token = setup_token();
  std::map<unsigned, int> statuses;
  std::mutex mutex;
  {
    std::vector<std::jthread> people;
    for (int n = 0; n < attempts; ++n) {
      people.emplace_back([&, n] {
        const unsigned status =
            client().post("/setup", setup_request(token, "Person " + std::to_string(n))).status;
        const std::lock_guard lock(mutex);
        ++statuses[status];
      });
    }
  }
  EXPECT_EQ(statuses[201], 1);
  EXPECT_EQ(statuses[409], attempts - 1) << "there is an account already";
  EXPECT_EQ(connect(60s).accounts->list().value().size(), 1U);
}

TEST_F(AdminApiSessions, LastUntilPeopleSignOut) {
  ApiClient owner = make_owner();
  const ApiAnswer state = owner.get("/session");
  EXPECT_EQ(state.text_at("account.name"), "Ann");
  EXPECT_EQ(state.text_at("authenticated_at"), "2026-11-27T12:00:00Z");
  EXPECT_EQ(state.text_at("sign_in_again_after"), "2026-11-27T12:15:00Z");
  EXPECT_TRUE(state.at("key").is_null());
  ApiClient copy = owner;
  const ApiAnswer out = owner.send("DELETE", "/session");
  EXPECT_EQ(out.status, 204U);
  EXPECT_THAT(out.field("Set-Cookie"), HasSubstr("pollux_session=; Path=/; Max-Age=0"));
  EXPECT_EQ(copy.get("/session").code(), "unauthenticated");
}

TEST_F(AdminApiSessions, EndWithTime) {
  ApiClient owner = make_owner();
  pass(11h);
  EXPECT_EQ(owner.get("/session").status, 200U);
  pass(11h);
  EXPECT_EQ(owner.get("/session").status, 200U) << "each request prolongs it";
  pass(12h);
  EXPECT_EQ(owner.get("/session").status, 401U);
}

TEST_F(AdminApiSessions, HaveACookieThatScriptsAndOtherSitesDoNotGet) {
  make_owner();
  ApiClient browser = client();
  EXPECT_THAT(
      browser.sign_in("Ann").field("Set-Cookie"),
      testing::MatchesRegex("pollux_session=[0-9a-f]+; Path=/; Max-Age=604800; HttpOnly; SameSite=Strict"));
  start({.public_url = http::PublicUrl::parse("https://polls.example/").value()});
  ApiClient over_tls = client();
  over_tls.cookie_name = "__Host-pollux_session";
  EXPECT_THAT(over_tls.sign_in("Ann").field("Set-Cookie"), HasSubstr("; Secure; "));
  EXPECT_EQ(over_tls.get("/session").status, 200U);
  over_tls.cookie_name = "pollux_session";
  EXPECT_EQ(over_tls.get("/session").status, 401U) << "another site of the domain could have set it";
}

TEST_F(AdminApiSessions, AreNotThoseThatSomeoneElseKnows) {
  ApiClient attacker = make_owner();
  ApiClient victim = client();
  victim.session = attacker.session;
  victim.sign_in("Ann");
  EXPECT_NE(victim.session, attacker.session);
  EXPECT_EQ(attacker.get("/session").status, 401U) << "the known session has ended";
  const std::string made_up(32, 'a');
  victim.session = made_up;
  victim.sign_in("Ann");
  EXPECT_NE(victim.session, made_up);
}

TEST_F(AdminApiSessions, AreNotGuessed) {
  ApiClient owner = make_owner();
  ApiClient guesser = client();
  for (int attempt = 0; attempt < 5; ++attempt) {
    EXPECT_EQ(guesser.sign_in("Ann", "guess").code(), "unauthenticated");
  }
  const ApiAnswer delayed = guesser.sign_in("Ann");
  EXPECT_EQ(delayed.code(), "too_many") << "the right password does not help now";
  EXPECT_EQ(delayed.field("Retry-After"), "1");
  pass(1s);
  EXPECT_EQ(guesser.sign_in("Ann", "guess").code(), "unauthenticated");
  EXPECT_EQ(guesser.sign_in("Ann").field("Retry-After"), "2");
  EXPECT_EQ(owner.get("/session").status, 200U) << "who is signed in does not notice";
  pass(2s);
  EXPECT_EQ(guesser.sign_in("Ann").status, 200U);
  EXPECT_EQ(sign_ins("wrong"), 6);
  EXPECT_EQ(sign_ins("delayed"), 2);
  EXPECT_EQ(sign_ins("accepted"), 2);
}

TEST_F(AdminApiSessions, DoNotDiscloseNames) {
  make_owner();
  const ApiAnswer wrong_password = client().sign_in("Ann", "wrong");
  const ApiAnswer wrong_name = client().sign_in("Bob", "wrong");
  EXPECT_EQ(wrong_password.status, wrong_name.status);
  EXPECT_EQ(wrong_password.text, wrong_name.text);
}

TEST_F(AdminApiSessions, EndWhenThePasswordIsChangedElsewhere) {
  ApiClient owner = make_owner();
  ApiClient stolen = client();
  stolen.sign_in("Ann");
  EXPECT_EQ(owner.get("/sessions").at("items").as_array().size(), 2U);
  EXPECT_EQ(
      owner.send("PUT", "/session/password", R"({"current":"wrong","wanted":"five other random words"})")
          .code(),
      "unauthenticated");
  EXPECT_EQ(owner
                .send("PUT", "/session/password",
                      R"({"current":"four random words","wanted":"five other random words"})")
                .status,
            204U);
  EXPECT_EQ(stolen.get("/session").status, 401U);
  EXPECT_EQ(owner.get("/session").status, 200U);
  EXPECT_EQ(client().sign_in("Ann").status, 401U);
  EXPECT_EQ(client().sign_in("Ann", "five other random words").status, 200U);
}

TEST_F(AdminApiSessions, CanBeEndedByTheirOwner) {
  ApiClient owner = make_owner();
  ApiClient other = client();
  other.sign_in("Ann");
  const ApiAnswer sessions = owner.get("/sessions");
  for (const auto& item : sessions.at("items").as_array()) {
    if (item.at("current").as_bool()) continue;
    EXPECT_EQ(owner.send("DELETE", "/sessions/" + std::string(item.at("id").as_string())).status, 204U);
  }
  EXPECT_EQ(other.get("/session").status, 401U);
  EXPECT_EQ(owner.get("/session").status, 200U);
  EXPECT_EQ(owner.send("DELETE", "/sessions/x").code(), "not_found");
  EXPECT_THAT(sessions.text, Not(HasSubstr(owner.session)));
}

TEST_F(AdminApiSessions, GoOnIfTheyCanNotBeMarkedAsSeen) {
  const std::string session = make_owner().session;
  start({.lock_wait = 10ms});
  ApiClient owner = client();
  owner.session = session;
  EXPECT_EQ(owner.get("/session").status, 200U);
  std::optional<store::LockedDatabase> lock(std::in_place, directory_.path() / "pollux.db");
  pass(2min);
  EXPECT_EQ(owner.get("/session").status, 200U);
  EXPECT_EQ(metric("pollux_admin_unmarked_credentials_total"), 1);
  lock.reset();
  EXPECT_EQ(owner.get("/session").status, 200U);
  EXPECT_EQ(metric("pollux_admin_unmarked_credentials_total"), 1);
}

class AdminApiAccounts : public AdminApiSessions {
 protected:
  ApiClient owner_ = make_owner();
};

TEST_F(AdminApiAccounts, AreMadeByOwners) {
  ApiClient editor = make_editor(owner_, "Bob");
  const ApiAnswer accounts = owner_.get("/accounts");
  EXPECT_EQ(accounts.at("items").as_array().size(), 2U);
  EXPECT_EQ(accounts.at("items").at(1).at("role").as_string(), "editor");
  EXPECT_THAT(accounts.text, Not(HasSubstr("argon2"))) << "no hashes";
  EXPECT_EQ(editor.get("/accounts").code(), "forbidden");
  EXPECT_EQ(
      owner_.post("/accounts", R"({"name":"bob","role":"editor","password":"four random words"})").code(),
      "conflict");
  EXPECT_EQ(
      owner_.post("/accounts", R"({"name":"Eve","role":"admin","password":"four random words"})").code(),
      "invalid");
  EXPECT_EQ(owner_.post("/accounts", R"({"name":"Eve","role":"editor","password":"password"})").code(),
            "invalid");
}

TEST_F(AdminApiAccounts, AreChangedAndDeletedByOwners) {
  ApiClient editor = make_editor(owner_, "Bob");
  const std::string path = "/accounts/" + editor.get("/session").text_at("account.id");
  EXPECT_EQ(owner_.send("PUT", path + "/role", R"({"role":"owner"})").code(), "revision_required");
  EXPECT_EQ(owner_.send("PUT", path + "/role", R"({"role":"owner"})", {"If-Match: \"2\""}).code(),
            "conflict");
  const ApiAnswer promoted = owner_.send("PUT", path + "/role", R"({"role":"owner"})", {"If-Match: \"1\""});
  EXPECT_EQ(promoted.text_at("role"), "owner");
  EXPECT_EQ(editor.get("/session").status, 401U) << "its sessions have ended";
  const ApiAnswer reset = owner_.send("PUT", path + "/password", R"({"password":"five other random words"})",
                                      {if_match(promoted)});
  EXPECT_EQ(reset.status, 200U);
  EXPECT_EQ(client().sign_in("Bob", "five other random words").status, 200U);
  pass(15min);
  EXPECT_EQ(owner_.send("DELETE", path, "", {if_match(reset)}).code(), "sign_in_again");
  owner_.post("/session/confirm", R"({"password":"four random words"})");
  EXPECT_EQ(owner_.send("DELETE", path, "", {if_match(reset)}).status, 204U);
  EXPECT_EQ(owner_.send("DELETE", path, "", {if_match(reset)}).code(), "not_found");
  const std::string own = "/accounts/" + owner_.get("/session").text_at("account.id");
  EXPECT_EQ(owner_.send("DELETE", own, "", {"If-Match: \"1\""}).code(), "forbidden") << "the last owner";
}

TEST_F(AdminApiAccounts, HaveKeysForPrograms) {
  const ApiAnswer made = owner_.post("/keys", R"({"label":"Import","scopes":["polls:read"]})");
  ASSERT_EQ(made.status, 201U) << made.text;
  EXPECT_EQ(made.text_at("key.expires_at"), "2027-02-25T12:00:00Z") << "90 days";
  ApiClient program = client();
  program.key = made.text_at("secret");
  program.is_our_page = false;
  EXPECT_EQ(program.get("/polls").status, 200U);
  EXPECT_EQ(program.get("/session").text_at("key"), made.text_at("key.id"));
  EXPECT_EQ(program.post("/polls", tea_or_coffee).code(), "forbidden") << "not its scope";
  EXPECT_EQ(program.get("/accounts").code(), "forbidden");
  EXPECT_EQ(program.post("/keys", R"({"label":"x","scopes":["polls:read"]})").code(), "forbidden");
  EXPECT_EQ(owner_.get("/keys").at("items").at(0).at("used_at").as_string(), "2026-11-27T12:00:00Z");
  EXPECT_EQ(owner_.send("DELETE", "/keys/" + made.text_at("key.id")).status, 204U);
  EXPECT_EQ(program.get("/polls").code(), "unauthenticated");
  for (const char* body :
       {R"({"label":"","scopes":["polls:read"]})", R"({"label":"x","scopes":[]})",
        R"({"label":"x","scopes":["polls:all"]})", R"({"label":"x","scopes":["polls:read","polls:read"]})",
        R"({"label":"x","scopes":["polls:read"],"lifetime_days":0})"}) {
    EXPECT_EQ(owner_.post("/keys", body).code(), "invalid") << body;
  }
}

TEST_F(AdminApiAccounts, MakeKeysOnlyAfterThePasswordWasEntered) {
  pass(15min);
  EXPECT_EQ(owner_.post("/keys", R"({"label":"x","scopes":["polls:read"]})").code(), "sign_in_again");
}

}  // namespace
}  // namespace pollux::admin
