// An answer that the server gives by itself, without asking the handler.
#pragma once

#include <span>
#include <string_view>
#include <utility>

namespace pollux::http {

struct ErrorResponse {
  unsigned status = 400;
  std::string_view message;  // static for the life of the program
  // More header fields, each a name and a value; static as well.
  std::span<const std::pair<std::string_view, std::string_view>> fields = {};
};

}  // namespace pollux::http
