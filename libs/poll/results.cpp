#include "poll/results.hpp"

#include <utility>
#include <variant>

namespace pollux::poll {

Results make_results(const Poll& poll, const Tally& tally) {
  auto choice = std::get<ChoiceResults>(poll.asked().results(tally.counts));
  return {.poll = poll.id(),
          .version = tally.version,
          .question = poll.question(),
          .options = std::move(choice.options),
          .total = choice.voters};
}

}  // namespace pollux::poll
