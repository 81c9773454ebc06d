// The poll of the settings: a single choice with an id. Immutable; interprets selections.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "poll/question.hpp"
#include "poll/vote.hpp"

namespace pollux::poll {

class Poll {
 public:
  static constexpr std::size_t min_options = poll::min_options;
  static constexpr std::size_t max_options = poll::max_options;
  static constexpr std::size_t max_label_bytes = poll::max_label_bytes;
  static constexpr std::size_t max_question_bytes = Question::max_text_bytes;

  // The options get the ids a, b, c … in the order of their labels. The error names the text that is out of
  // bounds, invisible, or looks like another one.
  static Result<Poll> create(PollId id, std::string question, const std::vector<std::string>& labels);

  const PollId& id() const { return id_; }
  const std::string& question() const { return asked_.text(); }
  const std::vector<Option>& options() const { return asked_.options(); }
  const Question& asked() const { return asked_; }

  // The selection for a submitted value, or why it is none of this poll.
  Result<Selection> select(std::string_view submitted) const;

 private:
  Poll(PollId id, Question asked) : id_(std::move(id)), asked_(std::move(asked)) {}

  PollId id_;
  Question asked_;
};

// The question if none is configured: "Cats vs Dogs!" for two options, a general one for more.
std::string default_question(const std::vector<std::string>& labels);

}  // namespace pollux::poll
