// The contract of PollStore, for one user at a time. poll_store_races.cpp has several at once.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/managed_polls.hpp"
#include "poll/poll_run.hpp"
#include "poll/testing/images.hpp"

namespace pollux::conformance {
namespace {

using poll::ManagedPoll;
using poll::PollAction;
using poll::PollErrorCode;
using poll::PollState;
using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::chrono_literals;

template <class T>
PollErrorCode error_code(const poll::PollResult<T>& result) {
  EXPECT_FALSE(result) << "an error was expected";
  return result ? PollErrorCode::internal : result.error().code;
}

class PollStoreConformance : public PollStoreTest {
 protected:
  std::vector<std::string> titles(const poll::PollQuery& query) {
    std::vector<std::string> found;
    const poll::PollPage page = store().list(query).value();
    for (const ManagedPoll& poll : page.polls) found.push_back(poll.content.title);
    return found;
  }
};

TEST_P(PollStoreConformance, HasNoPollAtFirst) {
  EXPECT_EQ(error_code(store().find(next_id())), PollErrorCode::not_found);
  EXPECT_EQ(error_code(store().find(poll::PollCode::random())), PollErrorCode::not_found);
  EXPECT_EQ(error_code(store().runs(next_id())), PollErrorCode::not_found);
  EXPECT_TRUE(store().list({}).value().polls.empty());
  EXPECT_TRUE(store().due(noon, 10).value().empty());
}

TEST_P(PollStoreConformance, KeepsWhatItCreated) {
  const ManagedPoll created = create();
  EXPECT_EQ(created, poll::new_poll(created.id, created.code, content(), noon));
  EXPECT_EQ(store().find(created.id).value(), created);
  EXPECT_EQ(store().find(created.code).value(), created);
  EXPECT_EQ(subject_->connect({})->find(created.id).value(), created) << "another connection";
}

TEST_P(PollStoreConformance, KeepsEveryField) {
  poll::PollContent all{
      .title = "Zo\u00EB's \"100 %\" _poll_ \\ ';--",
      .question = which_colors(),
      .policies = {poll::ChangePolicy::never, poll::ResultsPolicy::after_close, std::nullopt, true},
      .schedule = {noon + 1h, noon + 1h + 1s, "America/Port-au-Prince"},
      .theme = {.accent = parse_color("#00ff1d"),
                .scheme = poll::ColorScheme::dark,
                .logo = poll::make_logo(poll::png(320, 96), "Zo\u00EB's school").value()}};
  const auto found = store().find(create(all).id).value();
  EXPECT_EQ(found.content, all);
  EXPECT_EQ(*found.content.theme.logo->image, poll::png(320, 96));
  all.policies = {poll::ChangePolicy::while_open, poll::ResultsPolicy::hidden,
                  poll::PollContent::max_keep_days};
  all.schedule = {std::nullopt, poll::PollTime(std::chrono::sys_days(9999y / 12 / 31)), "UTC"};
  all.title = std::string(poll::PollContent::max_title_bytes, 'x');
  all.theme = {.scheme = poll::ColorScheme::light};
  EXPECT_EQ(store().find(create(all).id).value().content, all);
}

TEST_P(PollStoreConformance, LetsAnOpenPollNeedTheCookie) {
  const ManagedPoll opened = open(create());
  EXPECT_FALSE(opened.content.policies.require_cookie);
  poll::PollContent strict = opened.content;
  strict.policies.require_cookie = true;
  const auto edited = store().edit(opened.id, opened.revision, strict, noon).value();
  EXPECT_EQ(edited.run, opened.run);
  EXPECT_EQ(store().find(opened.id).value(), edited);
  EXPECT_EQ(store().find(opened.id).value().content, strict);
  EXPECT_EQ(poll::duplicate(store(), opened.id, next_id(), noon).value().content, strict);
  EXPECT_EQ(store().edit(opened.id, edited.revision, opened.content, noon).value().content, opened.content);
  EXPECT_EQ(store().find(opened.id).value().content, opened.content);
}

TEST_P(PollStoreConformance, ReturnsThePollIfItIsCreatedAgain) {
  const ManagedPoll created = create();
  const ManagedPoll opened = open(created);
  EXPECT_EQ(store().create(created.id, content("Other"), noon + 1h).value(), opened);
  EXPECT_EQ(store().list({}).value().polls.size(), 1U);
}

TEST_P(PollStoreConformance, CreatesOnePollPerKey) {
  const ManagedPoll created = store().create({next_id(), content(), {}, "request 1"}, noon).value();
  const ManagedPoll opened = open(created);
  EXPECT_EQ(store().create({next_id(), content("Other"), {}, "request 1"}, noon).value(), opened);
  EXPECT_NE(store().create({next_id(), content(), {}, "request 2"}, noon).value().id, created.id);
  EXPECT_NE(create().id, create().id) << "no key";
  const std::string longest(poll::NewPoll::max_key_bytes, 'x');
  EXPECT_TRUE(store().create({next_id(), content(), {}, longest}, noon));
  EXPECT_EQ(error_code(store().create({next_id(), content(), {}, longest + "x"}, noon)),
            PollErrorCode::invalid);
  EXPECT_EQ(store().list({}).value().polls.size(), 5U);
}

TEST_P(PollStoreConformance, DoesNotUseTheKeyOfARemovedPollAgain) {
  const ManagedPoll removed = store().create({next_id(), content(), {}, "request"}, noon).value();
  ASSERT_TRUE(store().remove(removed.id, 1, noon));
  EXPECT_EQ(error_code(store().create({next_id(), content(), {}, "request"}, noon)), PollErrorCode::conflict);
}

TEST_P(PollStoreConformance, KeepsTheMakerAndListsTheirPolls) {
  const poll::MakerId ann = poll::MakerId::parse("0123456789abcdef01234567").value();
  const poll::MakerId bob = poll::MakerId::parse("bob").value();
  const ManagedPoll first = store().create({next_id(), content("first"), ann}, noon).value();
  EXPECT_EQ(first.maker, ann);
  store().create({next_id(), content("of bob"), bob}, noon).value();
  create(content("of an unknown maker"));
  store().create({next_id(), content("second"), ann}, noon).value();
  EXPECT_EQ(store().edit(first.id, 1, content("first, edited"), noon).value().maker, ann);
  EXPECT_EQ(open(first).maker, ann);
  EXPECT_EQ(store().find(first.code).value().maker, ann);
  EXPECT_THAT(titles({.maker = ann}), ElementsAre("second", "first, edited"));
  EXPECT_THAT(titles({.search = "edited", .maker = ann}), ElementsAre("first, edited"));
  EXPECT_THAT(titles({.search = "edited", .maker = bob}), ElementsAre());
  EXPECT_EQ(titles({}).size(), 4U);
}

TEST_P(PollStoreConformance, CountsChangesAndKnowsTheRevisions) {
  EXPECT_EQ(store().change_count().value(), 0U);
  EXPECT_TRUE(store().revisions().value().empty());
  const ManagedPoll first = create();
  const ManagedPoll second = create();
  std::uint64_t changes = store().change_count().value();
  const auto has_changed = [&] {
    const std::uint64_t before = std::exchange(changes, store().change_count().value());
    return before < changes;
  };
  EXPECT_FALSE(has_changed());
  ASSERT_TRUE(store().edit(first.id, 1, content("Other"), noon));
  EXPECT_TRUE(has_changed());
  open(first);
  EXPECT_TRUE(has_changed());
  open(first);
  EXPECT_FALSE(has_changed()) << "it was open";
  EXPECT_EQ(store().revisions().value(),
            (std::map<poll::PollId, std::uint64_t>{{first.id, 3}, {second.id, 1}}));
  ASSERT_TRUE(store().remove(second.id, 1, noon));
  EXPECT_TRUE(has_changed());
  EXPECT_EQ(store().revisions().value(), (std::map<poll::PollId, std::uint64_t>{{first.id, 3}}));
}

TEST_P(PollStoreConformance, RejectsContentOutOfBounds) {
  const poll::PollContent invalid_content = content("");
  EXPECT_EQ(error_code(store().create(next_id(), invalid_content, noon)), PollErrorCode::invalid);
  const ManagedPoll created = create();
  EXPECT_EQ(error_code(store().edit(created.id, 1, invalid_content, noon)), PollErrorCode::invalid);
  EXPECT_EQ(store().find(created.id).value(), created);
}

TEST_P(PollStoreConformance, HasAtMostSoManyPolls) {
  const auto limited = subject_->connect({.max_polls = 2});
  const ManagedPoll first = limited->create(next_id(), content(), noon).value();
  ASSERT_TRUE(limited->create(next_id(), content(), noon));
  EXPECT_EQ(error_code(limited->create(next_id(), content(), noon)), PollErrorCode::full);
  EXPECT_TRUE(limited->create(first.id, content(), noon)) << "it is there";
  ASSERT_TRUE(limited->remove(first.id, 1, noon));
  EXPECT_TRUE(limited->create(next_id(), content(), noon));
}

TEST_P(PollStoreConformance, TakesACodeThatNoOtherPollHas) {
  const ManagedPoll first = create();
  poll::PollCode other = poll::PollCode::parse("K7MXQ4").value();
  int made = 0;
  const auto colliding = subject_->connect({.make_code = [&] { return ++made <= 3 ? first.code : other; }});
  EXPECT_EQ(colliding->create(next_id(), content(), noon).value().code, other);
  EXPECT_EQ(made, 4);
  const auto exhausted = subject_->connect({.make_code = [&] { return other; }});
  const auto rejected = exhausted->create(next_id(), content(), noon);
  EXPECT_EQ(error_code(rejected), PollErrorCode::full);
  EXPECT_THAT(rejected.error().message, HasSubstr("random codes are in use"));
}

TEST_P(PollStoreConformance, ChangesNothingIfTheRevisionIsAnother) {
  const ManagedPoll created = create();
  const ManagedPoll edited = store().edit(created.id, 1, content("Second"), noon + 1min).value();
  EXPECT_EQ(edited.revision, 2U);
  EXPECT_EQ(edited.changed_at, noon + 1min);
  EXPECT_EQ(error_code(store().edit(created.id, 1, content("Third"), noon)), PollErrorCode::conflict);
  EXPECT_EQ(error_code(store().change(created.id, PollAction::open, 1, noon)), PollErrorCode::conflict);
  EXPECT_EQ(error_code(store().remove(created.id, 1, noon)), PollErrorCode::conflict);
  EXPECT_EQ(store().find(created.id).value(), edited);
  EXPECT_TRUE(store().change(created.id, PollAction::open, 2, noon));
}

TEST_P(PollStoreConformance, ChangesTheStateByTheTable) {
  const ManagedPoll created = create();
  EXPECT_EQ(error_code(store().change(created.id, PollAction::close, {}, noon)), PollErrorCode::not_allowed);
  EXPECT_EQ(store().change(created.id, PollAction::open, {}, noon + 1s).value(),
            poll::changed(created, PollAction::open, noon + 1s).value());
  EXPECT_EQ(store().change(created.id, PollAction::open, {}, noon + 2s).value().revision, 2U) << "it is open";
  store().change(created.id, PollAction::close, {}, noon + 3s).value();
  const ManagedPoll archived = store().change(created.id, PollAction::archive, {}, noon + 4s).value();
  EXPECT_EQ(archived.state, PollState::archived);
  EXPECT_EQ(store().find(created.id).value(), archived);
  EXPECT_EQ(error_code(store().change(next_id(), PollAction::open, {}, noon)), PollErrorCode::not_found);
}

TEST_P(PollStoreConformance, FreezesTheOptionsWithTheFirstVote) {
  const ManagedPoll opened = open(create());
  poll::PollContent other = content();
  other.question = which_colors();
  const ManagedPoll second_run = store().edit(opened.id, opened.revision, other, noon).value();
  EXPECT_EQ(second_run.run, 2U) << "there were no votes";
  record(run_id(second_run), "ann", "+");  // none of the options
  const auto frozen = store().edit(opened.id, second_run.revision, content(), noon);
  EXPECT_EQ(error_code(frozen), PollErrorCode::not_allowed);
  EXPECT_EQ(store().find(opened.id).value(), second_run);
  other.title = "Colors";
  EXPECT_EQ(store().edit(opened.id, second_run.revision, other, noon).value().run, 2U);
}

TEST_P(PollStoreConformance, KeepsTheVotesOfEarlierRuns) {
  const ManagedPoll first = open(create());
  record(run_id(first), "ann", "a");
  const ManagedPoll reset = store().change(first.id, PollAction::reset, {}, noon + 1h).value();
  EXPECT_EQ(reset.state, PollState::draft);
  poll::PollContent other = content();
  other.question = which_colors();
  const ManagedPoll edited = store().edit(first.id, reset.revision, other, noon).value();
  EXPECT_EQ(edited.run, 2U) << "a draft has no votes";
  record(run_id(edited), "ann", "b");
  EXPECT_EQ(subject_->recorded(run_id(first)), (poll::SelectionCounts{{selection("a"), 1}}));
  EXPECT_EQ(subject_->recorded(run_id(edited)), (poll::SelectionCounts{{selection("b"), 1}}));
  EXPECT_EQ(store().runs(first.id).value(),
            (std::vector<poll::PollRun>{{2, which_colors(), std::nullopt, std::nullopt},
                                        {1, tea_or_coffee(), noon, noon + 1h}}));
}

// A change that was announced, and that the database has lost.
poll::LostChange lost_change(const ManagedPoll& poll, PollState state, std::uint32_t run,
                             std::uint64_t revision) {
  return {.known = {.poll = poll.id, .state = state, .run = run, .revision = revision},
          .question = tea_or_coffee()};
}

TEST_P(PollStoreConformance, RaisesTheRevisionAboveChangesThatItHasLost) {
  const ManagedPoll poll = open(create());
  const ManagedPoll after =
      store().recover(poll.id, 2, lost_change(poll, PollState::closed, 1, 7), noon + 1h).value();
  EXPECT_EQ(after.revision, 8U);
  EXPECT_EQ(after.state, PollState::closed);
  EXPECT_EQ(after.closed_at, noon + 1h);
  EXPECT_EQ(store().find(poll.id).value(), after);
  EXPECT_EQ(error_code(store().recover(poll.id, 2, lost_change(poll, PollState::closed, 1, 7), noon + 2h)),
            PollErrorCode::conflict)
      << "another process was faster";
  EXPECT_EQ(store().find(poll.id).value(), after);
  EXPECT_EQ(error_code(store().change(poll.id, PollAction::open, 2, noon)), PollErrorCode::conflict);
  EXPECT_EQ(error_code(store().recover(next_id(), 1, lost_change(poll, PollState::closed, 1, 7), noon)),
            PollErrorCode::not_found);
}

TEST_P(PollStoreConformance, KeepsTheRunBeforeOneThatItHasForgotten) {
  const ManagedPoll poll = open(create());
  const ManagedPoll after =
      store().recover(poll.id, 2, lost_change(poll, PollState::open, 3, 9), noon + 1h).value();
  EXPECT_EQ(after.run, 3U);
  EXPECT_EQ(after.state, PollState::open);
  EXPECT_EQ(store().find(poll.id).value(), after);
  const auto runs = store().runs(poll.id).value();
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0].run, 3U);
  EXPECT_EQ(runs[0].opened_at, noon + 1h);
  EXPECT_EQ(runs[1].run, 1U);
  EXPECT_EQ(runs[1].closed_at, noon + 1h) << "the next run ends this one";
}

