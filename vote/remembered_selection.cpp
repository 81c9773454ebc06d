#include "vote/remembered_selection.hpp"

#include <span>

#include "base/encoding.hpp"

namespace pollux::vote {
namespace {

// A poll's id may contain characters that a cookie may not.
std::string hex_of(std::string_view text) {
  return to_hex({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

}  // namespace

RememberedSelection::RememberedSelection(const poll::Poll& poll, const CookieOptions& options)
    : names_(cookie_name) {
  for (const poll::Option& option : poll.options()) {
    const poll::Selection selection = poll::Selection::parse(option.id).value();
    http::Cookie cookie = options.make(cookie_name);
    cookie.value = hex_of(poll.id().text()) + "." + hex_of(selection.text());
    by_value_.emplace(cookie.value, selection);
    set_cookies_.emplace(selection, cookie.header_value());
  }
}

std::optional<poll::Selection> RememberedSelection::recall(const http::Request& request) const {
  return names_.first(request, [this](std::string_view value) -> std::optional<poll::Selection> {
    const auto found = by_value_.find(value);
    if (found == by_value_.end()) return std::nullopt;
    return found->second;
  });
}

}  // namespace pollux::vote
