#include "poll/poll.hpp"

#include <algorithm>
#include <utility>

namespace pollux {
namespace {

Result<void> check_text(const std::string& what, const std::string& text, std::size_t limit) {
  if (text.empty()) return invalid(what + " is empty.");
  if (text.size() > limit) return invalid(what + " has more than " + std::to_string(limit) + " bytes.");
  if (!is_plain_text(text)) return invalid(what + " has characters that are not plain text.");
  return {};
}

}  // namespace

Result<Poll> Poll::create(PollId id, std::string question, const std::vector<std::string>& labels) {
  if (auto checked = check_text("The question", question, max_question_bytes); !checked)
    return checked.error();
  if (labels.size() < min_options || labels.size() > max_options) {
    return invalid("A poll has " + std::to_string(min_options) + " to " + std::to_string(max_options) +
                   " options, not " + std::to_string(labels.size()) + ".");
  }
  std::vector<Option> options;
  for (const std::string& label : labels) {
    const std::string option_id(1, static_cast<char>('a' + options.size()));
    if (auto checked = check_text("The label of option " + option_id, label, max_label_bytes); !checked) {
      return checked.error();
    }
    options.push_back({option_id, label});
  }
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

}  // namespace pollux
