// A page that was rendered once, with gaps for the one text that differs from reader to reader.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/response.hpp"

namespace pollux::vote {

// Immutable; any thread.
class PageText {
 public:
  // Marks a gap in a rendered page. A control character, which no text of a poll may contain.
  static constexpr char gap = '\x01';

  explicit PageText(std::string_view rendered);

  // The page with `text` in every gap. Most answers to votes have none, so they share the page; a text costs
  // one allocation and one copy.
  http::Body filled(std::string_view text) const;

  std::size_t size() const { return text_->size(); }  // in bytes, without the gaps

 private:
  std::shared_ptr<const std::string> text_;  // without the gaps
  std::vector<std::size_t> gaps_;            // their places, in bytes of the text, ascending
};

}  // namespace pollux::vote
