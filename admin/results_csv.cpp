#include "admin/results_csv.hpp"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <variant>

namespace pollux::admin {
namespace {

constexpr std::string_view end_of_line = "\r\n";

std::string decimal(double value) {
  std::array<char, 32> digits;
  const auto [end, failed] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  return {digits.data(), end};
}

std::string line(std::initializer_list<std::string> fields) {
  std::string out;
  for (const std::string& field : fields) out.append(out.empty() ? "" : ",").append(field);
  return out.append(end_of_line);
}

struct Rows {
  const poll::Question& question;

  std::string operator()(const poll::ChoiceResults& results) const {
    std::string out = line({"option", "label", "votes", "share"});
    for (const poll::OptionCount& counted : results.options) {
      out += line({counted.option.id, csv_field(counted.option.label), std::to_string(counted.count),
                   decimal(counted.share)});
    }
    return out;
  }

  std::string operator()(const poll::ScaleResults& results) const {
    const poll::Scale::Format& format = std::get<poll::Scale>(question.answer()).format();
    std::string out = line({"value", "label", "votes"});
    for (std::size_t place = 0; place < results.counts.size(); ++place) {
      const bool is_last = place + 1 == results.counts.size();
      const std::string& label = is_last ? format.high : format.low;
      out += line({std::to_string(place + 1), place == 0 || is_last ? csv_field(label) : "",
                   std::to_string(results.counts[place])});
    }
    if (format.skippable) out += line({"skipped", "", std::to_string(results.skipped)});
    return out;
  }

  std::string operator()(const poll::RankingResults& results) const {
    std::string out = "option,label,points,ranked,average_rank";
    for (std::size_t place = 1; place <= results.options.size(); ++place) {
      out += ",place_" + std::to_string(place);
    }
    out += end_of_line;
    for (const poll::RankedOption& ranked : results.options) {
      out += ranked.option.id + "," + csv_field(ranked.option.label) + "," + std::to_string(ranked.points) +
             "," + std::to_string(ranked.ranked) + "," +
             (ranked.average_rank ? decimal(*ranked.average_rank) : "");
      for (const std::uint64_t count : ranked.places) out += "," + std::to_string(count);
      out += end_of_line;
    }
    return out;
  }
};

}  // namespace

std::string results_csv(const poll::Question& question, const poll::QuestionResults& results) {
  return std::visit(Rows{question}, results);
}

std::string csv_field(std::string_view text) {
  const bool is_formula =
      !text.empty() && std::string_view("=+-@\t\r\n").find(text.front()) != std::string_view::npos;
  std::string field = is_formula ? "'" : "";
  field += text;
  if (field.find_first_of(",\"\r\n") == std::string::npos) return field;
  std::string quoted = "\"";
  for (const char character : field) {
    if (character == '"') quoted += '"';
    quoted += character;
  }
  return quoted + "\"";
}

}  // namespace pollux::admin
