#include "poll/scale.hpp"

#include <charconv>
#include <numeric>
#include <utility>

#include "poll/poll_text.hpp"

namespace pollux::poll {
namespace {

// The number at this place (from 0) among all answers in order.
std::size_t answer_at(const std::vector<std::uint64_t>& counts, std::uint64_t place) {
  std::size_t number = 1;
  for (const std::uint64_t count : counts) {
    if (place < count) break;
    place -= count;
    ++number;
  }
  return number;
}

Result<void> check_label(const std::string& what, const std::string& label) {
  if (label.empty()) return {};
  return check_poll_text(what, label, max_label_bytes);
}

}  // namespace

Result<Scale> Scale::create(Format format) {
  if (format.size < min_size || format.size > max_size) {
    return invalid("A scale has " + std::to_string(min_size) + " to " + std::to_string(max_size) +
                   " numbers, not " + std::to_string(format.size) + ".");
  }
  if (auto checked = check_label("The label of the lowest number", format.low); !checked)
    return checked.error();
  if (auto checked = check_label("The label of the highest number", format.high); !checked)
    return checked.error();
  if (!format.low.empty() && comparable(format.low) == comparable(format.high)) {
    return invalid("Both ends of the scale have the same label, \"" + format.high +
                   "\". Give each a label of its own.");
  }
  return Scale(std::move(format));
}

Result<Selection> Scale::parse(std::span<const std::string_view> values) const {
  const std::string range = "a number from 1 to " + std::to_string(format_.size);
  if (values.empty()) return invalid("No number is selected. Select " + range + ".");
  if (values.size() > 1) return invalid("Several numbers are selected. Select only one.");
  if (values[0] == skip_value && !format_.skippable) {
    return invalid("This question can't be skipped. Select " + range + ".");
  }
  auto selection = Selection::parse(values[0]);
  if (!selection || !has_key(*selection)) return invalid("That is not " + range + ".");
  return selection;
}

bool Scale::has_key(const Selection& key) const {
  const std::string& text = key.text();
  if (text == skip_value) return format_.skippable;
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool canonical = error == std::errc() && end == text.data() + text.size() && text[0] != '0';
  return canonical && number >= 1 && number <= format_.size;
}

ScaleResults Scale::results(const SelectionCounts& counts) const {
  ScaleResults results;
  results.skipped = format_.skippable ? count_in(counts, skip_value) : 0;
  double sum = 0;
  for (std::size_t number = 1; number <= format_.size; ++number) {
    results.counts.push_back(count_in(counts, std::to_string(number)));
    sum += static_cast<double>(number) * static_cast<double>(results.counts.back());
  }
  const std::uint64_t answers =
      std::accumulate(results.counts.begin(), results.counts.end(), std::uint64_t{0});
  results.voters = answers + results.skipped;
  if (answers == 0) return results;
  results.mean = sum / static_cast<double>(answers);
  const std::size_t lower = answer_at(results.counts, (answers - 1) / 2);
  const std::size_t upper = answer_at(results.counts, answers / 2);
  results.median = static_cast<double>(lower + upper) / 2;
  return results;
}

}  // namespace pollux::poll
