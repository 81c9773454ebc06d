#include "seed-data/retry_policy.hpp"

#include <algorithm>

#include "config/units.hpp"

namespace pollux::seed {

using namespace std::chrono_literals;

bool may_succeed_later(unsigned status) {
  return status == 429 || status == 502 || status == 503 || status == 504;
}

std::optional<std::chrono::seconds> parse_retry_after(std::string_view value) {
  const auto seconds = config::parse_integer(value);
  if (!seconds || *seconds < 0) return std::nullopt;
  return std::chrono::seconds(std::min<std::int64_t>(*seconds, 86'400));
}

std::chrono::milliseconds pause_after(unsigned failures, std::optional<std::chrono::seconds> retry_after,
                                      double random) {
  constexpr std::chrono::milliseconds first = 100ms;
  constexpr std::chrono::milliseconds longest = 5s;
  constexpr unsigned doublings = 6;  // beyond it, the longest in any case
  const auto step = std::min(longest, first * (1U << std::min(failures - 1, doublings)));
  const std::chrono::duration<double, std::milli> jittered = step * (0.5 + random / 2);
  const auto asked = std::min<std::chrono::milliseconds>(retry_after.value_or(0s), 1min);
  return asked + std::chrono::floor<std::chrono::milliseconds>(jittered);
}

}  // namespace pollux::seed
