#include "result/poll_history.hpp"

#include <utility>
#include <variant>
#include <vector>

namespace pollux::result {
namespace {

struct Lines {
  std::vector<std::string> ids;
  std::vector<std::uint64_t> counts;
};

// Of what everyone may see: nothing while the results are hidden.
Lines shown_lines(const ResultsNow& now) {
  const ShownResults shown = shown_results(now);
  Lines lines;
  if (!shown.results) return lines;
  if (const auto* const choice = std::get_if<poll::ChoiceResults>(&*shown.results)) {
    for (const poll::OptionCount& each : choice->options) {
      lines.ids.push_back(each.option.id);
      lines.counts.push_back(each.count);
    }
    return lines;
  }
  return {.ids = {""}, .counts = {shown.voters.value_or(0)}};
}

}  // namespace

void PollHistory::record(const ResultsNow& now, TallyHistory::Time at) {
  const std::lock_guard lock(mutex_);
  follow_run_locked(now);
  // Often the turn of a change comes soon after the last one, and counting takes a while.
  const bool is_soon = at < last_ + step && at >= last_;
  if (run_ == 0 || is_soon) return;
  Lines lines = shown_lines(now);
  if (lines.counts.empty()) return;  // the tally is not read yet
  history_.record(std::move(lines.counts), at);
  last_ = at;
}

std::string PollHistory::json(const ResultsNow& now, TallyHistory::Time at) {
  Lines lines = shown_lines(now);
  const std::lock_guard lock(mutex_);
  follow_run_locked(now);
  if (!lines.counts.empty()) history_.record(std::move(lines.counts), at);
  return history_.json(now.id, lines.ids, at);
}

void PollHistory::follow_run_locked(const ResultsNow& now) {
  const std::uint32_t run = now.poll && are_shown(*now.poll) ? now.poll->run : 0;
  if (run == run_) return;
  run_ = run;
  history_.clear();
  last_ = {};
}

}  // namespace pollux::result
