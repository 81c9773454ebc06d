#include "queue/vote_entry.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pollux::queue {
namespace {

using Fields = std::vector<VoteEntryField>;

poll::Vote vote_of(std::string_view poll, std::string_view voter, std::string_view selection) {
  return {poll::PollId::parse(poll).value(), poll::VoterId::parse(voter).value(),
          poll::Selection::parse(selection).value()};
}

// A voter's id alone, of a vote for b.
Result<poll::Vote> decode_imported(std::string_view text) {
  if (text == "nonsense") return invalid("This is nonsense.");
  return vote_of("default", text, "b");
}

Result<poll::Vote> decode(const Fields& fields) {
  return decode_vote_entry(fields, decode_imported);
}

std::string error_of(const Fields& fields) {
  const auto vote = decode(fields);
  if (vote) return "(accepted)";
  EXPECT_EQ(vote.error().code, ErrorCode::invalid);
  return vote.error().message;
}

TEST(VoteEntry, HasTheseFields) {
  const poll::Vote vote = vote_of("default", "xyz", "b");
  EXPECT_THAT(encode_vote_entry(vote),
              testing::ElementsAre("poll", "default", "voter", "xyz", "selection", "b"));
}

TEST(VoteEntry, HasFormat2IfTheSelectionHasSeveralKeys) {
  for (const std::string selection : {"+a+c", "+a", ">b"}) {
    EXPECT_THAT(encode_vote_entry(vote_of("lunch", "xyz", selection)),
                testing::ElementsAre("poll", "lunch", "voter", "xyz", "selection", selection, "format", "2"));
  }
  for (const std::string selection : {"a", "10", "skip", "+"}) {
    EXPECT_EQ(encode_vote_entry(vote_of("lunch", "xyz", selection)).size(), 6U) << selection;
  }
}

// A worker that reads format 2 at most would record the last vote.
TEST(VoteEntry, HasFormat3IfTheFirstVoteOfTheVoterCounts) {
  for (const std::string selection : {"a", "+a+c"}) {
    poll::Vote vote = vote_of("lunch", "xyz", selection);
    vote.once = true;
    const auto entry = encode_vote_entry(vote);
    EXPECT_THAT(entry, testing::ElementsAre("poll", "lunch", "voter", "xyz", "selection", selection, "format",
                                            "3", "once", "1"));
    Fields fields;
    for (std::size_t n = 0; n < entry.size(); n += 2) fields.push_back({entry[n], entry[n + 1]});
    EXPECT_EQ(decode(fields).value(), vote);
    EXPECT_LE(format_of_vote_entry(fields).value(), vote_entry_format);
  }
}

TEST(VoteEntry, IsReadInAnyOrder) {
  const poll::Vote vote = vote_of("lunch", "Zoë \"'\\", "a b");
  EXPECT_EQ(decode(Fields{{"poll", "lunch"}, {"voter", "Zoë \"'\\"}, {"selection", "a b"}}).value(), vote);
  EXPECT_EQ(decode(Fields{{"selection", "a b"}, {"poll", "lunch"}, {"voter", "Zoë \"'\\"}}).value(), vote);
}

TEST(VoteEntry, MayHoldAnImportedVote) {
  EXPECT_EQ(decode(Fields{{"original", "xyz"}}).value(), vote_of("default", "xyz", "b"));
  EXPECT_EQ(error_of({{"original", "nonsense"}}), "This is nonsense.");
  EXPECT_EQ(error_of({{"original", "xyz"}, {"poll", "default"}}), "The entry holds two votes.");
  const auto without_decoder = decode_vote_entry(Fields{{"original", "xyz"}}, {});
  ASSERT_FALSE(without_decoder);
  EXPECT_EQ(without_decoder.error().code, ErrorCode::invalid);
}

TEST(VoteEntry, MayHaveFieldsThatAReaderDoesNotKnow) {
  EXPECT_EQ(decode(Fields{{"trace", "1"},
                          {"poll", "lunch"},
                          {"voter", "v"},
                          {"format", "1"},
                          {"selection", "a"},
                          {"trace", "\xff"}})
                .value(),
            vote_of("lunch", "v", "a"));
  EXPECT_EQ(decode(Fields{{"original", "xyz"}, {"trace", "1"}}).value(), vote_of("default", "xyz", "b"));
}

TEST(VoteEntry, MayHaveATrace) {
  constexpr const char* text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const Fields fields{{"poll", "lunch"}, {"voter", "v"}, {"selection", "a"}, {"traceparent", text}};
  const auto vote = decode(fields).value();
  EXPECT_EQ(vote, vote_of("lunch", "v", "a"));
  EXPECT_EQ(tracing::to_traceparent(vote.trace), text);
}

// A vote counts regardless of its trace.
TEST(VoteEntry, HasNoTraceIfTheFieldIsNotValid) {
  constexpr const char* text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const Fields vote{{"poll", "lunch"}, {"voter", "v"}, {"selection", "a"}};
  for (const Fields& traces : {Fields{}, Fields{{"traceparent", ""}}, Fields{{"traceparent", "\xff"}},
                               Fields{{"traceparent", text}, {"traceparent", text}}}) {
    Fields fields = vote;
    fields.insert(fields.end(), traces.begin(), traces.end());
    EXPECT_EQ(decode(fields).value(), vote_of("lunch", "v", "a"));
    EXPECT_FALSE(decode(fields)->trace.sampled);
  }
}

TEST(VoteEntry, HasAFormat) {
  EXPECT_EQ(format_of_vote_entry(Fields{{"poll", "p"}}).value(), 1U);
  EXPECT_EQ(format_of_vote_entry(Fields{{"poll", "p"}, {"format", "1"}}).value(), 1U);
  EXPECT_EQ(format_of_vote_entry(Fields{{"anything", ""}, {"format", "999999"}}).value(), 999'999U);
  for (const auto* text : {"", "0", "-1", "+1", "1.5", "two", " 2", "1000000", "99999999999999999999"}) {
    EXPECT_EQ(format_of_vote_entry(Fields{{"format", text}}).error().code, ErrorCode::invalid) << text;
  }
  EXPECT_EQ(format_of_vote_entry(Fields{{"format", "2"}, {"format", "2"}}).error().code, ErrorCode::invalid);
}

TEST(VoteEntry, SaysWhatIsWrong) {
  EXPECT_EQ(error_of({}), "The entry has no field poll.");
  EXPECT_EQ(error_of({{"poll", "p"}, {"selection", "a"}}), "The entry has no field voter.");
  EXPECT_EQ(error_of({{"poll", "p"}, {"voter", "v"}}), "The entry has no field selection.");
  EXPECT_EQ(error_of({{"poll", "p"}, {"voter", "v"}, {"voter", "w"}, {"selection", "a"}}),
            "The entry has the field voter twice.");
  EXPECT_EQ(error_of({{"poll", ""}, {"voter", "v"}, {"selection", "a"}}), "The poll id is empty.");
  EXPECT_EQ(error_of({{"poll", "p"}, {"voter", std::string(256, 'v')}, {"selection", "a"}}),
            "The voter id has more than 255 bytes.");
  EXPECT_EQ(error_of({{"poll", "p"}, {"voter", "v"}, {"selection", "a\nb"}}),
            "The selection has characters that are not plain text.");
}

}  // namespace
}  // namespace pollux::queue
