#include "poll/results_json.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json_object.hpp"

namespace pollux::poll {
namespace {

std::string numbers(const std::vector<std::uint64_t>& counts) {
  return json_array(counts, [](std::uint64_t count) { return std::to_string(count); });
}

class ResultsWriter {
 public:
  explicit ResultsWriter(const Question& question) : question_(question) {}

  std::string operator()(const ChoiceResults& results) const {
    const auto option = [](const OptionCount& counted) {
      return JsonObject()
          .text("id", counted.option.id)
          .text("label", counted.option.label)
          .number("count", counted.count)
          .decimal("share", counted.share)
          .take();
    };
    return begin(results.voters).json("options", json_array(results.options, option)).take();
  }

  std::string operator()(const ScaleResults& results) const {
    return begin(results.voters)
        .number("skipped", results.skipped)
        .json("counts", numbers(results.counts))
        .decimal("mean", results.mean)
        .decimal("median", results.median)
        .take();
  }

  std::string operator()(const RankingResults& results) const {
    const auto option = [](const RankedOption& ranked) {
      return JsonObject()
          .text("id", ranked.option.id)
          .text("label", ranked.option.label)
          .json("places", numbers(ranked.places))
          .number("ranked", ranked.ranked)
          .decimal("average_rank", ranked.average_rank)
          .number("points", ranked.points)
          .take();
    };
    return begin(results.voters)
        .json("options", json_array(results.options, option))
        .json("runoff", results.runoff ? runoff(*results.runoff) : "null")
        .take();
  }

 private:
  JsonObject begin(std::uint64_t voters) const {
    JsonObject object;
    object.text("kind", question_.kind()).number("voters", voters);
    return object;
  }

  // Of an option that a run-off has by its number.
  std::optional<std::string> id(std::optional<std::size_t> number) const {
    if (!number) return std::nullopt;
    return question_.options().at(*number).id;
  }

  std::string runoff(const Runoff& runoff) const {
    return JsonObject()
        .text_or_null("winner", id(runoff.winner))
        .json("rounds", json_array(runoff.rounds, [this](const RunoffRound& each) { return round(each); }))
        .take();
  }

  std::string round(const RunoffRound& round) const {
    const auto count = [](const std::optional<std::uint64_t>& votes) {
      return votes ? std::to_string(*votes) : "null";
    };
    return JsonObject()
        .json("counts", json_array(round.counts, count))
        .number("exhausted", round.exhausted)
        .text_or_null("eliminated", id(round.eliminated))
        .json("tied", json_array(round.tied, [this](std::size_t number) { return json_string(*id(number)); }))
        .number("decided_by_round", round.decided_by_round)
        .take();
  }

  const Question& question_;
};

}  // namespace

std::string results_json(const Question& question, const QuestionResults& results) {
  return std::visit(ResultsWriter(question), results);
}

}  // namespace pollux::poll
