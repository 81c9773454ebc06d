#include "admin/results_csv.hpp"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "admin/csv.hpp"

namespace pollux::admin {
namespace {

std::string decimal(double value) {
  std::array<char, 32> digits;
  const auto [end, failed] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  return {digits.data(), end};
}

class Table {
 public:
  explicit Table(const poll::Question& question) : question_(question) {}

  std::string operator()(const poll::ChoiceResults& results) {
    begin({"option", "label", "votes", "share"}, results.voters);
    for (const poll::OptionCount& counted : results.options) {
      add({counted.option.id, counted.option.label, std::to_string(counted.count), decimal(counted.share)});
    }
    return text_;
  }

  std::string operator()(const poll::ScaleResults& results) {
    const poll::Scale::Format& format = std::get<poll::Scale>(question_.answer()).format();
    begin({"value", "label", "votes"}, results.voters);
    for (std::size_t place = 0; place < results.counts.size(); ++place) {
      const bool is_last = place + 1 == results.counts.size();
      const std::string& label = is_last ? format.high : format.low;
      add({std::to_string(place + 1), place == 0 || is_last ? label : "",
           std::to_string(results.counts[place])});
    }
    if (format.skippable) add({"skipped", "", std::to_string(results.skipped)});
    return text_;
  }

  std::string operator()(const poll::RankingResults& results) {
    std::vector<std::string> names{"option", "label", "points", "ranked", "average_rank"};
    for (std::size_t place = 1; place <= results.options.size(); ++place) {
      names.push_back("place_" + std::to_string(place));
    }
    begin(std::move(names), results.voters);
    for (const poll::RankedOption& ranked : results.options) {
      std::vector<std::string> line{ranked.option.id, ranked.option.label, std::to_string(ranked.points),
                                    std::to_string(ranked.ranked),
                                    ranked.average_rank ? decimal(*ranked.average_rank) : ""};
      for (const std::uint64_t count : ranked.places) line.push_back(std::to_string(count));
      add(std::move(line));
    }
    return text_;
  }

 private:
  void begin(std::vector<std::string> names, std::uint64_t voters) {
    voters_ = std::to_string(voters);
    names.insert(names.end(), {"voters", "question"});
    text_ = csv_line(names);
  }

  void add(std::vector<std::string> line) {
    line.insert(line.end(), {voters_, question_.text()});
    text_ += csv_line(line);
  }

  const poll::Question& question_;
  std::string voters_;
  std::string text_;
};

}  // namespace

std::string results_csv(const poll::Question& question, const poll::QuestionResults& results) {
  return std::visit(Table(question), results);
}

}  // namespace pollux::admin
