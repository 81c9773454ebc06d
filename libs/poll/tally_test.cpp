#include "poll/tally.hpp"

#include <map>
#include <utility>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "poll/results.hpp"
#include "poll/testing/random_history.hpp"
#include "poll/testing/tabulate.hpp"

namespace pollux::poll {
namespace {

Selection selection(std::string_view text) {
  return Selection::parse(text).value();
}
PollId poll(std::string_view text) {
  return PollId::parse(text).value();
}

QueuedVote queued(Version version, std::string_view poll_id, std::string_view voter,
                  std::string_view chosen) {
  return {version, {poll(poll_id), VoterId::parse(voter).value(), selection(chosen)}};
}

TEST(Tally, CountsZeroForASelectionWithoutVotes) {
  const Tally tally{poll("pets"), 1, {{selection("a"), 2}, {selection("b"), 3}}};
  EXPECT_EQ(count_in(tally.counts, "a"), 2U);
  EXPECT_EQ(count_in(tally.counts, "c"), 0U);
  EXPECT_EQ(total(tally), 5U);
}

TEST(TallyChange, MovesAVoterFromOneSelectionToAnother) {
  TallyChange change;
  change.replace(std::nullopt, selection("a"));
  change.replace(selection("b"), selection("a"));
  SelectionCounts counts{{selection("b"), 1}};
  ASSERT_TRUE(change.apply_to(counts));
  EXPECT_EQ(counts, (SelectionCounts{{selection("a"), 2}})) << "a count that falls to zero is removed";
}

TEST(TallyChange, IsEmptyIfTheChangesCancelOut) {
  TallyChange change;
  EXPECT_TRUE(change.empty());
  change.replace(selection("a"), selection("a"));
  change.replace(selection("a"), selection("b"));
  change.replace(selection("b"), selection("a"));
  EXPECT_TRUE(change.empty());
  change.replace(std::nullopt, selection("a"));
  EXPECT_FALSE(change.empty());
}

TEST(TallyChange, LeavesCountsUnchangedThatItDoesNotFit) {
  TallyChange change;
  change.replace(std::nullopt, selection("a"));
  change.replace(selection("b"), selection("c"));
  SelectionCounts counts{{selection("a"), 4}};
  EXPECT_EQ(change.apply_to(counts).error().code, ErrorCode::internal);
  EXPECT_EQ(counts, (SelectionCounts{{selection("a"), 4}}));
}

TEST(Tabulate, CountsTheLastVoteOfEachVoterOfThePoll) {
  const std::vector<QueuedVote> accepted{
      queued({5, 1}, "pets", "ann", "b"), queued({5, 0}, "pets", "ann", "a"),
      queued({4, 9}, "pets", "ann", "c"), queued({5, 1}, "pets", "ann", "b"),
      queued({1, 0}, "pets", "bob", "a"), queued({6, 0}, "food", "ann", "a"),
  };
  EXPECT_EQ(tabulate(poll("pets"), accepted), (SelectionCounts{{selection("a"), 1}, {selection("b"), 1}}));
  EXPECT_EQ(tabulate(poll("none"), accepted), SelectionCounts{});
}

Poll cats_or_dogs() {
  return Poll::create(PollId::parse("pets").value(), "Cats or dogs?", {"Cats", "Dogs"}).value();
}

TEST(Results, ListEveryOptionInOrderWithLabelCountAndShare) {
  const Poll poll = cats_or_dogs();
  const Results results = make_results(poll, {poll.id(), 7, {{selection("b"), 3}, {selection("a"), 2}}});
  EXPECT_EQ(results,
            (Results{poll.id(), 7, "Cats or dogs?", {{{"a", "Cats"}, 2, 0.4}, {{"b", "Dogs"}, 3, 0.6}}, 5}));
}

TEST(Results, ShowZeroForAnOptionWithoutVotes) {
  const Poll poll = cats_or_dogs();
  const Results results = make_results(poll, {poll.id(), 0, {}});
  EXPECT_EQ(results.options, (std::vector<OptionCount>{{{"a", "Cats"}, 0}, {{"b", "Dogs"}, 0}}));
  EXPECT_EQ(results.total, 0U);
}

TEST(Results, OmitSelectionsThatThePollDoesNotHave) {
  const Poll poll = cats_or_dogs();
  const Results results = make_results(poll, {poll.id(), 1, {{selection("a"), 1}, {selection("c"), 5}}});
  EXPECT_EQ(results.total, 1U);
  EXPECT_EQ(results.options.size(), 2U);
}

// Counts like a store: one recorded vote per voter and poll, and one change of the counts per batch.
class BatchCount {
 public:
  void record(const std::vector<QueuedVote>& batch) {
    std::map<PollId, TallyChange> changes;
    for (const QueuedVote& delivered : batch) {
      const auto [place, first] =
          recorded_.try_emplace({delivered.vote.poll, delivered.vote.voter}, delivered);
      if (first) {
        changes[delivered.vote.poll].replace(std::nullopt, delivered.vote.selection);
      } else if (place->second.version < delivered.version) {
        changes[delivered.vote.poll].replace(place->second.vote.selection, delivered.vote.selection);
        place->second = delivered;
      }
    }
    for (const auto& [id, change] : changes) RC_ASSERT(change.apply_to(counts_[id]).has_value());
  }

  const SelectionCounts& counts(const PollId& id) { return counts_[id]; }

 private:
  std::map<std::pair<PollId, VoterId>, QueuedVote> recorded_;
  std::map<PollId, SelectionCounts> counts_;
};

RC_GTEST_PROP(TallyChange, BatchByBatchEqualsTabulating, ()) {
  const RandomHistory history = *random_histories();
  BatchCount count;
  for (const auto& batch : history.batches) count.record(batch);
  for (const PollId& id : history_polls()) RC_ASSERT(count.counts(id) == tabulate(id, history.accepted));
}

RC_GTEST_PROP(Tabulate, IgnoresOrderAndRepetition, ()) {
  const RandomHistory history = *random_histories();
  std::vector<QueuedVote> delivered;
  for (const auto& batch : history.batches) delivered.insert(delivered.end(), batch.begin(), batch.end());
  for (const PollId& id : history_polls())
    RC_ASSERT(tabulate(id, delivered) == tabulate(id, history.accepted));
}

}  // namespace
}  // namespace pollux::poll
