#include "poll/poll_directory.hpp"

#include <algorithm>
#include <utility>

namespace pollux::poll {

PollDirectory::PollDirectory(std::vector<Poll> polls) : polls_(std::move(polls)) {}

const Poll* PollDirectory::find(const PollId& id) const {
  const auto found = std::ranges::find(polls_, id, &Poll::id);
  return found == polls_.end() ? nullptr : &*found;
}

}  // namespace pollux::poll
