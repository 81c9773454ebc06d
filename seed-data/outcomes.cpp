#include "seed-data/outcomes.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

namespace pollux::seed {

void Outcomes::add(const Outcomes& other) {
  std::ranges::transform(accepted, other.accepted, accepted.begin(), std::plus());
  for (const auto& [status, count] : other.rejected) rejected[status] += count;
  given_up += other.given_up;
  unknown += other.unknown;
  sent_again += other.sent_again;
  latencies.add(other.latencies);
}

std::uint64_t Outcomes::accepted_in_all() const {
  return std::accumulate(accepted.begin(), accepted.end(), std::uint64_t{0});
}

std::uint64_t Outcomes::rejected_in_all() const {
  std::uint64_t all = 0;
  for (const auto& [status, count] : rejected) all += count;
  return all;
}

}  // namespace pollux::seed
