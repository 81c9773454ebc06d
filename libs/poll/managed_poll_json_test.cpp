#include "poll/managed_poll_json.hpp"

#include <chrono>
#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "poll/question_json.hpp"
#include "poll/testing/images.hpp"
#include "poll/testing/random_question.hpp"

namespace pollux::poll {
namespace {

using namespace std::chrono_literals;

constexpr PollTime midday = std::chrono::sys_days(2026y / 11 / 27) + 12h;

ManagedPoll drinks() {
  const auto question =
      parse_question_json(R"({"kind":"single","text":"Tea or coffee?","options":["Tea","Coffee"]})").value();
  return new_poll(PollId::parse("019aa0f2c1d2e3f405162738").value(), PollCode::parse("K7MXQ4").value(),
                  {.title = "Drinks", .question = question}, midday);
}

// What services of other versions wrote: a change of these texts would make their polls unreadable.
constexpr std::string_view stored =
    R"({"id":"019aa0f2c1d2e3f405162738","code":"K7MXQ4","title":"Drinks",)"
    R"("question":{"kind":"single","text":"Tea or coffee?","options":["Tea","Coffee"]},)"
    R"("change":"while_open","results":"live","keep_days":30,"opens_at":null,"closes_at":1795784400,)"
    R"("zone":"Europe/Berlin","state":"open","run":2,"revision":7,"created_at":1795780800,)"
    R"("changed_at":1795780860,"opened_at":1795780860,"closed_at":null})";

ManagedPoll stored_poll() {
  ManagedPoll poll = drinks();
  poll.content.schedule = {.opens_at = {}, .closes_at = midday + 1h, .zone = "Europe/Berlin"};
  poll.state = PollState::open;
  poll.run = 2;
  poll.revision = 7;
  poll.changed_at = midday + 1min;
  poll.opened_at = midday + 1min;
  return poll;
}

TEST(ManagedPollJson, HasOneForm) {
  EXPECT_EQ(to_json(stored_poll()), stored);
  const auto read = parse_managed_poll_json(stored);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, stored_poll());
}

TEST(ManagedPollJson, KeepsEveryField) {
  ManagedPoll poll = drinks();
  poll.content.title = "Zo\u00EB's \"100 %\" \\ <b>";
  poll.content.policies = {ChangePolicy::never, ResultsPolicy::after_close, std::nullopt, true};
  poll.content.schedule = {midday + 1h, midday + 2h, "America/Port-au-Prince"};
  poll.content.theme = {.accent = Color{.red = 1, .green = 254, .blue = 16}, .scheme = ColorScheme::dark};
  poll.opened_at = midday + 1h;
  poll.closed_at = midday + 2h;
  for (const PollState state : {PollState::draft, PollState::open, PollState::closed, PollState::archived}) {
    poll.state = state;
    ++poll.revision;
    const auto read = parse_managed_poll_json(to_json(poll));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(*read, poll);
  }
}

TEST(ManagedPollJson, HasATheme) {
  ManagedPoll poll = stored_poll();
  const auto with_theme = [](const std::string& theme) {
    return std::string(stored.substr(0, stored.size() - 1)) + ",\"theme\":" + theme + "}";
  };
  poll.content.theme = {.accent = parse_color("#0b7267")};
  EXPECT_EQ(to_json(poll), with_theme(R"({"accent":"#0b7267","scheme":"auto"})"));
  poll.content.theme = {.scheme = ColorScheme::light};
  const std::string light = with_theme(R"({"accent":null,"scheme":"light"})");
  EXPECT_EQ(to_json(poll), light);
  EXPECT_EQ(parse_managed_poll_json(light).value(), poll);
  for (const char* const wrong :
       {"7", "null", "{}", R"({"accent":"red","scheme":"auto"})", R"({"accent":null,"scheme":"dim"})"}) {
    const auto read = parse_managed_poll_json(with_theme(wrong));
    ASSERT_FALSE(read) << wrong;
    EXPECT_NE(read.error().message.find("theme"), std::string::npos) << read.error().message;
  }
}

TEST(ManagedPollJson, SaysWhetherVotesNeedTheCookie) {
  ManagedPoll poll = stored_poll();
  const auto with_flag = [](const std::string& flag) {
    return std::string(stored.substr(0, stored.size() - 1)) + ",\"require_cookie\":" + flag + "}";
  };
  EXPECT_EQ(parse_managed_poll_json(with_flag("false")).value(), poll);
  poll.content.policies.require_cookie = true;
  EXPECT_EQ(to_json(poll), with_flag("true"));
  EXPECT_EQ(parse_managed_poll_json(with_flag("true")).value(), poll);
  for (const char* const wrong : {"1", "null", "\"true\"", "{}"}) {
    const auto read = parse_managed_poll_json(with_flag(wrong));
    ASSERT_FALSE(read) << wrong;
    EXPECT_NE(read.error().message.find("require_cookie"), std::string::npos) << read.error().message;
  }
}

TEST(ManagedPollJson, HasALogoWithoutItsImage) {
  ManagedPoll poll = stored_poll();
  poll.content.theme.logo = make_logo(jpeg(320, 96), "Zo\u00EB's \"school\"").value();
  const std::string hash = poll.content.theme.logo->hash;
  const std::string text = to_json(poll);
  EXPECT_EQ(text, std::string(stored.substr(0, stored.size() - 1)) + R"(,"logo":{"hash":")" + hash +
                      R"(","type":"image/jpeg","width":320,"height":96,"alt":"Zo)"
                      "\u00EB"
                      R"('s \"school\""}})");
  const auto read = parse_managed_poll_json(text);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, poll);
  EXPECT_EQ(read->content.theme.logo->image, nullptr);
  for (const auto& [right, wrong] : {std::pair{hash, std::string("../x")},
                                     {"jpeg", "svg+xml"},
                                     {"320", "0"},
                                     {"96", "1025"},
                                     {"\"alt\"", "\"old\""}}) {
    std::string changed = text;
    changed.replace(changed.rfind(right), right.size(), wrong);
    EXPECT_FALSE(parse_managed_poll_json(changed)) << wrong;
  }
}

