// The way back for someone who has forgotten their password.
#pragma once

#include <string>

#include "accounts/account_store.hpp"
#include "accounts/password_hasher.hpp"

namespace pollux::accounts {

struct RecoveredAccount {
  Account account;
  std::string password;  // shown once, and not stored
};

// Gives the account of that name a new, random password, and ends its sessions; its API keys remain valid.
// For commands of operators: it checks no permission, because who can write to the database needs none.
// `not_found` if no account has the name; the message lists names, owners first. Blocks for the database and
// for the hash.
AccountResult<RecoveredAccount> reset_password(AccountStore& store, PasswordHasher& hasher,
                                               const std::string& name, AccountTime now);

}  // namespace pollux::accounts
