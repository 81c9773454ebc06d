// Short text from outside, validated once, so that all other code can rely on its bounds.
#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"

namespace pollux {

// True for valid UTF-8 (RFC 3629).
bool is_utf8(std::string_view text);

// True for valid UTF-8 (RFC 3629) without control characters (U+0000–U+001F, U+007F).
bool is_plain_text(std::string_view text);

// 1 to `Limit` bytes of plain text. `Tag` makes each use a distinct type and names it in messages:
//   struct PollIdTag { static constexpr std::string_view name = "poll id"; };
template <class Tag, std::size_t Limit>
class BoundedText {
 public:
  static constexpr std::size_t limit = Limit;

  static Result<BoundedText> parse(std::string_view text) {
    const std::string name(Tag::name);
    if (text.empty()) return invalid("The " + name + " is empty.");
    if (text.size() > Limit)
      return invalid("The " + name + " has more than " + std::to_string(Limit) + " bytes.");
    if (!is_plain_text(text)) return invalid("The " + name + " has characters that are not plain text.");
    return BoundedText(std::string(text));
  }

  const std::string& text() const { return text_; }

  friend auto operator<=>(const BoundedText&, const BoundedText&) = default;
  friend std::ostream& operator<<(std::ostream& out, const BoundedText& value) { return out << value.text_; }

 private:
  explicit BoundedText(std::string text) : text_(std::move(text)) {}

  std::string text_;
};

}  // namespace pollux

template <class Tag, std::size_t Limit>
struct std::hash<pollux::BoundedText<Tag, Limit>> {
  std::size_t operator()(const pollux::BoundedText<Tag, Limit>& value) const noexcept {
    return std::hash<std::string>{}(value.text());
  }
};
