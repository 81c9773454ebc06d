// A poll: one question and the options to choose from. Immutable; interprets selections.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "poll/vote.hpp"

namespace pollux::poll {

struct Option {
  std::string id;     // "a" to "z", by position; sent by forms and stored in queue entries
  std::string label;  // shown to people; plain text, 1 to 200 bytes

  friend bool operator==(const Option&, const Option&) = default;
};

class Poll {
 public:
  static constexpr std::size_t min_options = 2;
  static constexpr std::size_t max_options = 26;
  static constexpr std::size_t max_label_bytes = 200;
  static constexpr std::size_t max_question_bytes = 500;

  // The options get the ids a, b, c … in the order of their labels. The error names the text that is out of
  // bounds, invisible, or looks like another one.
  static Result<Poll> create(PollId id, std::string question, const std::vector<std::string>& labels);

  const PollId& id() const { return id_; }
  const std::string& question() const { return question_; }
  const std::vector<Option>& options() const { return options_; }

  // The option with that id, or null.
  const Option* find_option(std::string_view option_id) const;

  // The selection for a submitted value, or why it is none of this poll.
  Result<Selection> select(std::string_view submitted) const;

 private:
  Poll(PollId id, std::string question, std::vector<Option> options);

  PollId id_;
  std::string question_;
  std::vector<Option> options_;
};

// The question if none is configured: "Cats vs Dogs!" for two options, a general one for more.
std::string default_question(const std::vector<std::string>& labels);

}  // namespace pollux::poll
