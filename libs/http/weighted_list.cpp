#include "http/weighted_list.hpp"

#include "http/ascii.hpp"

namespace pollux::http {

Weighted cut_weighted(std::string_view& list) {
  auto parameters = cut_until(list, ',');
  Weighted member{.name = cut_until(parameters, ';')};
  const auto q = trim(parameters);
  if (!q.starts_with("q=") && !q.starts_with("Q=")) return member;
  member.weight = 0;
  int unit = 1000;
  for (const char c : q.substr(2, 5)) {
    if (c == '.') continue;
    if (c < '0' || c > '9') break;
    member.weight += (c - '0') * unit;
    unit /= 10;
  }
  return member;
}

}  // namespace pollux::http
