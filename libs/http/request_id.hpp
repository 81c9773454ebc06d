// The id of a request: in its response as X-Request-Id, in log lines about it as request_id.
#pragma once

#include <array>
#include <cstddef>
#include <random>
#include <string_view>

#include "http/request.hpp"

namespace pollux::http {

inline constexpr std::string_view request_id_field = "X-Request-Id";

// Makes ids on one io thread. An id identifies a request in logs and is no secret.
class RequestIds {
 public:
  static constexpr std::size_t own_digits = 16;
  using Space = std::array<char, own_digits>;

  // Bounds for an id that came with the request.
  static constexpr std::size_t min_accepted = 8;
  static constexpr std::size_t max_accepted = 64;

  RequestIds();

  // The request's own X-Request-Id, which a proxy may have set and logged, if it has 8 to 64 letters, digits,
  // '.', '_' and '-': nothing that a header field or a log could take for something else. Otherwise 16
  // random hexadecimal digits, written to `space`. `headers` is null if the head could not be read.
  std::string_view id_of(const Headers* headers, Space& space);

 private:
  std::mt19937_64 random_;
};

}  // namespace pollux::http
