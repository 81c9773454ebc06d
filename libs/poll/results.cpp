#include "poll/results.hpp"

namespace pollux::poll {

Results make_results(const Poll& poll, const Tally& tally) {
  Results results{.poll = poll.id(), .version = tally.version, .question = poll.question(), .options = {}};
  for (const Option& option : poll.options()) {
    const std::uint64_t count = tally.count(Selection::parse(option.id).value());
    results.options.push_back({option, count});
    results.total += count;
  }
  return results;
}

}  // namespace pollux::poll
