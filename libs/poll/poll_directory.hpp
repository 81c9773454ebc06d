// The polls that a service knows. Today they come from the settings and stay; nothing but a composition root
// may assume that there is one. Immutable after construction, so any thread may read it.
#pragma once

#include <vector>

#include "poll/poll.hpp"

namespace pollux::poll {

class PollDirectory {
 public:
  // Ids are unique.
  explicit PollDirectory(std::vector<Poll> polls);

  const Poll* find(const PollId& id) const;  // null where there is none
  const std::vector<Poll>& polls() const { return polls_; }

 private:
  std::vector<Poll> polls_;
};

}  // namespace pollux::poll
