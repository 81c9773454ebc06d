#include "admin/vote_lines.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "admin/csv.hpp"
#include "base/encoding.hpp"
#include "base/json_object.hpp"

namespace pollux::admin {
namespace {

constexpr std::size_t key_bytes = 32;

using Values = std::vector<std::string_view>;

// The columns after the voter.
struct Names {
  const poll::Question& question;

  std::vector<std::string> operator()(const poll::SingleChoice&) const { return {"option", "label"}; }
  std::vector<std::string> operator()(const poll::MultipleChoice&) const {
    std::vector<std::string> names;
    for (const poll::Option& option : question.options()) names.push_back(option.id);
    return names;
  }
  std::vector<std::string> operator()(const poll::Scale&) const { return {"value"}; }
  std::vector<std::string> operator()(const poll::Ranking&) const {
    std::vector<std::string> names;
    for (std::size_t place = 1; place <= question.options().size(); ++place) {
      names.push_back("place_" + std::to_string(place));
    }
    return names;
  }
};

struct Fields {
  const poll::Question& question;
  const Values& values;

  std::vector<std::string> operator()(const poll::SingleChoice&) const {
    const auto chosen = std::ranges::find(question.options(), values.front(), &poll::Option::id);
    return {std::string(values.front()), chosen == question.options().end() ? "" : chosen->label};
  }
  std::vector<std::string> operator()(const poll::MultipleChoice&) const {
    std::vector<std::string> fields;
    for (const poll::Option& option : question.options()) {
      fields.emplace_back(std::ranges::find(values, option.id) == values.end() ? "0" : "1");
    }
    return fields;
  }
  std::vector<std::string> operator()(const poll::Scale&) const { return {std::string(values.front())}; }
  std::vector<std::string> operator()(const poll::Ranking&) const {
    std::vector<std::string> fields(values.begin(), values.end());
    fields.resize(question.options().size());
    return fields;
  }
};

}  // namespace

std::optional<VoteLines> VoteLines::create(const poll::Question& question, ExportFormat format,
                                           const std::string& key) {
  std::array<std::uint8_t, key_bytes> bytes;
  if (!from_hex(key, bytes)) return std::nullopt;
  return VoteLines(question, format, std::make_unique<const Signer>(bytes));
}

std::string VoteLines::header() const {
  if (format_ == ExportFormat::json_lines) return "";
  std::vector<std::string> names = std::visit(Names{*question_}, question_->answer());
  names.insert(names.begin(), "voter");
  return csv_line(names);
}

std::optional<std::string> VoteLines::line(const poll::RecordedVote& vote) const {
  const std::optional<Values> values = question_->values_of(vote.selection);
  if (!values) return std::nullopt;
  std::string voter = signer_->sign(vote.voter.text());
  if (format_ == ExportFormat::json_lines) {
    return JsonObject()
               .text("voter", voter)
               .json("values", json_array(*values, [](std::string_view value) { return json_string(value); }))
               .take() +
           "\n";
  }
  std::vector<std::string> fields = std::visit(Fields{*question_, *values}, question_->answer());
  fields.insert(fields.begin(), std::move(voter));
  return csv_line(fields);
}

}  // namespace pollux::admin
