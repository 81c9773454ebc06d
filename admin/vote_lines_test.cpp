#include "admin/vote_lines.hpp"

#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "poll/question_json.hpp"

namespace pollux::admin {
namespace {

const std::string key(64, '7');
const std::string colors = R"({"kind":"KIND","text":"?","options":["Red, warm","Blue","=Green"]})";

poll::Question question_of(const std::string& kind) {
  std::string text = colors;
  text.replace(text.find("KIND"), 4, kind);
  return poll::parse_question_json(text).value();
}

poll::RecordedVote vote(const std::string& selection, const std::string& voter = "ann") {
  return {poll::VoterId::parse(voter).value(), poll::Selection::parse(selection).value()};
}

// Without the pseudonym; "none" if the vote has no line.
std::string csv_of(const poll::Question& question, const std::string& selection) {
  const VoteLines lines = VoteLines::create(question, ExportFormat::csv, key).value();
  const auto line = lines.line(vote(selection));
  return line ? line->substr(Signer::signature_digits) : "none";
}

std::string header_of(const poll::Question& question) {
  return VoteLines::create(question, ExportFormat::csv, key).value().header();
}

TEST(VoteLines, HaveTheOptionOfASingleChoice) {
  const poll::Question question = question_of("single");
  EXPECT_EQ(header_of(question), "voter,option,label\r\n");
  EXPECT_EQ(csv_of(question, "a"), ",a,\"Red, warm\"\r\n");
  EXPECT_EQ(csv_of(question, "c"), ",c,'=Green\r\n");
  EXPECT_EQ(csv_of(question, "d"), "none") << "an option that the question does not have";
}

TEST(VoteLines, HaveAColumnForEachOptionOfAMultipleChoice) {
  const poll::Question question =
      poll::parse_question_json(R"({"kind":"multiple","text":"?","options":["Red","Blue"],"min":0})").value();
  EXPECT_EQ(header_of(question), "voter,a,b\r\n");
  EXPECT_EQ(csv_of(question, "+b"), ",0,1\r\n");
  EXPECT_EQ(csv_of(question, "+"), ",0,0\r\n");
}

TEST(VoteLines, HaveTheValueOfAScale) {
  const poll::Question question =
      poll::parse_question_json(R"({"kind":"scale","text":"?","size":5,"skippable":true})").value();
  EXPECT_EQ(header_of(question), "voter,value\r\n");
  EXPECT_EQ(csv_of(question, "4"), ",4\r\n");
  EXPECT_EQ(csv_of(question, "skip"), ",skip\r\n");
  EXPECT_EQ(csv_of(question, "6"), "none");
}

TEST(VoteLines, HaveTheOptionsOfARankingByPlace) {
  const poll::Question question = question_of("ranking");
  EXPECT_EQ(header_of(question), "voter,place_1,place_2,place_3\r\n");
  EXPECT_EQ(csv_of(question, ">c>a"), ",c,a,\r\n");
}

TEST(VoteLines, AreObjectsInJsonLines) {
  const poll::Question question = question_of("ranking");
  const VoteLines lines = VoteLines::create(question, ExportFormat::json_lines, key).value();
  EXPECT_EQ(lines.header(), "");
  const std::string line = lines.line(vote(">c>a")).value();
  EXPECT_EQ(line.substr(0, 10), R"({"voter":")");
  EXPECT_EQ(line.substr(10 + Signer::signature_digits), "\",\"values\":[\"c\",\"a\"]}\n");
}

// echo -n ann | openssl dgst -sha256 -mac HMAC -macopt hexkey:7777…
TEST(VoteLines, NameVotersByAKeyedHash) {
  const poll::Question question = question_of("single");
  const auto voter_of = [&](const std::string& with_key, const std::string& voter) {
    return VoteLines::create(question, ExportFormat::csv, with_key)
        .value()
        .line(vote("a", voter))
        .value()
        .substr(0, Signer::signature_digits);
  };
  EXPECT_EQ(voter_of(key, "ann"), "5ce384a1bf28163dc4239ca003e920ae");
  EXPECT_NE(voter_of(key, "bob"), voter_of(key, "ann"));
  EXPECT_NE(voter_of(std::string(64, '8'), "ann"), voter_of(key, "ann")) << "in another poll";
}

TEST(VoteLines, RejectADamagedKey) {
  const poll::Question question = question_of("single");
  EXPECT_FALSE(VoteLines::create(question, ExportFormat::csv, "77"));
  EXPECT_FALSE(VoteLines::create(question, ExportFormat::csv, std::string(64, 'x')));
}

}  // namespace
}  // namespace pollux::admin
