#include "admin/recovery.hpp"

#include <chrono>
#include <iostream>
#include <utility>

#include "accounts/account.hpp"

namespace pollux::admin {

void declare_recovery(config::Settings& settings, std::string& account, std::string_view remark) {
  settings.command(
      "reset-password",
      "Give the account that --account names a new password, which is printed. " + std::string(remark));
  config::setting::Value name = config::setting::string(&account, accounts::Account::max_name_bytes);
  name.flag_only = true;
  settings.add("account", std::move(name), "Name of the account for `reset-password`.");
}

int run_recovery(std::string_view program, const std::string& account, const Recover& recover) {
  if (account.empty()) {
    std::cerr << "Name the account: " << program << " reset-password --account NAME\n";
    return 2;
  }
  accounts::PasswordHasher hasher;
  const auto recovered =
      recover(hasher, std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
  if (!recovered) {
    std::cerr << recovered.error().message << '\n';
    return 1;
  }
  std::cout
      << "The new password of " << recovered->account.name << ": " << recovered->password
      << "\nSign in and change it. All sessions of the account have ended; its API keys remain valid.\n";
  return 0;
}

}  // namespace pollux::admin
