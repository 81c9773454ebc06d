#include "poll/poll.hpp"

namespace pollux::poll {

Result<Poll> Poll::create(PollId id, std::string question, const std::vector<std::string>& labels) {
  // The labels first, because the default question is made of them.
  auto choice = SingleChoice::create(labels);
  if (!choice) return choice.error();
  auto asked = Question::create(std::move(question), *std::move(choice));
  if (!asked) return asked.error();
  return Poll(std::move(id), *std::move(asked));
}

Result<Selection> Poll::select(std::string_view submitted) const {
  return asked_.parse({&submitted, 1});
}

std::string default_question(const std::vector<std::string>& labels) {
  return labels.size() == 2 ? labels[0] + " vs " + labels[1] + "!" : "Which one do you choose?";
}

}  // namespace pollux::poll
