#include "vote/remembered_choice.hpp"

#include <span>

#include "base/hex.hpp"
#include "http/cookies.hpp"

namespace pollux::vote {
namespace {

// In hexadecimal, since a poll's id may hold what a cookie may not.
std::string hex_of(std::string_view text) {
  return to_hex({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

}  // namespace

RememberedChoice::RememberedChoice(const Poll& poll, const CookieOptions& options) {
  for (const Option& option : poll.options()) {
    const Selection selection = Selection::parse(option.id).value();
    http::Cookie cookie;
    cookie.name = cookie_name;
    cookie.value = hex_of(poll.id().text()) + "." + hex_of(selection.text());
    cookie.max_age = options.max_age;
    cookie.secure = options.secure;
    by_value_.emplace(cookie.value, selection);
    set_cookies_.emplace(selection, cookie.header_value());
  }
}

std::optional<Selection> RememberedChoice::recall(const http::Request& request) const {
  const auto cookie = http::find_cookie(request, cookie_name);
  if (!cookie) return std::nullopt;
  const auto found = by_value_.find(*cookie);
  if (found == by_value_.end()) return std::nullopt;
  return found->second;
}

}  // namespace pollux::vote
