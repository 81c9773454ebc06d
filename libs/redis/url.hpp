// Where a Redis is and how to log in there, from one line of text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace pollux::redis {

struct Url {
  static constexpr std::size_t max_bytes = 2048;

  std::string host;  // a name or an address, without brackets; empty for a unix socket
  std::uint16_t port = 6379;
  std::string socket_path;  // of a unix socket; empty otherwise
  std::string user;         // empty: Redis's user `default`
  std::string password;     // empty: no login
  std::uint32_t database = 0;

  // redis://[[user]:password@]host[:port][/database] and unix://[[user]:password@]/path[?db=database], with
  // percent escapes (RFC 3986). An error is `invalid` and shows nothing of the text: anything in it may be a
  // password.
  static Result<Url> parse(std::string_view text);

  // For logs and sentences: without the password.
  std::string text() const;

  friend bool operator==(const Url&, const Url&) = default;
};

}  // namespace pollux::redis
