#include "poll/results.hpp"

namespace pollux::poll {

Results make_results(const Poll& poll, const Tally& tally) {
  Results results{.poll = poll.id(), .version = tally.version, .question = poll.question(), .options = {}};
  for (const Option& option : poll.options()) {
    const std::uint64_t count = count_in(tally.counts, option.id);
    results.options.push_back({option, count});
    results.total += count;
  }
  return results;
}

}  // namespace pollux::poll
