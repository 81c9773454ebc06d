// The command `reset-password` of the programs that have accounts.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "accounts/recovery.hpp"
#include "config/settings.hpp"

namespace pollux::admin {

// accounts::reset_password() on the program's database.
using Recover = std::function<accounts::AccountResult<accounts::RecoveredAccount>(
    accounts::PasswordHasher& hasher, accounts::AccountTime now)>;

// Declares the command and the flag --account. `remark` completes its documentation.
void declare_recovery(config::Settings& settings, std::string& account, std::string_view remark);

// Prints the new password of the account, or why there is none. Returns the exit status: 0, 1 after a
// failure, 2 without a name.
int run_recovery(std::string_view program, const std::string& account, const Recover& recover);

}  // namespace pollux::admin
