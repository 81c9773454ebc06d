// The first account of an installation: made by a one-time address, or by a password of the settings. No one
// else can make it, so the first visitor does not become the owner.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "accounts/account_store.hpp"
#include "accounts/password_hasher.hpp"

namespace pollux::accounts {

// Blocks for the database and for a password's hash: not for io threads. One thread at a time, as its store.
class FirstRun {
 public:
  static constexpr std::chrono::minutes token_lifetime{30};

  FirstRun(AccountStore& store, PasswordHasher& hasher) : store_(store), hasher_(hasher) {}

  // A token for setup_address(), valid for token_lifetime; nothing if there are accounts. For the start of a
  // program, and for a command that shows another address.
  AccountResult<std::optional<std::string>> offer(AccountTime now);

  // Makes the owner's account. `unauthenticated` if the token is wrong, used or expired; `not_allowed` if
  // there are accounts; `invalid` for the name or the password, and then the token remains valid.
  AccountResult<Account> complete(std::string_view token, const std::string& name, std::string_view password,
                                  AccountTime now);

  // The same at the start with the password that ADMIN_PASSWORD or the file ADMIN_PASSWORD_FILE has, for
  // installations that no one watches. False if there are accounts: then the password is not used, and so it
  // remains what its owner has made of it.
  AccountResult<bool> create_owner(const std::string& name, std::string_view password, AccountTime now);

 private:
  AccountResult<Account> make_owner(const std::optional<SecretHash>& token, const std::string& name,
                                    std::string_view password, AccountTime now);

  AccountStore& store_;
  PasswordHasher& hasher_;
};

// "https://example.org/admin/" → "https://example.org/admin/#setup=TOKEN". Browsers do not send what follows
// "#", so the token is in no log of a server or proxy; the page posts it.
std::string setup_address(std::string_view admin_url, std::string_view token);

}  // namespace pollux::accounts