TEST_P(PollStoreConformance, DuplicatesWithoutTheSchedule) {
  poll::PollContent scheduled = content();
  scheduled.schedule = {noon + 1h, noon + 2h, "Europe/Berlin"};
  const ManagedPoll source = create(scheduled);
  store().change(source.id, PollAction::archive, {}, noon).value();
  const ManagedPoll copy = poll::duplicate(store(), source.id, next_id(), noon).value();
  EXPECT_NE(copy.code, source.code);
  EXPECT_EQ(copy.state, PollState::draft);
  scheduled.schedule = {.zone = "Europe/Berlin"};
  EXPECT_EQ(copy.content, scheduled);
  EXPECT_EQ(error_code(poll::duplicate(store(), next_id(), next_id(), noon)), PollErrorCode::not_found);
}

TEST_P(PollStoreConformance, ListsTheNewestFirstPageByPage) {
  for (int n = 1; n <= 5; ++n) create(content(std::to_string(n)));
  poll::PollQuery query{.limit = 2};
  std::vector<std::string> seen;
  for (int page = 1; page <= 3; ++page) {
    const poll::PollPage found = store().list(query).value();
    for (const ManagedPoll& poll : found.polls) seen.push_back(poll.content.title);
    EXPECT_EQ(found.next.has_value(), page < 3);
    query.after = found.next;
    create(content("created meanwhile"));
  }
  EXPECT_THAT(seen, ElementsAre("5", "4", "3", "2", "1"));
  EXPECT_EQ(store().list({.limit = 8}).value().next, std::nullopt) << "exactly a page";
}

