#include "vote/page_text.hpp"

#include <utility>

namespace pollux::vote {

PageText::PageText(std::string_view rendered) {
  std::string text;
  text.reserve(rendered.size());
  for (const char c : rendered) {
    if (c == gap) {
      gaps_.push_back(text.size());
    } else {
      text += c;
    }
  }
  text_ = std::make_shared<const std::string>(std::move(text));
}

http::Body PageText::filled(std::string_view text) const {
  if (text.empty()) return text_;
  std::string page;
  page.reserve(text_->size() + gaps_.size() * text.size());
  std::size_t from = 0;
  for (const std::size_t at : gaps_) {
    page.append(*text_, from, at - from).append(text);
    from = at;
  }
  return page.append(*text_, from, std::string::npos);
}

}  // namespace pollux::vote
