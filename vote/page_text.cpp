#include "vote/page_text.hpp"

namespace pollux::vote {

PageText::PageText(std::string_view rendered) {
  text_.reserve(rendered.size());
  for (const char c : rendered) {
    if (c == gap) {
      gaps_.push_back(text_.size());
    } else {
      text_ += c;
    }
  }
}

std::string PageText::filled(std::string_view text) const {
  std::string page;
  page.reserve(text_.size() + gaps_.size() * text.size());
  std::size_t from = 0;
  for (const std::size_t at : gaps_) {
    page.append(text_, from, at - from).append(text);
    from = at;
  }
  return page.append(text_, from, std::string::npos);
}

}  // namespace pollux::vote