TEST_P(PollStoreConformance, SeparatesTheArchivedOnes) {
  create(content("current"));
  const ManagedPoll old = create(content("old"));
  store().change(old.id, PollAction::archive, {}, noon).value();
  EXPECT_THAT(titles({}), ElementsAre("current"));
  EXPECT_THAT(titles({.archived = true}), ElementsAre("old"));
}

TEST_P(PollStoreConformance, SearchesCodeTitleAndQuestion) {
  const ManagedPoll first = create(content("\u00C4rzte im Haus"));
  create(content("50 % of _all_ \\ votes"));
  poll::PollContent colors = content("Art");
  colors.question = which_colors();
  create(colors);
  EXPECT_THAT(titles({.search = "\u00E4RZTE"}), ElementsAre("\u00C4rzte im Haus"));
  EXPECT_THAT(titles({.search = "which COL"}), ElementsAre("Art"));
  EXPECT_THAT(titles({.search = first.code.text().substr(1)}), ElementsAre("\u00C4rzte im Haus"));
  EXPECT_THAT(titles({.search = "50 %"}), ElementsAre("50 % of _all_ \\ votes"));
  EXPECT_THAT(titles({.search = "_all_ \\"}), ElementsAre("50 % of _all_ \\ votes"));
  EXPECT_THAT(titles({.search = "e%o"}), ElementsAre()) << "it is no pattern";
  EXPECT_EQ(titles({}).size(), 3U);
  EXPECT_THAT(titles({.search = "oder"}), ElementsAre());
}

