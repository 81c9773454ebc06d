// The results of a poll with one choice, as viewers are shown them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "poll/poll.hpp"
#include "poll/tally.hpp"

namespace pollux::poll {

// The options are in the order of the poll.
struct Results {
  PollId poll;
  std::uint64_t version = 0;
  std::string question;
  std::vector<OptionCount> options;
  std::uint64_t total = 0;  // of the options above

  friend bool operator==(const Results&, const Results&) = default;
};

// Omits counts of selections that the poll does not have (recorded under other options).
Results make_results(const Poll& poll, const Tally& tally);

}  // namespace pollux::poll
