#include "poll/managed_poll.hpp"

#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "poll/poll_run.hpp"
#include "poll/question_json.hpp"

namespace pollux::poll {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

constexpr PollTime noon = std::chrono::sys_days(2026y / 11 / 27) + 12h;

Question question(const std::string& text, const std::string& options) {
  return parse_question_json(R"({"kind":"single","text":")" + text + R"(","options":[)" + options + "]}")
      .value();
}
Question lunch() {
  return question("What is for lunch?", R"("Noodles","Pizza")");
}

ManagedPoll new_draft() {
  return new_poll(make_poll_id(noon), PollCode::parse("K7MXQ4").value(),
                  {.title = "Lunch", .question = lunch()}, noon);
}
ManagedPoll in_state(PollState state) {
  ManagedPoll poll = new_draft();
  if (state == PollState::draft) return poll;
  poll = changed(std::move(poll), PollAction::open, noon + 1h).value();
  if (state == PollState::open) return poll;
  poll = changed(std::move(poll), PollAction::close, noon + 2h).value();
  if (state == PollState::closed) return poll;
  return changed(std::move(poll), PollAction::archive, noon + 3h).value();
}

std::string error_of(const PollResult<void>& result) {
  return result ? "no error" : result.error().message;
}

constexpr std::array states{PollState::draft, PollState::open, PollState::closed, PollState::archived};

TEST(ManagedPoll, ChangesItsStateAsTheTableSays) {
  using enum PollState;
  using To = std::vector<std::optional<PollState>>;
  const std::map<PollAction, To> table{{PollAction::open, {open, open, open, {}}},
                                       {PollAction::close, {{}, closed, closed, {}}},
                                       {PollAction::reset, {{}, draft, draft, {}}},
                                       {PollAction::archive, {archived, {}, archived, archived}}};
  for (const auto& [action, to] : table) {
    for (std::size_t n = 0; n < states.size(); ++n) {
      SCOPED_TRACE(std::string(name_of(states[n])) + ", action " + std::to_string(static_cast<int>(action)));
      const ManagedPoll before = in_state(states[n]);
      const auto after = changed(before, action, noon + 4h);
      ASSERT_EQ(after.has_value(), to[n].has_value());
      if (!after) {
        EXPECT_EQ(after.error().code, PollErrorCode::not_allowed);
        EXPECT_THAT(after.error().message, HasSubstr("The poll is"));
      } else if (*to[n] == states[n]) {
        EXPECT_EQ(*after, before) << "nothing changes, not even the revision";
      } else {
        EXPECT_EQ(after->state, *to[n]);
        EXPECT_EQ(after->revision, before.revision + 1);
        EXPECT_EQ(after->changed_at, noon + 4h);
      }
    }
  }
}

TEST(ManagedPoll, KeepsWhenItsRunWasOpenedFirstAndClosedLast) {
  ManagedPoll poll = in_state(PollState::closed);
  EXPECT_EQ(poll.opened_at, noon + 1h);
  EXPECT_EQ(poll.closed_at, noon + 2h);
  poll = changed(std::move(poll), PollAction::open, noon + 3h).value();
  EXPECT_EQ(poll.opened_at, noon + 1h);
  EXPECT_EQ(poll.closed_at, std::nullopt);
}

TEST(ManagedPoll, BeginsANewRunWithoutAScheduleWhenItIsReset) {
  ManagedPoll poll = in_state(PollState::open);
  poll.content.schedule = {.opens_at = noon, .closes_at = noon + 24h, .zone = "Europe/Berlin"};
  const PollId first = run_id(poll);
  poll = changed(std::move(poll), PollAction::reset, noon + 2h).value();
  EXPECT_EQ(poll.run, 2U);
  EXPECT_NE(run_id(poll), first);
  EXPECT_EQ(run_id(poll), id_of_run(poll.id, 2));
  EXPECT_EQ(poll.opened_at, std::nullopt);
  EXPECT_EQ(poll.content.schedule, (PollSchedule{.zone = "Europe/Berlin"}));
  EXPECT_EQ(poll.content.question, lunch());
}

TEST(ManagedPoll, IsNotOpenedAfterItsClosingTime) {
  ManagedPoll poll = new_draft();
  poll.content.schedule.closes_at = noon + 1h;
  EXPECT_TRUE(changed(poll, PollAction::open, noon));
  const auto late = changed(poll, PollAction::open, noon + 1h);
  ASSERT_FALSE(late);
  EXPECT_THAT(late.error().message, HasSubstr("closing time of the poll has passed"));
}

TEST(ManagedPoll, IsEditedFreelyWhileItIsADraft) {
  const ManagedPoll poll = new_draft();
  const PollContent other{.title = "Supper",
                          .question = question("Tea or coffee?", R"("Tea","Coffee","Water")")};
  const ManagedPoll edited_poll = edited(poll, other, false, noon + 1h).value();
  EXPECT_EQ(edited_poll.content, other);
  EXPECT_EQ(edited_poll.run, 1U);
  EXPECT_EQ(edited_poll.revision, 2U);
  EXPECT_EQ(edited(edited_poll, other, false, noon + 2h).value(), edited_poll) << "nothing to change";
}

TEST(ManagedPoll, MayBeRewordedWhenItHasVotes) {
  for (const PollState state : {PollState::open, PollState::closed}) {
    ManagedPoll poll = in_state(state);
    PollContent content = poll.content;
    content.question = question("What is for lunch?", R"("Nooddles","PIZZA!")");
    content.title = "Anything";
    content.policies = {ChangePolicy::never, ResultsPolicy::hidden, std::nullopt};
    poll = edited(std::move(poll), content, true, noon + 5h).value();
    EXPECT_EQ(poll.content, content);
    EXPECT_EQ(poll.run, 1U);
    EXPECT_EQ(poll.state, state);
  }
}

TEST(ManagedPoll, KeepsTheMeaningOfItsVotes) {
  for (const auto& [text, options] :
       std::map<std::string, std::string>{{"What is for lunch?", R"("Pizza","Noodles")"},
                                          {"What is for lunch? ", R"("Noodles","Pizza","Soup")"},
                                          {"What is for lunch today?", R"("Noodles","Rice")"},
                                          {"What is for breakfast?", R"("Noodles","Pizza")"}}) {
    const ManagedPoll poll = in_state(PollState::closed);
    const auto rejected =
        edited(poll, {.title = "Lunch", .question = question(text, options)}, true, noon + 5h);
    ASSERT_FALSE(rejected) << text << options;
    EXPECT_EQ(rejected.error().code, PollErrorCode::not_allowed);
    EXPECT_THAT(rejected.error().message, HasSubstr("reset the poll"));
  }
}

TEST(ManagedPoll, BeginsAnotherRunIfItAsksSomethingElseBeforeTheFirstVote) {
  const PollContent other{.title = "Lunch", .question = question("Tea or coffee?", R"("Tea","Coffee")")};
  ManagedPoll poll = edited(in_state(PollState::open), other, false, noon + 5h).value();
  EXPECT_EQ(poll.run, 2U) << "open pages may still vote in run 1";
  EXPECT_EQ(poll.state, PollState::open);
  EXPECT_EQ(poll.opened_at, noon + 5h);
  poll = edited(in_state(PollState::closed), other, false, noon + 5h).value();
  EXPECT_EQ(poll.run, 2U);
  EXPECT_EQ(poll.state, PollState::closed);
  EXPECT_EQ(poll.opened_at, std::nullopt);
}

TEST(ManagedPoll, IsNotEditedOnceItIsArchived) {
  const ManagedPoll poll = in_state(PollState::archived);
  const auto rejected = edited(poll, {.title = "Other", .question = lunch()}, false, noon + 5h);
  ASSERT_FALSE(rejected);
  EXPECT_EQ(rejected.error().code, PollErrorCode::not_allowed);
  EXPECT_THAT(rejected.error().message, HasSubstr("Duplicate it"));
}

TEST(ManagedPoll, IsRemovedUnlessItIsOpen) {
  for (const PollState state : states) {
    EXPECT_EQ(check_removable(in_state(state)).has_value(), state != PollState::open);
  }
}

TEST(ManagedPoll, HasNoMoreRunsThanIdsAllow) {
  ManagedPoll poll = in_state(PollState::closed);
  poll.run = max_run;
  EXPECT_EQ(run_id(poll).text().size(), poll.id.text().size() + 8);
  EXPECT_THAT(changed(poll, PollAction::reset, noon).error().message, HasSubstr("last run"));
}

TEST(ManagedPoll, ChecksTheRevision) {
  EXPECT_TRUE(check_revision(new_draft(), 1));
  const auto other = check_revision(new_draft(), 2);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, PollErrorCode::conflict);
}

