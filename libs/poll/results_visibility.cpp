#include "poll/results_visibility.hpp"

namespace pollux::poll {

bool shows_results(const ManagedPoll& poll, bool has_voted) {
  if (poll.state == PollState::draft) return false;
  const bool is_over = poll.state != PollState::open;
  switch (poll.content.policies.results) {
    case ResultsPolicy::live:
      return true;
    case ResultsPolicy::after_vote:
      return has_voted || is_over;
    case ResultsPolicy::after_close:
      return is_over;
    case ResultsPolicy::hidden:
      break;
  }
  return false;
}

}  // namespace pollux::poll
