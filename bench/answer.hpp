#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace pollux::bench {

// What the load generator needs to know of one HTTP/1.1 answer.
struct Answer {
  unsigned status = 0;
  std::size_t bytes = 0;  // header and body
  std::string cookie;     // name=value of the first Set-Cookie field, empty if there is none
};

// The answer at the front of `received`, or nothing while it is incomplete. Understands answers with a
// Content-Length, which is what both servers of the bench send; any other has the status 0.
std::optional<Answer> first_answer(std::string_view received);

}  // namespace pollux::bench