RC_GTEST_PROP(ManagedPollJson, KeepsEveryQuestion, ()) {
  ManagedPoll poll = drinks();
  poll.content.question = *random_questions();
  const std::string text = to_json(poll);
  RC_ASSERT(text.size() <= max_managed_poll_json_bytes);
  const auto read = parse_managed_poll_json(text);
  RC_ASSERT(read.has_value());
  RC_ASSERT(*read == poll);
}

TEST(ManagedPollJson, IgnoresMembersOfLaterVersions) {
  const std::string later = R"({"mood":{"music":"loud"},)" + std::string(stored.substr(1));
  const auto read = parse_managed_poll_json(later);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, stored_poll());
}

// The stored poll with a part of its text replaced.
std::string error_of(std::string_view part, std::string_view by) {
  std::string text(stored);
  text.replace(text.find(part), part.size(), by);
  const auto read = parse_managed_poll_json(text);
  return read ? "(accepted)" : read.error().message;
}

TEST(ManagedPollJson, RejectsWhatNoVersionWrote) {
  EXPECT_EQ(error_of(R"("run":2)", R"("runs":2)"), "The member run of the poll is missing or wrong.");
  EXPECT_EQ(error_of(R"("run":2)", R"("run":0)"), "The member run of the poll is missing or wrong.");
  EXPECT_EQ(error_of(R"("run":2)", R"("run":1000001)"), "The member run of the poll is missing or wrong.");
  EXPECT_EQ(error_of(R"("run":2)", R"("run":2.0)"), "The member run of the poll is missing or wrong.");
  EXPECT_EQ(error_of(R"("open")", R"("ajar")"), "The member state of the poll is missing or wrong.");
  EXPECT_EQ(error_of(R"("live")", "1"), "The member results of the poll is missing or wrong.");
  EXPECT_EQ(error_of("K7MXQ4", "K7MXQ0"), "The member code of the poll is missing or wrong.");
  EXPECT_EQ(error_of(R"("keep_days":30)", R"("keep_days":-1)"),
            "The member keep_days of the poll is missing or wrong.");
  EXPECT_EQ(error_of(R"("changed_at":1795780860)", R"("changed_at":null)"),
            "The member changed_at of the poll is missing or wrong.");
  EXPECT_EQ(error_of("single", "quiz"),
            "The kind of the question is none of single, multiple, scale and ranking.");
  EXPECT_EQ(error_of("1795784400", "1"), "The closing time is not between the years 2000 and 9999.");
  for (const std::string text : {"", "[]", "{", "null"}) {
    EXPECT_EQ(parse_managed_poll_json(text).error().message, "The poll is not a JSON object.") << text;
  }
  EXPECT_FALSE(parse_managed_poll_json(std::string(max_managed_poll_json_bytes + 1, ' ')));
}

}  // namespace
}  // namespace pollux::poll