TEST_P(PollStoreConformance, FindsWhatWasEdited) {
  const ManagedPoll created = create(content("before"));
  store().edit(created.id, 1, content("after"), noon).value();
  EXPECT_THAT(titles({.search = "before"}), ElementsAre());
  EXPECT_THAT(titles({.search = "after"}), ElementsAre("after"));
}

TEST_P(PollStoreConformance, RejectsQueriesOutOfBounds) {
  EXPECT_EQ(error_code(store().list({.limit = 0})), PollErrorCode::invalid);
  EXPECT_EQ(error_code(store().list({.limit = poll::PollQuery::max_limit + 1})), PollErrorCode::invalid);
  EXPECT_TRUE(store().list({.limit = poll::PollQuery::max_limit}));
  const std::string longest(poll::PollQuery::max_search_bytes, 'x');
  EXPECT_TRUE(store().list({.search = longest}));
  EXPECT_EQ(error_code(store().list({.search = longest + "x"})), PollErrorCode::invalid);
  EXPECT_EQ(error_code(store().due(noon, 0)), PollErrorCode::invalid);
  EXPECT_EQ(error_code(store().erase_removed(0)), PollErrorCode::invalid);
}

TEST_P(PollStoreConformance, KnowsWhatTheSchedulesDemand) {
  poll::PollContent scheduled = content();
  scheduled.schedule = {noon + 1h, noon + 2h, "UTC"};
  const ManagedPoll first = create(scheduled);
  scheduled.schedule = {std::nullopt, noon + 2h, "UTC"};
  const ManagedPoll second = open(create(scheduled));
  create(content("without a schedule"));
  EXPECT_TRUE(store().due(noon + 1h - 1s, 10).value().empty());
  EXPECT_THAT(store().due(noon + 1h, 10).value(),
              ElementsAre(poll::DueAction{first.id, PollAction::open, 1}));
  EXPECT_THAT(store().due(noon + 2h, 10).value(),
              ElementsAre(poll::DueAction{second.id, PollAction::close, 2}))
      << "it is too late to open the first one";
  ASSERT_TRUE(store().change(first.id, PollAction::open, 1, noon + 1h));
  EXPECT_EQ(store().due(noon + 2h, 10).value().size(), 2U);
  EXPECT_EQ(store().due(noon + 2h, 1).value().size(), 1U);
  for (const poll::DueAction& due : store().due(noon + 2h, 10).value()) {
    ASSERT_TRUE(store().change(due.poll, due.action, due.revision, noon + 2h));
  }
  EXPECT_TRUE(store().due(noon + 3h, 10).value().empty());
}