class ManagedPollContent : public testing::Test {
 protected:
  std::string error() const { return error_of(check(content_)); }

  PollContent content_{.title = "Lunch", .question = lunch()};
};

TEST_F(ManagedPollContent, HasAVisibleTitle) {
  EXPECT_EQ(error(), "no error");
  content_.title = std::string(PollContent::max_title_bytes, 'x');
  EXPECT_EQ(error(), "no error");
  for (const std::string& bad :
       {std::string(), std::string(" "), std::string("a\nb"), std::string(201, 'x')}) {
    content_.title = bad;
    EXPECT_THAT(error(), HasSubstr("The title"));
  }
}

TEST_F(ManagedPollContent, ClosesAfterItOpens) {
  content_.schedule = {.opens_at = noon, .closes_at = noon + 1s};
  EXPECT_EQ(error(), "no error");
  content_.schedule.closes_at = noon;
  EXPECT_EQ(error(), "The closing time is not after the opening time.");
}

TEST_F(ManagedPollContent, HasTimesThatCanBeShown) {
  using std::chrono::sys_days;
  const PollTime first = sys_days(2000y / 1 / 1);
  const PollTime end = sys_days(std::chrono::year(10'000) / 1 / 1);
  content_.schedule = {.opens_at = first, .closes_at = end - 1s};
  EXPECT_EQ(error(), "no error");
  content_.schedule.closes_at = end;
  EXPECT_EQ(error(), "The closing time is not between the years 2000 and 9999.");
  content_.schedule = {.opens_at = first - 1s};
  EXPECT_EQ(error(), "The opening time is not between the years 2000 and 9999.");
}

TEST_F(ManagedPollContent, HasAZoneThatCanBeAName) {
  for (const std::string zone : {"UTC", "Europe/Berlin", "America/Port-au-Prince", "Etc/GMT+5"}) {
    content_.schedule.zone = zone;
    EXPECT_EQ(error(), "no error") << zone;
  }
  for (const std::string zone : {"", "/etc/passwd", "../zone", "Europe/", "a//b", "Zone 1"}) {
    content_.schedule.zone = zone;
    EXPECT_THAT(error(), HasSubstr("time zone")) << zone;
  }
  content_.schedule.zone = std::string(65, 'x');
  EXPECT_THAT(error(), HasSubstr("time zone"));
}

TEST_F(ManagedPollContent, KeepsVotesForDays) {
  for (const std::uint32_t days : {1U, PollContent::max_keep_days}) {
    content_.policies.keep_days = days;
    EXPECT_EQ(error(), "no error");
  }
  for (const std::uint32_t days : {0U, PollContent::max_keep_days + 1}) {
    content_.policies.keep_days = days;
    EXPECT_THAT(error(), HasSubstr("Votes are kept for 1 to 3650 days"));
  }
}

TEST(ManagedPollNames, AreReadAsTheyAreWritten) {
  for (const PollState state : states) EXPECT_EQ(parse_state(name_of(state)), state);
  for (const ChangePolicy policy : {ChangePolicy::never, ChangePolicy::while_open})
    EXPECT_EQ(parse_change_policy(name_of(policy)), policy);
  for (const ResultsPolicy policy :
       {ResultsPolicy::live, ResultsPolicy::after_vote, ResultsPolicy::after_close, ResultsPolicy::hidden})
    EXPECT_EQ(parse_results_policy(name_of(policy)), policy);
  EXPECT_EQ(parse_state("Open"), std::nullopt);
  EXPECT_EQ(parse_change_policy(""), std::nullopt);
}

TEST(ManagedPollSearch, IgnoresWhatReadersDoNotSee) {
  ManagedPoll poll = new_draft();
  poll.content.title = "\u00C4rzte  im \uFF28aus";
  EXPECT_THAT(search_text(poll), HasSubstr(folded("\u00E4RZTE im haus")));
  EXPECT_THAT(search_text(poll), HasSubstr(folded("what IS for")));
  EXPECT_THAT(search_text(poll), HasSubstr(folded("k7mxq4")));
}

}  // namespace
}  // namespace pollux::poll
