// The results of a poll with one choice, as viewers see them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "poll/poll.hpp"
#include "poll/tally.hpp"

namespace pollux::poll {

struct OptionResult {
  Option option;
  std::uint64_t count = 0;

  friend bool operator==(const OptionResult&, const OptionResult&) = default;
};

// What viewers are shown: the options of a poll in order, each with its label and count in a tally.
struct Results {
  PollId poll;
  std::uint64_t version = 0;
  std::string question;
  std::vector<OptionResult> options;
  std::uint64_t total = 0;  // of the options above

  friend bool operator==(const Results&, const Results&) = default;
};

// Omits counts of selections that the poll does not have (recorded under other options).
Results make_results(const Poll& poll, const Tally& tally);

}  // namespace pollux::poll