TEST_P(PollStoreConformance, RemovesAPollForGood) {
  const ManagedPoll removed = create();
  ASSERT_TRUE(store().remove(removed.id, 1, noon));
  EXPECT_EQ(error_code(store().find(removed.id)), PollErrorCode::not_found);
  EXPECT_EQ(error_code(store().find(removed.code)), PollErrorCode::not_found);
  EXPECT_EQ(error_code(store().runs(removed.id)), PollErrorCode::not_found);
  EXPECT_EQ(error_code(store().edit(removed.id, 2, content(), noon)), PollErrorCode::not_found);
  EXPECT_EQ(error_code(store().change(removed.id, PollAction::open, {}, noon)), PollErrorCode::not_found);
  EXPECT_EQ(error_code(store().remove(removed.id, 2, noon)), PollErrorCode::not_found);
  EXPECT_EQ(error_code(store().create(removed.id, content(), noon)), PollErrorCode::conflict);
  EXPECT_THAT(titles({}), ElementsAre());
  int made = 0;
  const auto colliding = subject_->connect(
      {.make_code = [&] { return ++made == 1 ? removed.code : poll::PollCode::parse("K7MXQ4").value(); }});
  EXPECT_NE(colliding->create(next_id(), content(), noon).value().code, removed.code);
}

