// Lists of what a client likes and how much: Accept-Encoding, Accept-Language (RFC 9110, section 12.4.2).
#pragma once

#include <string_view>

namespace pollux::http {

struct Weighted {
  std::string_view name;
  int weight = 1000;  // in thousandths; 0: refused
};

// Cuts the first member off a comma-separated list.
Weighted cut_weighted(std::string_view& list);

}  // namespace pollux::http
