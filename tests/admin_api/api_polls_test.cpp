// Polls, their results and the audit log.
#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "admin_api/admin_api.hpp"
#include "base/encoding.hpp"
#include "poll/testing/images.hpp"

namespace pollux::admin {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* chosen_id = "019aa0f2c1d2e3f405162738";

class AdminApiPolls : public AdminApi {
 protected:
  // A member of each item of a list.
  static std::vector<std::string> items(const ApiAnswer& answer, std::string_view member) {
    std::vector<std::string> found;
    for (const auto& item : answer.at("items").as_array()) found.emplace_back(item.at(member).as_string());
    return found;
  }
  std::string titled(const std::string& title) { return poll(owner_, with_title(title)); }
  static std::string with_title(const std::string& title) {
    return R"({"title":")" + title + R"(","question":{"kind":"scale","text":"How?"}})";
  }
  ApiAnswer change(const std::string& path, const std::string& action) {
    return owner_.post(path + "/" + action, "", {if_match(owner_.get(path))});
  }

  ApiClient owner_ = make_owner();
};

TEST_F(AdminApiPolls, AreMadeWithDefaults) {
  const ApiAnswer made = owner_.post("/polls", tea_or_coffee);
  ASSERT_EQ(made.status, 201U) << made.text;
  EXPECT_EQ(made.text_at("title"), "Drinks");
  EXPECT_EQ(boost::json::serialize(made.at("question")),
            R"({"kind":"single","text":"Tea or coffee?","options":["Tea","Coffee"]})");
  EXPECT_EQ(boost::json::serialize(made.at("policies")),
            R"({"change":"while_open","results":"live","keep_days":30,"require_cookie":false})");
  EXPECT_EQ(boost::json::serialize(made.at("schedule")),
            R"({"opens_at":null,"closes_at":null,"zone":"UTC"})");
  EXPECT_EQ(boost::json::serialize(made.at("theme")), R"({"accent":null,"scheme":"auto"})");
  EXPECT_TRUE(made.at("logo").is_null());
  EXPECT_EQ(made.text_at("state"), "draft");
  EXPECT_EQ(made.text_at("created_at"), "2026-11-27T12:00:00Z");
  EXPECT_EQ(made.text_at("maker"), owner_.get("/session").text_at("account.id"));
  EXPECT_EQ(made.text_at("vote_url"), "http://localhost:8080/p/" + made.text_at("code"));
  EXPECT_EQ(made.text_at("result_url"), "http://localhost:8081/r/" + made.text_at("code"));
  EXPECT_EQ(made.field("ETag"), "\"1\"");
  EXPECT_EQ(made.field("Location"), "/api/v1/polls/" + made.text_at("id"));
  const ApiAnswer got = owner_.get("/polls/" + made.text_at("id"));
  EXPECT_EQ(got.body, made.body);
  EXPECT_EQ(got.field("Cache-Control"), "no-store");
  EXPECT_EQ(owner_.get("/polls/" + made.text_at("id"), {"If-None-Match: \"1\""}).status, 304U);
  EXPECT_EQ(owner_.send("HEAD", "/polls/" + made.text_at("id")).status, 200U);
}

TEST_F(AdminApiPolls, KeepEveryMember) {
  const std::string body =
      R"({"id":"019aa0f2c1d2e3f405162738","title":"Zoë","question":{"kind":"multiple","text":"Which?",)"
      R"("options":["A","B"],"min":0,"max":1},"policies":{"change":"never","results":"hidden","keep_days":null,"require_cookie":true},)"
      R"("schedule":{"opens_at":"2026-12-01T09:00:00+01:00","closes_at":"2026-12-01T10:00:00Z","zone":"Europe/Berlin"},)"
      R"("theme":{"accent":"#0B7267","scheme":"dark"}})";
  const ApiAnswer made = owner_.post("/polls", body);
  ASSERT_EQ(made.status, 201U) << made.text;
  EXPECT_EQ(made.text_at("id"), chosen_id);
  EXPECT_EQ(boost::json::serialize(made.at("policies")),
            R"({"change":"never","results":"hidden","keep_days":null,"require_cookie":true})");
  EXPECT_EQ(
      boost::json::serialize(made.at("schedule")),
      R"({"opens_at":"2026-12-01T08:00:00Z","closes_at":"2026-12-01T10:00:00Z","zone":"Europe/Berlin"})");
  EXPECT_EQ(boost::json::serialize(made.at("theme")), R"({"accent":"#0b7267","scheme":"dark"})");
}

TEST_F(AdminApiPolls, AreMadeOnceByRepeatedRequests) {
  const ApiClient::Fields key{"Idempotency-Key: 7d0d1b3e"};
  const ApiAnswer first = owner_.post("/polls", tea_or_coffee, key);
  const ApiAnswer second = owner_.post("/polls", tea_or_coffee, key);
  EXPECT_EQ(first.status, 201U);
  EXPECT_EQ(second.status, 200U);
  EXPECT_EQ(second.body, first.body);
  EXPECT_EQ(owner_.post("/polls", with_title("Other"), key).code(), "conflict");
  const std::string path = "/polls/" + first.text_at("id");
  EXPECT_EQ(owner_.post(path + "/duplicate", "", {"Idempotency-Key: copy"}).status, 201U);
  EXPECT_EQ(owner_.post(path + "/duplicate", "", {"Idempotency-Key: copy"}).status, 200U);
  const std::string with_id = R"({"id":"019aa0f2c1d2e3f405162738",)" + tea_or_coffee.substr(1);
  EXPECT_EQ(owner_.post("/polls", with_id).status, 201U);
  EXPECT_EQ(owner_.post("/polls", with_id).status, 200U);
  EXPECT_EQ(items(owner_.get("/polls"), "title").size(), 3U);
  EXPECT_THAT(items(owner_.get(std::string("/audit?poll=") + chosen_id), "action"),
              ElementsAre("poll.created"));
}

TEST_F(AdminApiPolls, AreEditedFromTheirRevision) {
  const std::string path = poll(owner_);
  EXPECT_EQ(owner_.send("PATCH", path, R"({"title":"New"})").code(), "revision_required");
  EXPECT_EQ(owner_.send("PATCH", path, R"({"title":"New"})", {"If-Match: \"2\""}).code(), "conflict");
  EXPECT_EQ(owner_.send("PATCH", path, "{}", {"If-Match: \"1\""}).code(), "invalid");
  const ApiAnswer renamed =
      owner_.send("PATCH", path, R"({"title":"New","policies":{"results":"hidden"}})", {"If-Match: \"1\""});
  ASSERT_EQ(renamed.status, 200U) << renamed.text;
  EXPECT_EQ(renamed.field("ETag"), "\"2\"");
  EXPECT_EQ(renamed.text_at("title"), "New");
  EXPECT_EQ(renamed.text_at("question.text"), "Tea or coffee?");
  EXPECT_EQ(boost::json::serialize(renamed.at("policies")),
            R"({"change":"while_open","results":"hidden","keep_days":30,"require_cookie":false})");
  const ApiAnswer replaced = owner_.send("PUT", path, tea_or_coffee, {"If-Match: \"2\""});
  EXPECT_EQ(replaced.text_at("policies.results"), "live") << "the default";
  EXPECT_EQ(owner_.send("PUT", path, R"({"title":"Alone"})", {"If-Match: \"3\""}).code(), "invalid");
}

TEST_F(AdminApiPolls, NeedTheCookieFromAnEditOnEvenWhileOpen) {
  const std::string path = poll(owner_);
  owner_.post(path + "/open");
  record(path.substr(7), "ann", "a");
  const auto needs_cookie_after = [&](const std::string& body, int revision) {
    const std::string field = "If-Match: \"" + std::to_string(revision) + "\"";
    const ApiAnswer edited = owner_.send("PATCH", path, body, {field});
    EXPECT_EQ(edited.number_at("run"), 1) << edited.text;
    return edited.at("policies").at("require_cookie").as_bool();
  };
  EXPECT_TRUE(needs_cookie_after(R"({"policies":{"require_cookie":true}})", 2));
  EXPECT_TRUE(needs_cookie_after(R"({"policies":{"change":"never"}})", 3)) << "the others stay";
  EXPECT_FALSE(needs_cookie_after(R"({"policies":{"require_cookie":false}})", 4));
}

TEST_F(AdminApiPolls, HaveThemesThatAreEditedInParts) {
  const std::string path = poll(owner_);
  const auto theme_after = [&](const char* method, const std::string& body, int revision) {
    const std::string field = "If-Match: \"" + std::to_string(revision) + "\"";
    return boost::json::serialize(owner_.send(method, path, body, {field}).at("theme"));
  };
  EXPECT_EQ(theme_after("PATCH", R"({"theme":{"accent":"#123456"}})", 1),
            R"({"accent":"#123456","scheme":"auto"})");
  EXPECT_EQ(theme_after("PATCH", R"({"theme":{"scheme":"light"}})", 2),
            R"({"accent":"#123456","scheme":"light"})");
  EXPECT_EQ(theme_after("PATCH", R"({"theme":{"accent":null}})", 3), R"({"accent":null,"scheme":"light"})");
  EXPECT_EQ(theme_after("PUT", tea_or_coffee, 4), R"({"accent":null,"scheme":"auto"})");
}

std::string logo_body(const std::string& image, const std::string& rest = "") {
  std::string body = R"({"image":")";
  append_base64(body, image);
  return body + "\"" + rest + "}";
}

TEST_F(AdminApiPolls, HaveALogo) {
  const std::string path = poll(owner_);
  EXPECT_EQ(owner_.get(path + "/logo").code(), "not_found");
  const std::string school = logo_body(poll::png(320, 96), R"(,"alt":"School")");
  const ApiAnswer put = owner_.send("PUT", path + "/logo", school, {R"(If-Match: "1")"});
  ASSERT_EQ(put.status, 200U) << put.text;
  EXPECT_EQ(boost::json::serialize(put.at("logo")),
            R"({"hash":")" + poll::hash_of(poll::png(320, 96)) +
                R"(","type":"image/png","width":320,"height":96,"alt":"School"})");
  EXPECT_EQ(put.number_at("revision"), 2);
  EXPECT_EQ(put.field("ETag"), "\"2\"");
  const ApiAnswer image = owner_.get(path + "/logo");
  EXPECT_EQ(image.text, poll::png(320, 96));
  EXPECT_EQ(image.field("Content-Type"), "image/png");
  EXPECT_EQ(image.field("X-Content-Type-Options"), "nosniff");
  EXPECT_THAT(image.field("Content-Security-Policy"), HasSubstr("default-src 'none'"));
  const auto shown = polls_.find(poll::PollId::parse(path.substr(path.rfind('/') + 1)).value());
  EXPECT_EQ(*shown->content.theme.logo->image, poll::png(320, 96)) << "it is announced";
  EXPECT_EQ(items(owner_.get("/audit"), "action").front(), "poll.edited");
}

TEST_F(AdminApiPolls, HaveALogoOfTheGreatestSize) {
  const std::string path = poll(owner_) + "/logo";
  const std::size_t around = poll::png(9, 9).size();
  const std::string image = poll::png(9, 9, std::string(poll::Logo::max_bytes - around, 'x'));
  ASSERT_EQ(image.size(), poll::Logo::max_bytes);
  std::string words;
  for (std::size_t n = 0; n < poll::Logo::max_alternative_bytes / 2; ++n) words += "\\u00e9";
  const std::string body = logo_body(image, R"(,"alt":")" + words + "\"");
  const ApiAnswer put = owner_.send("PUT", path, body, {R"(If-Match: "1")"});
  EXPECT_EQ(put.status, 200U) << put.text;
  EXPECT_EQ(put.text_at("logo.alt").size(), poll::Logo::max_alternative_bytes);
  EXPECT_EQ(owner_.get(path).text, image);
}

TEST_F(AdminApiPolls, KeepTheirLogoWhenTheRestIsChanged) {
  const std::string path = poll(owner_);
  const auto change = [&](const char* method, const std::string& where, const std::string& body) {
    return owner_.send(method, where, body, {if_match(owner_.get(path))});
  };
  ASSERT_EQ(change("PUT", path + "/logo", logo_body(poll::jpeg(9, 8))).status, 200U);
  EXPECT_EQ(change("PUT", path, with_title("Replaced")).number_at("logo.width"), 9);
  EXPECT_EQ(change("PATCH", path, R"({"title":"Changed"})").number_at("logo.width"), 9);
  EXPECT_EQ(change("PUT", path + "/logo", R"({"alt":"Other words"})").text_at("logo.alt"), "Other words");
  EXPECT_EQ(owner_.get(path + "/logo").text, poll::jpeg(9, 8));
  EXPECT_EQ(owner_.post(path + "/duplicate").number_at("logo.width"), 9);
  const ApiAnswer removed = change("DELETE", path + "/logo", "");
  EXPECT_EQ(removed.status, 200U);
  EXPECT_TRUE(removed.at("logo").is_null());
  EXPECT_EQ(owner_.get(path + "/logo").status, 404U);
}

TEST_F(AdminApiPolls, RefuseLogosThatAreNone) {
  const std::string path = poll(owner_) + "/logo";
  const auto code = [&](const std::string& body, const std::string& match = R"(If-Match: "1")") {
    return owner_.send("PUT", path, body, {match}).code();
  };
  const std::string good = logo_body(poll::png(9, 9));
  EXPECT_EQ(code("{}"), "invalid") << "there is none to keep";
  EXPECT_EQ(code(R"({"image":"?"})"), "invalid");
  EXPECT_EQ(code(logo_body("<svg xmlns='http://www.w3.org/2000/svg'/>")), "invalid");
  EXPECT_EQ(code(logo_body(poll::png(5000, 9))), "invalid");
  EXPECT_EQ(code(logo_body(poll::png(9, 9), R"(,"alt":"a\nb")")), "invalid");
  EXPECT_EQ(code(logo_body(poll::png(9, 9), R"(,"text":"")")), "invalid");
  EXPECT_EQ(code(good, R"(If-Match: "2")"), "conflict");
  EXPECT_EQ(owner_.send("PUT", path, good).code(), "revision_required");
  EXPECT_EQ(owner_.send("DELETE", path).code(), "revision_required");
  ApiClient editor = make_editor(owner_, "Ben");
  EXPECT_EQ(editor.get(path).code(), "not_found") << "it is someone else's poll";
  EXPECT_EQ(editor.send("PUT", path, good, {R"(If-Match: "1")"}).code(), "not_found");
}

TEST_F(AdminApiPolls, KeepTheirQuestionOnceItHasVotes) {
  const std::string path = poll(owner_);
  const ApiAnswer opened = owner_.post(path + "/open");
  record(opened.text_at("id"), "ann", "a");
  EXPECT_EQ(owner_.get(path).number_at("voters"), 1);
  const std::string other =
      R"({"question":{"kind":"single","text":"Cats or dogs?","options":["Cats","Dogs"]}})";
  EXPECT_EQ(owner_.send("PATCH", path, other, {if_match(opened)}).code(), "not_allowed");
  const std::string reworded =
      R"({"question":{"kind":"single","text":"Tea, or coffee?","options":["Tea","Coffee"]}})";
  EXPECT_EQ(owner_.send("PATCH", path, reworded, {if_match(opened)}).status, 200U);
}

TEST_F(AdminApiPolls, TakeNoVoteAfterTheResponseToClose) {
  const std::string path = poll(owner_);
  const std::string run = owner_.post(path + "/open").text_at("id");
  // The queue outlives the test and answers votes that wait when it goes, so what its callbacks count in must
  // not be a local.
  const auto rejected = std::make_shared<std::atomic<int>>(0);
  const auto vote = [&] {
    queue_.enqueue({poll::PollId::parse(run).value(), poll::VoterId::parse("ann").value(),
                    poll::Selection::parse("a").value()},
                   [rejected](const poll::VoteResult& result) {
                     if (!result) ++*rejected;
                   });
  };
  vote();
  EXPECT_EQ(*rejected, 0) << "it waits to be recorded";
  EXPECT_EQ(owner_.post(path + "/close").text_at("state"), "closed");
  vote();
  EXPECT_EQ(*rejected, 1);
  EXPECT_EQ(polls_.find(poll::PollId::parse(run).value())->state, poll::PollState::closed);
}

TEST_F(AdminApiPolls, GoThroughTheirStates) {
  const std::string path = poll(owner_);
  EXPECT_EQ(owner_.post(path + "/close").code(), "not_allowed");
  EXPECT_EQ(owner_.post(path + "/open").text_at("opened_at"), "2026-11-27T12:00:00Z");
  EXPECT_EQ(owner_.post(path + "/open").field("ETag"), "\"2\"") << "unchanged";
  EXPECT_EQ(owner_.post(path + "/open", "", {"If-Match: \"1\""}).code(), "conflict");
  EXPECT_EQ(owner_.send("DELETE", path, "", {"If-Match: \"2\""}).code(), "not_allowed");
  EXPECT_EQ(owner_.post(path + "/close").status, 200U);
  EXPECT_EQ(owner_.post(path + "/reset").code(), "revision_required");
  EXPECT_EQ(change(path, "reset").number_at("run"), 2);
  EXPECT_EQ(change(path, "archive").text_at("state"), "archived");
  EXPECT_EQ(owner_.post(path + "/open").code(), "not_allowed");
  EXPECT_THAT(items(owner_.get("/polls"), "title"), IsEmpty());
  EXPECT_THAT(items(owner_.get("/polls?archived=true"), "title"), ElementsAre("Drinks"));
}

TEST_F(AdminApiPolls, AreCopiedWithoutTheirSchedule) {
  const std::string path =
      poll(owner_,
           R"({"title":"Source","question":{"kind":"scale","text":"How?"},"policies":{"results":"hidden"},)"
           R"("schedule":{"opens_at":"2027-01-01T00:00:00Z"}})");
  const ApiAnswer copy = owner_.post(path + "/duplicate");
  EXPECT_EQ(copy.status, 201U);
  EXPECT_EQ(copy.text_at("policies.results"), "hidden");
  EXPECT_TRUE(copy.at("schedule.opens_at").is_null());
  EXPECT_NE("/polls/" + copy.text_at("id"), path);
}

TEST_F(AdminApiPolls, AreDeletedByWhoEnteredThePasswordRecently) {
  const std::string path = poll(owner_);
  const std::string tag = if_match(owner_.get(path));
  pass(15min);
  EXPECT_EQ(owner_.send("DELETE", path, "", {tag}).code(), "sign_in_again");
  EXPECT_EQ(owner_.post("/session/confirm", R"({"password":"four random words"})").status, 200U);
  EXPECT_EQ(owner_.send("DELETE", path).code(), "revision_required");
  EXPECT_EQ(owner_.send("DELETE", path, "", {tag}).status, 204U);
  EXPECT_EQ(owner_.get(path).code(), "not_found");
  EXPECT_EQ(polls_.find(poll::PollId::parse(path.substr(7)).value()), nullptr);
  EXPECT_THAT(items(owner_.get("/audit?poll=" + path.substr(7)), "action"),
              ElementsAre("poll.removed", "poll.created"));
}

TEST_F(AdminApiPolls, AreListedPageByPage) {
  for (const char* title : {"one", "two", "three"}) titled(title);
  const ApiAnswer first = owner_.get("/polls?limit=2");
  EXPECT_EQ(items(first, "title").size(), 2U);
  const ApiAnswer second = owner_.get("/polls?limit=2&cursor=" + first.text_at("next"));
  EXPECT_EQ(items(second, "title").size(), 1U);
  EXPECT_TRUE(second.at("next").is_null());
  EXPECT_THAT(items(owner_.get("/polls?search=THREE"), "title"), ElementsAre("three"));
  for (const char* query : {"limit=0", "limit=101", "limit=x", "limit=1&limit=1", "cursor=x", "archived=1",
                            "serach=a", "search=%zz"}) {
    EXPECT_EQ(owner_.get(std::string("/polls?") + query).code(), "bad_request") << query;
  }
  EXPECT_EQ(owner_.get("/polls?search=%00").code(), "bad_request");
  EXPECT_EQ(owner_.get("/polls?search=%ff").code(), "bad_request");
  EXPECT_EQ(owner_.get("/polls?search=" + std::string(101, 'x')).code(), "invalid");
}

TEST_F(AdminApiPolls, HaveResultsOfEachRun) {
  const std::string path = poll(owner_);
  const std::string id = path.substr(7);
  owner_.post(path + "/open");
  record(id, "ann", "a");
  record(id, "bob", "a");
  record(id, "eve", "b");
  const ApiAnswer results = owner_.get(path + "/results");
  EXPECT_EQ(results.number_at("version"), 3);
  EXPECT_EQ(results.number_at("results.voters"), 3);
  EXPECT_EQ(results.at("results.options").at(0).at("count").as_int64(), 2);
  owner_.post(path + "/close");
  change(path, "reset");
  EXPECT_EQ(owner_.get(path + "/results").number_at("results.voters"), 0);
  EXPECT_EQ(owner_.get(path + "/results?run=1").number_at("results.voters"), 3);
  EXPECT_EQ(owner_.get(path + "/results?run=3").code(), "not_found");
  EXPECT_EQ(owner_.get(path + "/results?run=0").code(), "bad_request");
  const ApiAnswer runs = owner_.get(path + "/runs");
  EXPECT_EQ(runs.at("items").at(0).at("run").as_int64(), 2);
  EXPECT_EQ(runs.at("items").at(1).at("voters").as_int64(), 3);
}

TEST_F(AdminApiPolls, HaveResultsForSpreadsheets) {
  const std::string path = poll(
      owner_, R"({"title":"T","question":{"kind":"ranking","text":"?","options":["=1+1","B, or not"]}})");
  owner_.post(path + "/open");
  record(path.substr(7), "ann", ">b>a");
  const ApiAnswer csv = owner_.get(path + "/results.csv");
  EXPECT_EQ(csv.status, 200U);
  EXPECT_THAT(csv.field("Content-Type"), HasSubstr("text/csv"));
  EXPECT_THAT(csv.field("Content-Disposition"), HasSubstr("attachment; filename=\"pollux-"));
  EXPECT_EQ(csv.text,
            "option,label,points,ranked,average_rank,place_1,place_2,voters,question\r\n"
            "a,'=1+1,0,1,2,0,1,1,?\r\nb,\"B, or not\",1,1,1,1,0,1,?\r\n");
  const ApiAnswer results = owner_.get(path + "/results");
  EXPECT_EQ(results.text_at("results.runoff.winner"), "b");
}

TEST_F(AdminApiPolls, LeaveEventsInTheAuditLog) {
  const std::string path = poll(owner_);
  owner_.post(path + "/open");
  owner_.post(path + "/open");  // nothing changes
  owner_.post(path + "/close");
  const ApiAnswer events = owner_.get("/audit?poll=" + path.substr(7));
  EXPECT_THAT(items(events, "action"), ElementsAre("poll.closed", "poll.opened", "poll.created"));
  EXPECT_EQ(events.at("items").at(0).at("actor").as_string(), "Ann");
  EXPECT_EQ(events.at("items").at(0).at("detail").as_string(), "Drinks");
  const ApiAnswer latest = owner_.get("/audit?limit=1");
  EXPECT_THAT(items(latest, "action"), ElementsAre("poll.closed"));
  EXPECT_THAT(items(owner_.get("/audit?limit=1&cursor=" + latest.text_at("next")), "action"),
              ElementsAre("poll.opened"));
  EXPECT_EQ(owner_.get("/audit?cursor=x").code(), "bad_request");
}

TEST_F(AdminApiPolls, RejectBodiesThatAreWrong) {
  struct Case {
    const char* body;
    const char* code;
  };
  for (const Case& each : std::initializer_list<Case>{
           {"{", "bad_request"},
           {"[]", "bad_request"},
           {"{\"title\":\"\xFF\"}", "bad_request"},
           {R"({"title":"T"})", "invalid"},
           {R"({"title":7,"question":{"kind":"scale","text":"How?"}})", "invalid"},
           {R"({"title":"","question":{"kind":"scale","text":"How?"}})", "invalid"},
           {R"({"title":"T","question":{"kind":"words","text":"How?"}})", "invalid"},
           {R"({"title":"T","question":null})", "invalid"},
           {R"({"title":"T","question":{"kind":"scale","text":"How?"},"titel":"T"})", "invalid"},
           {R"({"title":"T","question":{"kind":"scale","text":"How?"},"id":"x"})", "invalid"},
           {R"({"title":"T","question":{"kind":"scale","text":"How?"},"id":"ffffffffffffffffffffffff"})",
            "invalid"},
           {R"({"title":"T","question":{"kind":"scale","text":"How?"},"policies":[]})", "invalid"},
           {R"({"title":"T","question":{"kind":"scale","text":"How?"},"policies":{"keep_days":0}})",
            "invalid"},
           {R"({"title":"T","question":{"kind":"scale","text":"How?"},"policies":{"change":"often"}})",
            "invalid"},
           {R"({"title":"T","question":{"kind":"scale","text":"How?"},"policies":{"require_cookie":1}})",
            "invalid"},
           {R"({"title":"T","question":{"kind":"scale","text":"How?"},"policies":{"require_cookie":null}})",
            "invalid"},
           {R"({"title":"T","question":{"kind":"scale","text":"How?"},"schedule":{"opens_at":"noon"}})",
            "invalid"},
           {R"({"title":"T","question":{"kind":"scale","text":"How?"},"schedule":{"opens_at":7}})",
            "invalid"},
           {R"({"title":"T","question":{"kind":"scale","text":"How?"},"schedule":{"zone":"Ber lin"}})",
            "invalid"},
           {R"({"title":"T","question":{"kind":"scale","text":"How?"},"schedule":{"opens":null}})",
            "invalid"},
           {R"({"title":"T","question":{"kind":"scale","text":"How?"},"theme":{"accent":"red"}})", "invalid"},
           {R"({"title":"T","question":{"kind":"scale","text":"How?"},"theme":{"accent":255}})", "invalid"},
           {R"({"title":"T","question":{"kind":"scale","text":"How?"},"theme":{"scheme":null}})", "invalid"},
           {R"({"title":"T","question":{"kind":"scale","text":"How?"},"theme":{"logo":"x"}})", "invalid"}}) {
    EXPECT_EQ(owner_.post("/polls", each.body).code(), each.code) << each.body;
  }
  EXPECT_EQ(owner_.post("/polls").code(), "unsupported_media_type");
  EXPECT_EQ(owner_.post("/polls", std::string(65 * 1024, ' ')).status, 413U);
  EXPECT_THAT(items(owner_.get("/polls"), "title"), IsEmpty());
}

}  // namespace
}  // namespace pollux::admin
