#include "program/poll_options.hpp"

#include <string_view>
#include <utility>

namespace pollux {

constexpr std::string_view poll_id = "default";

Result<Poll> PollOptions::make_poll() const {
  return Poll::create(PollId::parse(poll_id).value(),
                      question.empty() ? default_question(option_labels) : question, option_labels);
}

void declare(Settings& settings, PollOptions& options) {
  settings.group("Poll");
  settings.add_lettered("option", &options.option_labels, Poll::max_label_bytes,
                        "What there is to choose from: the label of each option, two at least.");
  setting::Value question = setting::text(&options.question, Poll::max_question_bytes);
  question.well_known = true;
  settings.add("question", std::move(question),
               "The question. Where it is not given it is made from the options, as in \"Cats vs Dogs!\".");
}

}  // namespace pollux
