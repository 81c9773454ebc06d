// A page that was rendered once, with gaps for the one text that differs from reader to reader.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pollux::vote {

// Immutable; any thread.
class PageText {
 public:
  // Stands in a rendered page for each gap. A control character, which no text of a poll may hold.
  static constexpr char gap = '\x01';

  explicit PageText(std::string_view rendered);

  // The page with `text` in every gap: one allocation and one copy, because each vote's answer is made so.
  std::string filled(std::string_view text) const;

 private:
  std::string text_;               // without the gaps
  std::vector<std::size_t> gaps_;  // where they were, in bytes of text_, ascending
};

}  // namespace pollux::vote
