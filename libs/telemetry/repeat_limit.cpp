#include "telemetry/repeat_limit.hpp"

#include <utility>

namespace pollux::telemetry {

RepeatLimit::History* RepeatLimit::find_or_make(std::string_view key) {
  const auto known = histories_.find(key);
  if (known != histories_.end()) return &known->second;
  if (histories_.size() >= max_keys) key = "";
  return &histories_.try_emplace(std::string(key), History{Clock::time_point::min()}).first->second;
}

std::optional<std::uint64_t> RepeatLimit::admit(std::string_view key, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  History* const history = find_or_make(key);
  if (now < history->next) {
    ++history->suppressed;
    return std::nullopt;
  }
  history->next = now + period_;
  return std::exchange(history->suppressed, 0);
}

}  // namespace pollux::telemetry
