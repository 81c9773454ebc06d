// Answers of any bytes to questions of each kind: the first line is the question, as a digit or as JSON, each
// further one is a value of the form. All lines together are also read as the selection of a stored vote, as
// a poll in JSON, as the definition of a run, and as a poll's code.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <vector>

#include "poll/managed_poll_json.hpp"
#include "poll/poll_code.hpp"
#include "poll/poll_run.hpp"
#include "poll/question.hpp"
#include "poll/question_json.hpp"
#include "poll/selection_keys.hpp"
#include "poll/tally.hpp"

namespace poll = pollux::poll;

namespace {

constexpr std::string_view questions[] = {
    R"({"kind":"single","text":"Tea or coffee?","options":["Tea","Coffee"]})",
    R"({"kind":"multiple","text":"Which days?","options":["Mon","Tue","Wed"],"min":0,"max":2})",
    R"({"kind":"scale","text":"How was it?","size":10,"low":"Poor","high":"Great","skippable":true})",
    R"({"kind":"ranking","text":"In which order?","options":["Red","Blue","Green","Grey"],"min":2})"};
constexpr std::size_t max_keys = 129;

void require(bool holds) {
  if (!holds) std::abort();
}

std::optional<poll::Question> question_of(std::string_view line) {
  const bool is_digit = line.size() == 1 && line[0] >= '0' && line[0] <= '3';
  auto question = poll::parse_question_json(is_digit ? questions[line[0] - '0'] : line);
  return question ? std::optional(*std::move(question)) : std::nullopt;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    lines.push_back(text.substr(0, text.find('\n')));
    text.remove_prefix(std::min(text.size(), lines.back().size() + 1));
  }
  return lines;
}

// A selection has the values that make it.
void check_values(const poll::Question& question, const poll::Selection& selection) {
  const auto values = question.values_of(selection);
  if (values) require(question.parse(*values).value() == selection);
}

void check_answer(const poll::Question& question, std::string_view lines) {
  const auto selection = question.parse(lines_of(lines));
  if (!selection) return require(!selection.error().message.empty());
  require(question.values_of(*selection).has_value());
  check_values(question, *selection);
  poll::SelectionCounts counts;
  for (const poll::Selection& key : poll::keys_of(*selection)) {
    require(question.has_key(key));
    counts[key] = 1;
  }
  question.results(counts);
}

// As a vote of another version, or of another question, may have it.
void check_stored(const poll::Question& question, std::string_view text) {
  const auto selection = poll::Selection::parse(text);
  if (!selection) return;
  const auto keys = poll::keys_of(*selection);
  require(!keys.empty() && keys.size() <= max_keys);
  check_values(question, *selection);
  poll::TallyChange change;
  change.replace(std::nullopt, *selection);
  poll::SelectionCounts counts;
  require(change.apply_to(counts).has_value() && counts.size() == keys.size());
  question.results(counts);
}

void check_poll(std::string_view text) {
  if (const auto made = poll::parse_managed_poll_json(text)) {
    require(poll::parse_managed_poll_json(poll::to_json(*made)).value() == *made);
  }
  if (const auto definition = poll::parse_definition(text)) {
    require(poll::parse_definition(poll::text_of(*definition)) == definition);
  }
  if (const auto code = poll::PollCode::parse(text)) {
    require(poll::PollCode::parse(code->text()).value() == *code);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  check_poll(input);
  const std::string_view first = input.substr(0, input.find('\n'));
  const auto question = question_of(first);
  if (!question) return 0;
  require(poll::parse_question_json(poll::to_json(*question)).value() == *question);
  const std::string_view rest = input.substr(std::min(size, first.size() + 1));
  check_answer(*question, rest);
  check_stored(*question, rest);
  return 0;
}
