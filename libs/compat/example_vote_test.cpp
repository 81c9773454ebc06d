#include "compat/example_vote.hpp"

#include <string>

#include <gtest/gtest.h>

namespace pollux::compat {
namespace {

poll::Vote vote_of(std::string_view voter, std::string_view selection, std::string_view poll = "default") {
  return {poll::PollId::parse(poll).value(), poll::VoterId::parse(voter).value(),
          poll::Selection::parse(selection).value()};
}

std::string error_of(std::string_view json) {
  const auto vote = decode_example_vote(json);
  if (vote) return "(accepted)";
  EXPECT_EQ(vote.error().code, ErrorCode::invalid);
  return vote.error().message;
}

TEST(ExampleVote, HasTheseBytes) {
  EXPECT_EQ(encode_example_vote(vote_of("xyz", "b")).value(), R"({"voter_id": "xyz", "vote": "b"})");
  EXPECT_EQ(encode_example_vote(vote_of("Zoë/\"\\", "€😀")).value(),
            R"({"voter_id": "Zo\u00eb/\"\\", "vote": "\u20ac\ud83d\ude00"})");
}

TEST(ExampleVote, IsInThePollThatTheApplicationHas) {
  const auto encoded = encode_example_vote(vote_of("xyz", "b", "lunch"));
  ASSERT_FALSE(encoded);
  EXPECT_EQ(encoded.error().code, ErrorCode::invalid);
}

// What Python 3's json.dumps writes for the same texts.
TEST(ExampleVote, EscapesAsPythonDoes) {
  EXPECT_EQ(to_ascii_json(""), R"("")");
  EXPECT_EQ(to_ascii_json(" ~/<>&'"), R"(" ~/<>&'")");
  EXPECT_EQ(to_ascii_json("\b\f\n\r\t\"\\"), R"("\b\f\n\r\t\"\\")");
  EXPECT_EQ(to_ascii_json(std::string_view("\0\x01\x1f\x7f", 4)), R"("\u0000\u0001\u001f\u007f")");
  EXPECT_EQ(to_ascii_json("\u0080\u07ff\u0800\uffff"), R"("\u0080\u07ff\u0800\uffff")");
  EXPECT_EQ(to_ascii_json("\U00010000\U0010ffff"), R"("\ud800\udc00\udbff\udfff")");
}

TEST(ExampleVote, IsReadAsItWasWritten) {
  for (const auto* text : {"xyz", "Zoë/\"\\", "€😀 <b>", "0"}) {
    const poll::Vote vote = vote_of(text, text);
    EXPECT_EQ(decode_example_vote(encode_example_vote(vote).value()).value(), vote);
  }
}

TEST(ExampleVote, IsReadAsTolerantlyAsByPython) {
  const poll::Vote vote = vote_of("xyz", "b");
  EXPECT_EQ(decode_example_vote(R"({"vote":"b","voter_id":"xyz"})").value(), vote);
  EXPECT_EQ(decode_example_vote(R"( {"extra": [1, {"x": null}], "voter_id": "xyz", "vote": "b"} )").value(),
            vote);
  EXPECT_EQ(decode_example_vote(R"({"vote": "a", "voter_id": "xyz", "vote": "b"})").value(), vote)
      << "the last one counts";
  EXPECT_EQ(decode_example_vote("{\"vote\": \"b\", \"voter_id\": \"Zoë\"}").value(), vote_of("Zoë", "b"));
}

TEST(ExampleVote, SaysWhatIsWrong) {
  EXPECT_EQ(error_of(""), "The example-voting-app vote is not valid JSON.");
  EXPECT_EQ(error_of("{'voter_id': 'x'}"), "The example-voting-app vote is not valid JSON.");
  EXPECT_EQ(error_of(R"({"voter_id": "x", "vote": "a"} x)"),
            "The example-voting-app vote is not valid JSON.");
  EXPECT_EQ(error_of(R"({"voter_id": "\ud800", "vote": "a"})"),
            "The example-voting-app vote is not valid JSON.");
  EXPECT_EQ(error_of("[]"), "The example-voting-app vote is not a JSON object.");
  EXPECT_EQ(error_of(R"({"vote": "a"})"), "The example-voting-app vote has no voter_id.");
  EXPECT_EQ(error_of(R"({"voter_id": "x"})"), "The example-voting-app vote has no vote.");
  EXPECT_EQ(error_of(R"({"voter_id": 7, "vote": "a"})"),
            "The example-voting-app vote's voter_id is not a string.");
  EXPECT_EQ(error_of(R"({"voter_id": "x", "vote": null})"),
            "The example-voting-app vote's vote is not a string.");
  EXPECT_EQ(error_of(R"({"voter_id": "", "vote": "a"})"), "The voter id is empty.");
  EXPECT_EQ(error_of(R"({"voter_id": "x\u0000", "vote": "a"})"),
            "The voter id has characters that are not plain text.");
  EXPECT_EQ(error_of(R"({"voter_id": "x", "vote": ")" + std::string(256, 'a') + "\"}"),
            "The selection has more than 255 bytes.");
  EXPECT_EQ(error_of(R"({"voter_id": "x", "vote": "a", "x": ")" + std::string(9000, 'x') + "\"}"),
            "The example-voting-app vote has more than 8192 bytes.");
  EXPECT_EQ(
      error_of(R"({"voter_id": "x", "vote": "a", "x": )" + std::string(8, '[') + std::string(8, ']') + "}"),
      "The example-voting-app vote is more than 8 levels deep.");
}

}  // namespace
}  // namespace pollux::compat
