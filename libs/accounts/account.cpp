#include "accounts/account.hpp"

#include <stdexcept>

#include "base/random.hpp"
#include "poll/managed_poll.hpp"
#include "poll/poll_text.hpp"

namespace pollux::accounts {

AccountError account_error(const Error& error) {
  switch (error.code) {
    case ErrorCode::invalid:
      return {AccountErrorCode::invalid, error.message, {}};
    case ErrorCode::full:
      return {AccountErrorCode::full, error.message, {}};
    case ErrorCode::unavailable:
      return {AccountErrorCode::unavailable, error.message, {}};
    case ErrorCode::internal:
      break;
  }
  return {AccountErrorCode::internal, error.message, {}};
}

void throw_exception_from_error(const AccountError& error, const boost::source_location&) {
  throw std::logic_error("value() of an error: " + error.message);
}

std::string make_id(std::chrono::system_clock::time_point now) {
  // 12 digits of the time, 12 random ones.
  return make_ordered_id(now).substr(0, AccountId::limit);
}

std::string_view name_of(Role role) {
  return role == Role::owner ? "owner" : "editor";
}

std::optional<Role> parse_role(std::string_view name) {
  if (name == name_of(Role::owner)) return Role::owner;
  if (name == name_of(Role::editor)) return Role::editor;
  return std::nullopt;
}

AccountResult<void> check_name(const std::string& name) {
  if (auto checked = poll::check_poll_text("The name", name, Account::max_name_bytes); !checked)
    return account_error(checked.error());
  return {};
}

std::string name_key(std::string_view name) {
  return poll::folded(name);
}

}  // namespace pollux::accounts
