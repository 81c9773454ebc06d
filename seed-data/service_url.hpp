// Where the vote page is.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace pollux::seed {

// The address of a vote page by plain HTTP (RFC 3986), in the parts that a client needs.
struct ServiceUrl {
  std::string host = "127.0.0.1";  // a name or an IP address, without brackets
  std::string port = "8080";
  std::string authority = "127.0.0.1:8080";  // the Host header
  std::string target = "/";                  // path and query

  // An error is a sentence for a person.
  static Result<ServiceUrl> parse(std::string_view text);
  std::string text() const { return "http://" + authority + target; }
};

}  // namespace pollux::seed
