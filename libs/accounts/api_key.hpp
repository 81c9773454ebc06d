// API keys: how programs act on behalf of an account. No input or output; any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "accounts/access.hpp"
#include "accounts/account.hpp"

namespace pollux::accounts {

struct ApiKey {
  static constexpr std::size_t max_label_bytes = 100;
  static constexpr std::chrono::days max_lifetime{3650};
  static constexpr std::chrono::minutes used_step{1};  // of used_at, so that few requests write

  KeyId id;
  AccountId account;
  std::string label;  // what it is for, in the words of its owner
  std::string hint;   // hint_of() the key
  Scopes scopes;
  AccountTime created_at{};
  std::optional<AccountTime> expires_at{};  // none: never
  std::optional<AccountTime> used_at{};     // the last use, to the minute; none: never

  bool is_expired(AccountTime now) const { return expires_at && *expires_at <= now; }
  bool must_be_marked_used(AccountTime now) const { return !used_at || now - *used_at >= used_step; }

  friend bool operator==(const ApiKey&, const ApiKey&) = default;
};

// A key may do what both it and its account may.
inline Principal principal_of(const Account& account, const ApiKey& key) {
  return {
      .account = account.id, .name = account.name, .role = account.role, .scopes = key.scopes, .key = key.id};
}

}  // namespace pollux::accounts
