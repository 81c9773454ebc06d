// The contract of VoteReader (libs/poll/vote_reader.hpp).
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/managed_polls.hpp"
#include "poll/vote_reader.hpp"

namespace pollux::conformance {
namespace {

using poll::RecordedVote;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::MatchesRegex;

class VoteReaderTest : public PollStoreTest {
 protected:
  static RecordedVote vote_of(std::string_view voter_id, std::string_view selected) {
    return {voter(voter_id), selection(selected)};
  }

  const std::unique_ptr<poll::VoteReader> reader_ = subject_->votes();
};

TEST_P(VoteReaderTest, PagesThroughTheVotesOfOneRun) {
  const poll::PollId run = next_id();
  record(run, "cleo", "a");
  record(run, "Zoë", "+a+b");
  record(run, "ann", "b");
  record(run, "ann", "a");
  record(next_id(), "bob", "b");
  const RecordedVote cleo = vote_of("cleo", "a");
  EXPECT_THAT(reader_->votes(run, {}, 2).value(), ElementsAre(vote_of("Zoë", "+a+b"), vote_of("ann", "a")));
  EXPECT_THAT(reader_->votes(run, voter("ann"), 2).value(), ElementsAre(cleo));
  EXPECT_THAT(reader_->votes(run, voter("b"), 1).value(), ElementsAre(cleo)) << "a voter that does not exist";
  EXPECT_THAT(reader_->votes(run, voter("cleo"), 1).value(), IsEmpty());
  EXPECT_THAT(reader_->votes(next_id(), {}, 1).value(), IsEmpty());
}

TEST_P(VoteReaderTest, ReadsEachVoterOnceWhileVotesAreRecorded) {
  const poll::PollId run = next_id();
  constexpr int voters = 250;
  const auto name = [](int number) { return "voter " + std::to_string(1000 + number); };
  for (int number = 0; number < voters; ++number) record(run, name(number), "a");
  std::vector<std::string> read;
  std::optional<poll::VoterId> after;
  for (;;) {
    const auto page = reader_->votes(run, after, 100).value();
    for (const RecordedVote& each : page) read.push_back(each.voter.text());
    if (page.size() < 100) break;
    after = page.back().voter;
    record(run, name(0), "b");
  }
  ASSERT_EQ(read.size(), std::size_t{voters});
  for (int number = 0; number < voters; ++number)
    EXPECT_EQ(read[static_cast<std::size_t>(number)], name(number));
}

TEST_P(VoteReaderTest, RejectsPagesThatAreEmptyOrTooLong) {
  for (const std::size_t limit : {std::size_t{0}, poll::VoteReader::max_page + 1}) {
    EXPECT_EQ(reader_->votes(next_id(), {}, limit).error().code, ErrorCode::invalid);
  }
}

TEST_P(VoteReaderTest, HasOneKeyForEachPoll) {
  const poll::PollId lunch = create().id;
  const poll::PollId dinner = create().id;
  const std::string key = reader_->export_key(lunch).value();
  EXPECT_THAT(key, MatchesRegex("[0-9a-f]{64}"));
  EXPECT_EQ(reader_->export_key(lunch).value(), key);
  EXPECT_EQ(subject_->votes()->export_key(lunch).value(), key) << "in all processes";
  EXPECT_NE(reader_->export_key(dinner).value(), key);
}

TEST_P(VoteReaderTest, ForgetsTheKeyOfADeletedPoll) {
  const poll::ManagedPoll poll = create();
  ASSERT_TRUE(reader_->export_key(poll.id));
  ASSERT_TRUE(store().remove(poll.id, poll.revision, noon));
  EXPECT_EQ(reader_->export_key(poll.id).error().code, ErrorCode::invalid);
  EXPECT_EQ(reader_->export_key(next_id()).error().code, ErrorCode::invalid);
}

INSTANTIATE_TEST_SUITE_P(, VoteReaderTest, testing::ValuesIn(poll_stores()),
                         [](const auto& adapter) { return adapter.param.name; });

}  // namespace
}  // namespace pollux::conformance
