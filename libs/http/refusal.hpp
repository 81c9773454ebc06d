// An answer that the server gives by itself, without asking the handler.
#pragma once

#include <string_view>

namespace pollux::http {

struct Refusal {
  unsigned status = 400;
  std::string_view sentence;  // static for the life of the program
};

}  // namespace pollux::http
