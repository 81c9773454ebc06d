// The short code by which people find a poll: read from a screen, typed on a phone.
#pragma once

#include <compare>
#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"

namespace pollux::poll {

// Six characters. The alphabet has no two characters that look the same on a screen (0 and O, 1 and I and L,
// 2 and Z, 5 and S, 8 and B, 6 and G, U and V), and no vowels, so that codes do not form words. There are
// about 86 million codes; they are public names and no secrets.
class PollCode {
 public:
  static constexpr std::size_t length = 6;
  static constexpr std::string_view alphabet = "34679CDFHJKMNPQRTVWXY";

  // Any code with the same probability. Any thread.
  static PollCode random();

  // As typed: in any case, with spaces and hyphens anywhere. The message of an error is for the person who
  // typed it.
  static Result<PollCode> parse(std::string_view typed);

  const std::string& text() const { return text_; }  // in upper case

  friend auto operator<=>(const PollCode&, const PollCode&) = default;
  friend std::ostream& operator<<(std::ostream& out, const PollCode& code) { return out << code.text_; }

 private:
  explicit PollCode(std::string text) : text_(std::move(text)) {}

  std::string text_;
};

}  // namespace pollux::poll
