// An account of someone who makes polls, with what it may do, and the errors of this library. No input or
// output; an AccountStore (account_store.hpp) keeps accounts.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/system/result.hpp>

#include "base/bounded_text.hpp"
#include "base/result.hpp"

namespace pollux::accounts {

// What callers distinguish; the admin service has one HTTP response for each.
enum class AccountErrorCode {
  not_found,        // there is no such account, session or key
  conflict,         // someone else was faster: read it again
  not_allowed,      // this account may not do it, or it is never possible; the message says why
  unauthenticated,  // wrong name, password, session, key or setup token
  sign_in_again,    // allowed after entering the password again
  too_many,         // too many attempts: wait `retry_after`
  invalid,          // the values are wrong
  full,             // a limit of the store, or the server is busy
  unavailable,      // the same call may succeed later
  internal          // damaged data, or a fault of this program
};

struct AccountError {
  AccountErrorCode code = AccountErrorCode::internal;
  std::string message;                 // for people
  std::chrono::seconds retry_after{};  // with too_many
};

AccountError account_error(const Error& error);

// Called by boost::system::result if value() is called on an error.
[[noreturn]] void throw_exception_from_error(const AccountError& error, const boost::source_location&);

template <class T>
using AccountResult = boost::system::result<T, AccountError>;

using AccountTime = std::chrono::sys_seconds;  // UTC

// Ids are made by make_id() and are no secrets.
struct AccountIdTag {
  static constexpr std::string_view name = "account id";
};
using AccountId = BoundedText<AccountIdTag, 24>;
struct KeyIdTag {
  static constexpr std::string_view name = "key id";
};
using KeyId = BoundedText<KeyIdTag, 24>;

// 24 hexadecimal digits that sort by time.
std::string make_id(std::chrono::system_clock::time_point now);

// An owner manages accounts and works on all polls; an editor works on the polls that they made.
enum class Role { owner, editor };

// In stored data and in the API.
std::string_view name_of(Role role);
std::optional<Role> parse_role(std::string_view name);

struct Account {
  static constexpr std::size_t max_name_bytes = 64;

  AccountId id;
  std::string name;  // as it was typed; with it people sign in
  Role role = Role::editor;
  std::string password;        // its hash, as a PHC string (password_hasher.hpp)
  std::uint64_t revision = 1;  // grows by one with each change
  AccountTime created_at{};
  AccountTime changed_at{};

  friend bool operator==(const Account&, const Account&) = default;
};

// Checks that a name is visible plain text of up to Account::max_name_bytes.
AccountResult<void> check_name(const std::string& name);

// Names that look the same, such as "Zoe", "zoe" and " ZOE", have one key, which is unique among accounts.
std::string name_key(std::string_view name);

}  // namespace pollux::accounts
