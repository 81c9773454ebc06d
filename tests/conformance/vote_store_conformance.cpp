// The contract of VoteRecorder and TallyReader.
#include <algorithm>
#include <atomic>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "conformance/subjects.hpp"
#include "poll/testing/random_history.hpp"
#include "poll/testing/tabulate.hpp"

namespace pollux::conformance {
namespace {

using Batch = std::vector<poll::QueuedVote>;
using Counts = poll::SelectionCounts;

class VoteStoreConformance : public testing::TestWithParam<Adapter<VoteStoreSubject>> {
 protected:
  std::vector<poll::PollId> record(const Batch& batch) { return recorder().record(batch).value(); }
  poll::VoteRecorder& recorder() { return subject_->recorder(); }
  poll::Tally tally(std::string_view id = "default") { return subject_->tallies().tally(poll(id)).value(); }
  poll::Version latest_version() { return subject_->latest_version(); }

  // The counts of the tally, which must match the recorded votes.
  Counts counts(std::string_view id = "default") {
    Counts counted = tally(id).counts;
    EXPECT_EQ(counted, subject_->recorded(poll(id)));
    return counted;
  }

  std::unique_ptr<VoteStoreSubject> subject_ = GetParam().make();
};

TEST_P(VoteStoreConformance, IsEmptyAtFirst) {
  EXPECT_EQ(tally(), (poll::Tally{poll(), 0, {}}));
  EXPECT_EQ(counts(), Counts{});
  EXPECT_EQ(latest_version(), poll::Version{});
}

TEST_P(VoteStoreConformance, CountsEachVoterOnce) {
  record({queued(1, "ann", "a"), queued(2, "bob", "b")});
  record({queued(3, "cleo", "b")});
  EXPECT_EQ(counts(), (Counts{{selection("a"), 1}, {selection("b"), 2}}));
}

TEST_P(VoteStoreConformance, KeepsTheNewestVoteOfAVoter) {
  record({queued(1, "ann", "a")});
  record({queued(2, "ann", "b")});
  EXPECT_EQ(counts(), (Counts{{selection("b"), 1}}));
}

TEST_P(VoteStoreConformance, KeepsTheNewestOfSeveralVotesOfAVoterInABatch) {
  record({queued(1, "ann", "a"), queued(3, "ann", "c"), queued(2, "ann", "b"), queued(4, "bob", "a")});
  EXPECT_EQ(counts(), (Counts{{selection("a"), 1}, {selection("c"), 1}}));
}

TEST_P(VoteStoreConformance, IgnoresAnOlderVoteThatArrivesLater) {
  record({queued(5, "ann", "a")});
  EXPECT_TRUE(record({queued(4, "ann", "b")}).empty());
  EXPECT_EQ(counts(), (Counts{{selection("a"), 1}}));
  EXPECT_EQ(latest_version(), (poll::Version{1, 5}));
}

// For a poll in which votes can't be changed.
poll::QueuedVote once(poll::QueuedVote vote) {
  vote.vote.once = true;
  return vote;
}

TEST_P(VoteStoreConformance, KeepsTheFirstVoteOfAVoterWhoMayNotChangeIt) {
  EXPECT_EQ(record({once(queued(2, "ann", "a"))}).size(), 1U);
  EXPECT_TRUE(record({once(queued(3, "ann", "b"))}).empty());
  EXPECT_EQ(counts(), (Counts{{selection("a"), 1}}));
  EXPECT_EQ(record({once(queued(1, "ann", "c"))}).size(), 1U) << "the first one, delivered last";
  EXPECT_EQ(counts(), (Counts{{selection("c"), 1}}));
  EXPECT_TRUE(record({once(queued(1, "ann", "c")), once(queued(2, "ann", "a"))}).empty());
  EXPECT_EQ(counts(), (Counts{{selection("c"), 1}}));
}

TEST_P(VoteStoreConformance, KeepsTheFirstOfSeveralVotesOfAVoterInABatch) {
  record({once(queued(3, "ann", "c", "lunch")), once(queued(1, "ann", "a", "lunch")),
          once(queued(2, "ann", "b", "lunch")), queued(4, "ann", "a"), queued(5, "ann", "b")});
  EXPECT_EQ(counts("lunch"), (Counts{{selection("a"), 1}}));
  EXPECT_EQ(counts(), (Counts{{selection("b"), 1}})) << "another poll in the same batch";
}

TEST_P(VoteStoreConformance, FollowsAChangeOfThePolicyFromOneVoteToTheNext) {
  record({queued(1, "ann", "a")});
  record({once(queued(2, "ann", "b"))});
  EXPECT_EQ(counts(), (Counts{{selection("a"), 1}}));
  record({queued(3, "ann", "c")});
  EXPECT_EQ(counts(), (Counts{{selection("c"), 1}}));
}

TEST_P(VoteStoreConformance, KeepsTheVersionOfAVoteForTheSameSelection) {
  record({queued(1, "ann", "a")});
  record({queued(5, "ann", "a")});
  record({queued(3, "ann", "b")});
  EXPECT_EQ(counts(), (Counts{{selection("a"), 1}}));
}

TEST_P(VoteStoreConformance, ComparesTheTimeOfAVersionBeforeItsSequence) {
  record({{{2, 0}, vote("ann", "a")}});
  record({{{1, 9}, vote("ann", "b")}});
  record({{{2, 1}, vote("bob", "a")}, {{10, 0}, vote("bob", "b")}});
  EXPECT_EQ(counts(), (Counts{{selection("a"), 1}, {selection("b"), 1}}));
}

TEST_P(VoteStoreConformance, RecordsARepeatedBatchOnce) {
  const Batch batch{queued(1, "ann", "a"), queued(2, "bob", "b"), queued(3, "ann", "b")};
  record(batch);
  const poll::Tally before = tally();
  EXPECT_TRUE(record(batch).empty());
  EXPECT_EQ(tally(), before);
}

TEST_P(VoteStoreConformance, AcceptsAnEmptyBatch) {
  EXPECT_TRUE(record({}).empty());
}

TEST_P(VoteStoreConformance, ReturnsThePollsWhoseCountsChanged) {
  EXPECT_THAT(record({queued(1, "ann", "a", "pets"), queued(2, "ann", "a", "food")}),
              testing::UnorderedElementsAre(poll("pets"), poll("food")));
  const auto changed = record({queued(3, "ann", "a", "pets"), queued(4, "ann", "b", "food")});
  EXPECT_EQ(changed, std::vector{poll("food")});
  EXPECT_EQ(counts("food"), (Counts{{selection("b"), 1}}));
}

TEST_P(VoteStoreConformance, RaisesTheVersionOfTheTallyOnlyWithAChangeOfTheCounts) {
  record({queued(1, "ann", "a"), queued(2, "bob", "b")});
  const auto first = tally().version;
  EXPECT_GT(first, 0U);
  record({queued(3, "ann", "a")});
  record({queued(4, "ann", "b"), queued(5, "bob", "a")});
  EXPECT_EQ(tally().version, first) << "the counts are the same";
  record({queued(6, "ann", "a")});
  EXPECT_GT(tally().version, first);
}

TEST_P(VoteStoreConformance, RecordsNothingOfARejectedBatch) {
  record({queued(1, "ann", "a")});
  const std::uint64_t too_large = std::uint64_t{1} << 63U;
  for (const poll::Version version : {poll::Version{too_large, 0}, poll::Version{1, too_large}}) {
    const auto rejected = recorder().record(Batch{queued(2, "ann", "b"), {version, vote("bob", "b")}});
    ASSERT_FALSE(rejected);
    EXPECT_EQ(rejected.error().code, ErrorCode::invalid);
  }
  EXPECT_EQ(counts(), (Counts{{selection("a"), 1}}));
  record({{{too_large - 1, too_large - 1}, vote("bob", "b")}});
  EXPECT_EQ(latest_version(), (poll::Version{too_large - 1, too_large - 1}));
}

TEST_P(VoteStoreConformance, KeepsEverythingWhenItIsReopened) {
  record({queued(1, "ann", "a"), queued(2, "bob", "b")});
  record({queued(3, "ann", "b")});
  const poll::Tally before = tally();
  subject_->reopen();
  EXPECT_EQ(tally(), before);
  EXPECT_EQ(counts(), (Counts{{selection("b"), 2}}));
  EXPECT_EQ(latest_version(), (poll::Version{1, 3}));
  EXPECT_TRUE(record({queued(2, "ann", "a")}).empty());
}

TEST_P(VoteStoreConformance, KeepsPollsApart) {
  Batch batch;
  for (std::uint64_t n = 0; n < 200; ++n) {
    batch.push_back(queued(n, "ann", n % 2 == 0 ? "a" : "b", "poll" + std::to_string(n)));
  }
  EXPECT_EQ(record(batch).size(), 200U);
  for (std::uint64_t n = 0; n < 200; ++n) {
    EXPECT_EQ(counts("poll" + std::to_string(n)), (Counts{{selection(n % 2 == 0 ? "a" : "b"), 1}}));
  }
  EXPECT_EQ(latest_version(), (poll::Version{1, 199}));
}

TEST_P(VoteStoreConformance, CountsTwentySixSelections) {
  Batch batch;
  Counts expected;
  std::uint64_t place = 0;
  for (char letter = 'a'; letter <= 'z'; ++letter) {
    const std::string selected(1, letter);
    for (int n = 0; n <= letter - 'a'; ++n) {
      ++place;
      batch.push_back(queued(place, "voter" + std::to_string(place), selected));
    }
    expected[selection(selected)] = static_cast<std::uint64_t>(letter - 'a') + 1;
  }
  record(batch);
  EXPECT_EQ(counts(), expected);
}

TEST_P(VoteStoreConformance, CountsTheKeysOfASelection) {
  record({queued(1, "ann", "+a+c"), queued(2, "bob", "+c"), queued(3, "cid", "+")});
  EXPECT_EQ(counts(), (Counts{{selection("+"), 3}, {selection("a"), 1}, {selection("c"), 2}}));
  record({queued(4, "ann", ">b>a", "order"), queued(5, "bob", ">b", "order")});
  EXPECT_EQ(
      counts("order"),
      (Counts{{selection(">b>a"), 1}, {selection(">b"), 1}, {selection("b1"), 2}, {selection("a2"), 1}}));
}

TEST_P(VoteStoreConformance, ReplacesTheKeysOfTheFormerSelection) {
  record({queued(1, "ann", "+a+c"), queued(2, "bob", "+a+b")});
  const auto version = tally().version;
  EXPECT_EQ(record({queued(3, "ann", "+b")}), std::vector{poll()});
  EXPECT_EQ(counts(), (Counts{{selection("+"), 2}, {selection("a"), 1}, {selection("b"), 2}}));
  EXPECT_GT(tally().version, version);
  EXPECT_TRUE(record({queued(4, "ann", "+b")}).empty());
  record({queued(5, "ann", "+"), queued(6, "bob", "+")});
  EXPECT_EQ(counts(), (Counts{{selection("+"), 2}}));
}

TEST_P(VoteStoreConformance, ReadsTheTopOfMoreThanAThousandKeys) {
  Batch batch;
  std::uint64_t place = 0;
  const auto cast = [&](const std::string& selected) {
    ++place;
    batch.push_back(queued(place, "voter" + std::to_string(place), selected));
  };
  for (int n = 0; n < 3; ++n) cast(">a>b");
  std::string order = "abcdefg";
  constexpr std::uint64_t others = 1200;
  for (std::uint64_t n = 0; n < others; ++n, std::ranges::next_permutation(order)) {
    std::string ranking;
    for (const char option : order) ranking.append(1, '>').append(1, option);
    cast(ranking);
  }
  record(batch);

  const poll::Tally top = tally();
  EXPECT_EQ(top.counts.size(), static_cast<std::size_t>(poll::TallyReader::top_keys));
  EXPECT_EQ(top.counts.at(selection(">a>b")), 3U) << "the most frequent ranking";
  const poll::Tally full = subject_->tallies().full_tally(poll()).value();
  EXPECT_EQ(full.version, top.version);
  EXPECT_EQ(full.omitted_keys, 0U);
  EXPECT_EQ(full.counts, subject_->recorded(poll()));
  EXPECT_EQ(top.omitted_keys, full.counts.size() - top.counts.size());
  for (const auto& [key, count] : full.counts) {
    if (key.text()[0] != '>') {
      EXPECT_EQ(poll::count_in(top.counts, key.text()), count) << key;
    }
  }
}

TEST_P(VoteStoreConformance, ReadsAThousandKeysInFull) {
  Batch batch;
  for (std::uint64_t n = 1; n <= 1000; ++n) {
    batch.push_back(queued(n, "voter" + std::to_string(n), "word" + std::to_string(n)));
  }
  record(batch);
  EXPECT_EQ(counts().size(), 1000U);
  EXPECT_EQ(tally().omitted_keys, 0U);
  record({queued(1001, "voter1001", "word1001")});
  EXPECT_EQ(tally().counts.size(), 150U);
  EXPECT_EQ(tally().omitted_keys, 851U);
  EXPECT_EQ(subject_->tallies().full_tally(poll()).value().counts.size(), 1001U);
}

TEST_P(VoteStoreConformance, ReadsTheTalliesOfSeveralPolls) {
  Batch batch{queued(1, "ann", "a", "pets"), queued(2, "bob", "+b+c", "Zoë's")};
  for (std::uint64_t n = 3; n <= 1003; ++n) {
    batch.push_back(queued(n, "voter" + std::to_string(n), "word" + std::to_string(n), "words"));
  }
  record(batch);
  record({queued(1004, "cid", "b", "pets")});
  const std::vector polls{poll("words"), poll("nothing yet"), poll("Zoë's"), poll("pets")};
  const auto tallies = subject_->tallies().tallies(polls);
  ASSERT_EQ(tallies.size(), polls.size());
  for (std::size_t i = 0; i < polls.size(); ++i) EXPECT_EQ(tallies[i].value(), tally(polls[i].text()));
  EXPECT_EQ(tallies[0]->omitted_keys, 851U) << "counted for each poll";
  EXPECT_EQ(tallies[1]->version, 0U);
  EXPECT_TRUE(subject_->tallies().tallies({}).empty());
}

TEST_P(VoteStoreConformance, KeepsTextOfEveryLengthAndAlphabet) {
  const std::string longest(255, 'x');
  const Batch batch{queued(1, longest, longest, std::string(64, 'p')),
                    queued(2, longest, "Ä '\";--%", "Zoë's"), queued(3, "A", "a", "Zoë's"),
                    queued(4, "a", "A", "Zoë's"), queued(5, "a ", "a", "Zoë's")};
  record(batch);
  EXPECT_EQ(counts(std::string(64, 'p')), (Counts{{selection(longest), 1}}));
  EXPECT_EQ(counts("Zoë's"), (Counts{{selection("Ä '\";--%"), 1}, {selection("a"), 2}, {selection("A"), 1}}));
}

TEST_P(VoteStoreConformance, ServesReadersWhileItRecords) {
  constexpr std::uint64_t batch_size = 100;
  std::atomic<bool> recording = true;
  auto reader = std::async(std::launch::async, [&] {
    std::uint64_t version = 0;
    std::uint64_t torn = 0;
    while (recording) {
      const poll::Tally tally = this->tally();
      if (poll::total(tally) % batch_size != 0 || tally.version < version) ++torn;
      version = tally.version;
      if (latest_version().sequence % batch_size != 0) ++torn;
    }
    return torn;
  });
  std::uint64_t place = 0;
  for (int n = 0; n < 50; ++n) {
    Batch batch;
    for (std::uint64_t i = 0; i < batch_size; ++i) {
      ++place;
      batch.push_back(queued(place, "voter" + std::to_string(place), "a"));
    }
    record(batch);
  }
  recording = false;
  EXPECT_EQ(reader.get(), 0U) << "a reader sees whole batches, and never an older state after a newer one";
  EXPECT_EQ(counts(), (Counts{{selection("a"), place}}));
}

class VoteStoreHistory : public testing::TestWithParam<Adapter<VoteStoreSubject>> {};

std::map<poll::PollId, Counts> counts_of_all(VoteStoreSubject& subject) {
  std::map<poll::PollId, Counts> counts;
  for (const poll::PollId& id : poll::history_polls())
    counts[id] = subject.tallies().tally(id).value().counts;
  return counts;
}

void record_with_restarts(VoteStoreSubject& subject, const poll::RandomHistory& history) {
  auto before = counts_of_all(subject);
  for (const auto& batch : history.batches) {
    const auto changed = subject.recorder().record(batch).value();
    auto after = counts_of_all(subject);
    for (const poll::PollId& id : poll::history_polls()) {
      RC_ASSERT(std::ranges::count(changed, id) == (before[id] == after[id] ? 0 : 1));
    }
    before = std::move(after);
    if (*rc::gen::inRange(0, 20) == 0) subject.reopen();
  }
}

TEST_P(VoteStoreHistory, AmountsToTheTabulatedVotes) {
  const bool holds = rc::check([] {
    const poll::RandomHistory history = *poll::random_histories();
    const auto subject = GetParam().make();
    record_with_restarts(*subject, history);
    for (const poll::PollId& id : poll::history_polls()) {
      const poll::SelectionCounts expected = poll::tabulate(id, history.accepted);
      RC_ASSERT(subject->tallies().tally(id).value().counts == expected);
      RC_ASSERT(subject->recorded(id) == expected);
    }
    const poll::Version latest = history.accepted.empty() ? poll::Version{} : history.accepted.back().version;
    RC_ASSERT(subject->latest_version() == latest);
  });
  EXPECT_TRUE(holds);
}

INSTANTIATE_TEST_SUITE_P(, VoteStoreConformance, testing::ValuesIn(vote_stores()),
                         [](const auto& tested) { return tested.param.name; });

INSTANTIATE_TEST_SUITE_P(, VoteStoreHistory, testing::ValuesIn(vote_stores()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace pollux::conformance
