#include "poll/poll.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "poll/poll_text.hpp"

namespace pollux::poll {
namespace {

std::string id_at(std::size_t place) {
  return std::string(1, static_cast<char>('a' + place));
}

// Voters can't distinguish options whose labels look the same.
Result<void> check_labels_differ(const std::vector<std::string>& labels) {
  std::map<std::u32string, std::size_t> seen;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto [first, is_new] = seen.try_emplace(comparable(labels[i]), i);
    if (is_new) continue;
    return invalid("Options " + id_at(first->second) + " and " + id_at(i) + " look the same, \"" + labels[i] +
                   "\". Give each option a label of its own.");
  }
  return {};
}

}  // namespace

Result<Poll> Poll::create(PollId id, std::string question, const std::vector<std::string>& labels) {
  if (labels.size() < min_options || labels.size() > max_options) {
    return invalid("A poll has " + std::to_string(min_options) + " to " + std::to_string(max_options) +
                   " options, not " + std::to_string(labels.size()) + ".");
  }
  std::vector<Option> options;
  for (const std::string& label : labels) {
    const std::string option_id = id_at(options.size());
    if (auto checked = check_poll_text("The label of option " + option_id, label, max_label_bytes);
        !checked) {
      return checked.error();
    }
    options.push_back({option_id, label});
  }
  // After the labels, because the default question is made of them.
  if (auto checked = check_poll_text("The question", question, max_question_bytes); !checked)
    return checked.error();
  if (auto differ = check_labels_differ(labels); !differ) return differ.error();
  return Poll(std::move(id), std::move(question), std::move(options));
}

Poll::Poll(PollId id, std::string question, std::vector<Option> options)
    : id_(std::move(id)), question_(std::move(question)), options_(std::move(options)) {}

const Option* Poll::find_option(std::string_view option_id) const {
  const auto found = std::ranges::find(options_, option_id, &Option::id);
  return found == options_.end() ? nullptr : &*found;
}

Result<Selection> Poll::select(std::string_view submitted) const {
  if (find_option(submitted) == nullptr) return invalid("That is not one of this poll's options.");
  return Selection::parse(submitted);
}

std::string default_question(const std::vector<std::string>& labels) {
  return labels.size() == 2 ? labels[0] + " vs " + labels[1] + "!" : "Which one do you choose?";
}

}  // namespace pollux::poll
