// What Redis answered, as a value.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pollux::redis {

struct Reply {
  enum class Kind { nil, integer, text, error, array };

  Kind kind = Kind::nil;
  std::int64_t integer = 0;
  std::string text;  // any bytes; for an error Redis's own words, such as "OOM command not allowed …"
  std::vector<Reply> elements;

  bool is_error() const { return kind == Kind::error; }
};

}  // namespace pollux::redis
