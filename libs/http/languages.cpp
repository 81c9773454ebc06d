#include "http/languages.hpp"

#include <algorithm>

#include "http/ascii.hpp"
#include "http/weighted_list.hpp"

namespace pollux::http {
namespace {

bool reads(std::string_view range, std::string_view language) {
  return equals_ignoring_case(range.substr(0, range.find('-')), language);
}

// Named ranges win over "*"; of several that name the language the one that it likes most counts.
int weight_of(std::string_view accepted, std::string_view language) {
  int of_any = 0;
  int named = -1;
  while (!accepted.empty()) {
    const Weighted range = cut_weighted(accepted);
    if (range.name == "*") of_any = range.weight;
    if (reads(range.name, language)) named = std::max(named, range.weight);
  }
  return named < 0 ? of_any : named;
}

}  // namespace

std::size_t preferred_language(std::string_view accepted, std::span<const std::string_view> offered) {
  std::size_t best = 0;
  int best_weight = 0;
  for (std::size_t i = 0; i < offered.size() && !accepted.empty(); ++i) {
    const int weight = weight_of(accepted, offered[i]);
    if (weight > best_weight) {
      best = i;
      best_weight = weight;
    }
  }
  return best;
}

}  // namespace pollux::http