TEST_P(PollStoreConformance, DoesNotRemoveAnOpenPoll) {
  const ManagedPoll opened = open(create());
  EXPECT_EQ(error_code(store().remove(opened.id, opened.revision, noon)), PollErrorCode::not_allowed);
  EXPECT_TRUE(store().find(opened.id));
}

TEST_P(PollStoreConformance, ErasesTheVotesOfRemovedPollsInSteps) {
  const ManagedPoll kept = closed(create());
  const ManagedPoll removed = closed(create());
  const poll::PollId second_run = poll::id_of_run(removed.id, 2);
  for (const std::string voter_id : {"ann", "bob", "cleo"}) {
    record(run_id(kept), voter_id, "a");
    record(run_id(removed), voter_id, "a");
    record(second_run, voter_id, "b");
  }
  record(poll::PollId::parse("default").value(), "ann", "a");
  ASSERT_TRUE(store().change(removed.id, PollAction::reset, {}, noon));
  ASSERT_TRUE(store().remove(removed.id, removed.revision + 1, noon));
  EXPECT_EQ(store().erase_removed(4).value(), 4U);
  EXPECT_EQ(store().erase_removed(4).value(), 2U);
  EXPECT_EQ(store().erase_removed(4).value(), 0U);
  for (const poll::PollId& run : {run_id(removed), second_run}) {
    EXPECT_TRUE(subject_->recorded(run).empty());
    EXPECT_EQ(subject_->tallies().tally(run).value(), (poll::Tally{run, 0, {}}));
  }
  EXPECT_EQ(subject_->tallies().tally(run_id(kept)).value().counts,
            (poll::SelectionCounts{{selection("a"), 3}}));
  EXPECT_EQ(subject_->recorded(poll::PollId::parse("default").value()).size(), 1U);

  record(run_id(removed), "dave", "b");
  EXPECT_EQ(store().erase_removed(4).value(), 1U) << "a vote that had waited in the queue";
  EXPECT_TRUE(subject_->recorded(run_id(removed)).empty());
}

INSTANTIATE_TEST_SUITE_P(, PollStoreConformance, testing::ValuesIn(poll_stores()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace pollux::conformance
