// Results against slow and obvious ones, computed from the answers themselves.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "poll/question.hpp"
#include "poll/testing/random_question.hpp"
#include "poll/testing/tabulate.hpp"

namespace pollux::poll {
namespace {

using Answers = std::vector<SubmittedValues>;

SelectionCounts tally(const Question& question, const Answers& answers) {
  SelectionCounts selections;
  for (const SubmittedValues& answer : answers) ++selections[parse(question, answer).value()];
  return by_key(selections);
}

bool close(std::optional<double> one, std::optional<double> other) {
  if (!one || !other) return one.has_value() == other.has_value();
  return std::abs(*one - *other) < 1e-9;
}

std::uint64_t containing(const Answers& answers, const std::string& value) {
  return static_cast<std::uint64_t>(std::ranges::count_if(
      answers, [&](const SubmittedValues& answer) { return std::ranges::count(answer, value) > 0; }));
}

void check_choice(const ChoiceResults& results, const Question& question, const Answers& answers) {
  RC_ASSERT(results.voters == answers.size());
  RC_ASSERT(results.options.size() == question.options().size());
  for (const OptionCount& option : results.options) {
    const std::uint64_t count = containing(answers, option.option.id);
    RC_ASSERT(option.count == count);
    const double share =
        answers.empty() ? 0 : static_cast<double>(count) / static_cast<double>(answers.size());
    RC_ASSERT(close(option.share, share));
  }
}

void check_scale(const ScaleResults& results, const Answers& answers) {
  std::vector<double> numbers;
  for (const SubmittedValues& answer : answers) {
    if (answer[0] != "skip") numbers.push_back(std::stod(answer[0]));
  }
  std::ranges::sort(numbers);
  RC_ASSERT(results.voters == answers.size());
  RC_ASSERT(results.skipped == answers.size() - numbers.size());
  for (std::size_t i = 0; i < results.counts.size(); ++i) {
    RC_ASSERT(results.counts[i] == containing(answers, std::to_string(i + 1)));
  }
  std::optional<double> mean;
  std::optional<double> median;
  if (const std::size_t size = numbers.size(); size > 0) {
    mean = std::accumulate(numbers.begin(), numbers.end(), 0.0) / static_cast<double>(size);
    median = size % 2 == 1 ? numbers[size / 2] : (numbers[size / 2 - 1] + numbers[size / 2]) / 2;
  }
  RC_ASSERT(close(results.mean, mean));
  RC_ASSERT(close(results.median, median));
}

// Eliminates options from the ballots themselves.
struct NaiveRound {
  std::map<std::string, std::uint64_t> counts;
  std::uint64_t exhausted = 0;
  std::string eliminated;
};

std::string naive_loser(const std::vector<NaiveRound>& rounds) {
  // Compares what options had in the newest round, then in the one before …, then their letters.
  const auto history = [&](const std::string& option) {
    std::vector<std::uint64_t> counts;
    for (auto round = rounds.rbegin(); round != rounds.rend(); ++round)
      counts.push_back(round->counts.at(option));
    return counts;
  };
  std::string loser;
  for (const auto& [option, count] : rounds.back().counts) {
    if (loser.empty() || history(option) <= history(loser)) loser = option;  // the later letter
  }
  return loser;
}

std::vector<NaiveRound> naive_run_off(const Question& question, Answers ballots) {
  std::vector<NaiveRound> rounds;
  std::vector<std::string> remaining;
  for (const Option& option : question.options()) remaining.push_back(option.id);
  while (!ballots.empty()) {
    NaiveRound round;
    for (const std::string& option : remaining) round.counts[option] = 0;
    for (const SubmittedValues& ballot : ballots) {
      if (ballot.empty()) ++round.exhausted;
      if (!ballot.empty()) ++round.counts[ballot[0]];
    }
    rounds.push_back(round);
    for (const auto& [option, count] : round.counts) {
      if (2 * count > ballots.size() - round.exhausted) return rounds;
    }
    const std::string loser = naive_loser(rounds);
    rounds.back().eliminated = loser;
    std::erase(remaining, loser);
    for (SubmittedValues& ballot : ballots) std::erase(ballot, loser);
  }
  return rounds;
}

void check_run_off(const Runoff& runoff, const Question& question, const Answers& answers) {
  const auto expected = naive_run_off(question, answers);
  RC_ASSERT(runoff.rounds.size() == expected.size());
  RC_ASSERT(runoff.winner.has_value() == !answers.empty());
  for (std::size_t n = 0; n < expected.size(); ++n) {
    const RunoffRound& round = runoff.rounds[n];
    RC_ASSERT(round.exhausted == expected[n].exhausted);
    for (std::size_t i = 0; i < round.counts.size(); ++i) {
      const auto count = expected[n].counts.find(question.options()[i].id);
      RC_ASSERT(round.counts[i].has_value() == (count != expected[n].counts.end()));
      if (round.counts[i]) RC_ASSERT(*round.counts[i] == count->second);
    }
    const std::string eliminated = round.eliminated ? question.options()[*round.eliminated].id : "";
    RC_ASSERT(eliminated == expected[n].eliminated);
    std::vector<std::uint64_t> counts;
    for (const auto& [option, votes] : expected[n].counts) counts.push_back(votes);
    const auto equal = std::ranges::count(counts, std::ranges::min(counts));
    const bool tie = !eliminated.empty() && equal > 1;
    RC_ASSERT(round.tied.size() == (tie ? static_cast<std::size_t>(equal) : 0));
  }
}

void check_ranking(const RankingResults& results, const Question& question, const Answers& answers) {
  RC_ASSERT(results.voters == answers.size());
  const std::size_t options = question.options().size();
  for (const RankedOption& option : results.options) {
    std::uint64_t points = 0;
    std::vector<double> ranks;
    for (const SubmittedValues& answer : answers) {
      const auto rank = std::ranges::find(answer, option.option.id) - answer.begin() + 1;
      if (rank > std::ssize(answer)) continue;
      ranks.push_back(static_cast<double>(rank));
      points += options - static_cast<std::size_t>(rank);  // one for each option below
    }
    RC_ASSERT(option.ranked == ranks.size());
    RC_ASSERT(option.points == points);
    for (std::size_t i = 0; i < options; ++i) {
      RC_ASSERT(option.places[i] ==
                static_cast<std::uint64_t>(std::ranges::count(ranks, static_cast<double>(i + 1))));
    }
    std::optional<double> average;
    if (!ranks.empty()) {
      average = std::accumulate(ranks.begin(), ranks.end(), 0.0) / static_cast<double>(ranks.size());
    }
    RC_ASSERT(close(option.average_rank, average));
  }
  RC_ASSERT(results.runoff.has_value());
  check_run_off(*results.runoff, question, answers);
}

RC_GTEST_PROP(QuestionResults, AreThoseOfTheAnswers, ()) {
  const Question question = *random_questions();
  const Answers answers = *random_answers(question);
  const SelectionCounts counts = tally(question, answers);
  for (const auto& [key, count] : counts) RC_ASSERT(question.has_key(key));
  const QuestionResults results = question.results(counts);
  RC_CLASSIFY(std::holds_alternative<RankingResults>(results), "ranking");
  if (const auto* choice = std::get_if<ChoiceResults>(&results)) check_choice(*choice, question, answers);
  if (const auto* scale = std::get_if<ScaleResults>(&results)) check_scale(*scale, answers);
  if (const auto* ranking = std::get_if<RankingResults>(&results)) check_ranking(*ranking, question, answers);
}

// Few options and many ties.
RC_GTEST_PROP(QuestionResults, OfRankingsAreThoseOfTheAnswers, ()) {
  const std::vector<std::string> labels{"One", "Two", "Three", "Four"};
  const Question question = Question::create("Which?", Ranking::create(labels, 1).value()).value();
  const Answers answers = *random_answers(question);
  check_ranking(std::get<RankingResults>(question.results(tally(question, answers))), question, answers);
}

RC_GTEST_PROP(QuestionResults, DoNotDependOnTheOrderOfASet, ()) {
  const Question question = *random_questions();
  RC_PRE(question.kind() == "multiple");
  for (SubmittedValues answer : *random_answers(question)) {
    const auto selection = parse(question, answer);
    std::ranges::reverse(answer);
    RC_ASSERT(parse(question, answer).value() == selection.value());
  }
}

TEST(QuestionResults, HaveNoRunOffIfRankingsAreMissing) {
  const Question question = Question::create("Which?", Ranking::create({"One", "Two"}, 1).value()).value();
  SelectionCounts counts = tally(question, {{"a", "b"}, {"b"}});
  EXPECT_TRUE(std::get<RankingResults>(question.results(counts)).runoff);
  counts.erase(Selection::parse(">b").value());
  const auto results = std::get<RankingResults>(question.results(counts));
  EXPECT_FALSE(results.runoff);
  EXPECT_EQ(results.voters, 2U);
  EXPECT_EQ(results.options[0].points, 1U);
}

TEST(QuestionResults, IgnoreKeysThatTheQuestionDoesNotHave) {
  const Question question = Question::create("Which?", SingleChoice::create({"One", "Two"}).value()).value();
  const SelectionCounts counts{{Selection::parse("a").value(), 2}, {Selection::parse("c").value(), 5}};
  EXPECT_EQ(std::get<ChoiceResults>(question.results(counts)).voters, 2U);
}

}  // namespace
}  // namespace pollux::poll
