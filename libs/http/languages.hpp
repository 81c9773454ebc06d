// Which of several languages a client reads best (RFC 9110, section 12.5.4).
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace pollux::http {

// A text that exists in several languages, in one of them.
struct Translated {
  std::string_view language;  // primary subtag of BCP 47, in lower case: "de"
  std::string_view text;
};

// The index of the language in `offered` that an Accept-Language field likes most, the earlier of two that it
// likes the same; the first of them where it likes none. Regions count as their language: "de-AT" accepts
// "de".
std::size_t preferred_language(std::string_view accepted, std::span<const std::string_view> offered);

}  // namespace pollux::http
